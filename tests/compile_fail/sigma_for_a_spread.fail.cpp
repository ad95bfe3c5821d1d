// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: could not convert .*sigma|no viable conversion from 'dni::sigma' to 'dni::spread'
#include <dni/noise/multiplicative.hpp>

#ifdef EXPECT_COMPILE_ERROR
const dni::noise::multiplicative noise{dni::sigma{0.1}};
#else
const dni::noise::multiplicative noise{dni::spread{0.1}};
#endif
double value = noise.level.value;
