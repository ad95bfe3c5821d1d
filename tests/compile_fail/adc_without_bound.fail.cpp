// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: wrong number of template arguments .0, should be at least 1.|too few template arguments for class template 'adc'
#include <dni/precision/converted.hpp>

#ifdef EXPECT_COMPILE_ERROR
dni::precision::adc<> one;
#else
dni::precision::adc<dni::precision::constant_bound> one;
#endif
