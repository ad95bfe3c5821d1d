// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .input_converter<Dac>|does not satisfy 'input_converter'
#include <dni/precision/converted.hpp>

using namespace dni::precision;

#ifdef EXPECT_COMPILE_ERROR
converted<adc<constant_bound>, dac<>> one;
#else
converted<dac<>, adc<constant_bound>> one;
#endif
