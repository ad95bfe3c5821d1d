// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*weights_are_drawn_once_a_pass<|'weights_are_drawn_once_a_pass<.*evaluated to false
#include <dni/noise/gaussian.hpp>
#include <dni/noise/site.hpp>

using weights = dni::noise::at_weights<dni::noise::gaussian<dni::snr_db>>;

#ifdef EXPECT_COMPILE_ERROR
dni::noise::per_step<weights> noise;
#else
dni::noise::per_chip<weights> noise;
#endif
