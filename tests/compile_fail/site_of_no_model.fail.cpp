// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*can_apply<M>.*M = dni::snr_db|'dni::snr_db' does not satisfy 'can_apply'
#include <dni/noise/gaussian.hpp>
#include <dni/noise/site.hpp>

#ifdef EXPECT_COMPILE_ERROR
using weights = dni::noise::at_weights<dni::snr_db>;
#else
using weights = dni::noise::at_weights<dni::noise::gaussian<dni::snr_db>>;
#endif
weights level;
