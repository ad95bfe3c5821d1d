// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .bound_without_parameter<Bound>.*learned_bound|'dni::precision::learned_bound' does not satisfy 'bound_without_parameter'
#include <dni/precision/quantized_cell.hpp>

#ifdef EXPECT_COMPILE_ERROR
using bound = dni::precision::learned_bound;
#else
using bound = dni::precision::constant_bound;
#endif

dni::precision::quantizer<bound> one;
