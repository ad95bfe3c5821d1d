// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*steps_are_known_at<|'steps_are_known_at<.*evaluated to false
#include <dni/noise/ar1.hpp>
#include <dni/noise/site.hpp>

#ifdef EXPECT_COMPILE_ERROR
using drift = dni::noise::at_weights<dni::noise::ar1<dni::sigma>>;
#else
using drift = dni::noise::at_input<dni::noise::ar1<dni::sigma>>;
#endif
drift one;
