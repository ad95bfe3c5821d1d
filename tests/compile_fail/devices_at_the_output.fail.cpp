// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*devices_are_at<|'devices_are_at<.*evaluated to false
#include <dni/noise/phase_change_memory.hpp>
#include <dni/noise/site.hpp>

using memory = dni::noise::phase_change_memory;

#ifdef EXPECT_COMPILE_ERROR
dni::noise::at_output<memory> noise;
#else
dni::noise::at_weights<memory> noise;
#endif
