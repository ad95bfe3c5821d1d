// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .untrained_bound<Bound>.*learned_bound|'dni::precision::learned_bound' does not satisfy 'untrained_bound'
#include <dni/precision/quantized_cell.hpp>

#ifdef EXPECT_COMPILE_ERROR
using bound = dni::precision::learned_bound;
#else
using bound = dni::precision::constant_bound;
#endif

dni::precision::quantizer<bound> one;
