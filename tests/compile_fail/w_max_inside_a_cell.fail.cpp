// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*w_max_is_known_at<|'w_max_is_known_at<.*evaluated to false
#include <dni/cell/noise_at_rows.hpp>
#include <dni/noise/gaussian.hpp>

#ifdef EXPECT_COMPILE_ERROR
using level = dni::relative_to_wmax;
#else
using level = dni::sigma;
#endif

dni::noise::at_gates<dni::noise::gaussian<level>> noise;
