// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .known_bound<Bound>.*abs_max|'dni::precision::abs_max' does not satisfy 'known_bound'
#include <dni/precision/converted.hpp>

#ifdef EXPECT_COMPILE_ERROR
using bound = dni::precision::abs_max;
#else
using bound = dni::precision::constant_bound;
#endif

dni::precision::adc<bound> one;
