// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*inputs_are_known_at<|'inputs_are_known_at<.*evaluated to false
#include <dni/noise/read_noise.hpp>
#include <dni/noise/site.hpp>

#ifdef EXPECT_COMPILE_ERROR
constexpr auto where = dni::noise::site::input;
#else
constexpr auto where = dni::noise::site::output;
#endif

dni::noise::at<dni::noise::read_noise, where> noise;
