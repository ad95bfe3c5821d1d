// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*has_value_type<P>.*P = numbers|'numbers' does not satisfy 'has_value_type'
#include <dni/crossbar/policies.hpp>

struct numbers
{
#ifdef EXPECT_COMPILE_ERROR
    using value_type = int;
#else
    using value_type = float;
#endif
    static constexpr const char* name = "numbers";
};

using hardware = dni::policies<dni::noise::none, numbers>;
hardware::value_type one = 1;
