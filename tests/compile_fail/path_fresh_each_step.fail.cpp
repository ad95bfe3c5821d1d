// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*a_path_outlives_its_steps<|'a_path_outlives_its_steps<.*evaluated to false
#include <dni/noise/flicker.hpp>
#include <dni/noise/site.hpp>

using flicker = dni::noise::flicker<dni::sigma>;

#ifdef EXPECT_COMPILE_ERROR
dni::noise::per_product<flicker> noise;
#else
dni::noise::per_pass<flicker> noise;
#endif
