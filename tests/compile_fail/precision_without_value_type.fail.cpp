// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*has_value_type<P>.*P = untyped|'untyped' does not satisfy 'has_value_type'
#include <dni/crossbar/policies.hpp>

struct untyped
{
#ifndef EXPECT_COMPILE_ERROR
    using value_type = float;
#endif
    static constexpr const char* name = "untyped";
};

using hardware = dni::policies<dni::noise::none, untyped>;
hardware::value_type one = 1;
