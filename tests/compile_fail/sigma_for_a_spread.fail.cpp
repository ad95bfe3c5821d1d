// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: cannot convert 'dni::sigma' to|no viable conversion from 'dni::sigma' to
#include <dni/noise/multiplicative.hpp>

#ifdef EXPECT_COMPILE_ERROR
const dni::noise::multiplicative noise{dni::sigma{0.1}};
#else
const dni::noise::multiplicative noise{dni::spread{0.1}};
#endif
double level() { return noise.level.value; }
