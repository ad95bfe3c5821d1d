// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*can_store_weights<P>.*P = numbers|'numbers' does not satisfy 'can_store_weights'
#include <dni/crossbar/policies.hpp>

struct numbers
{
    using value_type = float;
#ifdef EXPECT_COMPILE_ERROR
    using storage_type = double;
#else
    using storage_type = dni::bfloat16;
#endif
    static constexpr const char* name = "numbers";
};

using hardware = dni::policies<dni::noise::none, numbers>;
hardware::value_type one = 1;
