// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: no match for .operator=.*ohms. and .*microsiemens|no viable overloaded '='
#include <dni/noise/ir_drop.hpp>

void set(dni::noise::ir_drop& wires)
{
#ifdef EXPECT_COMPILE_ERROR
    wires.segment = dni::noise::microsiemens{1};
#else
    wires.segment = dni::noise::ohms{1};
#endif
}
