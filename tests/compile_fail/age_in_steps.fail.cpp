// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: no match for .operator=.*seconds. and .*time_in_steps|no viable overloaded '='
#include <dni/noise/phase_change_memory.hpp>
#include <dni/noise/trajectory.hpp>

void set(dni::noise::phase_change_memory& memory)
{
#ifdef EXPECT_COMPILE_ERROR
    memory.device.age = dni::noise::time_in_steps{5};
#else
    memory.device.age = dni::noise::seconds{5};
#endif
}
