// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*level_in_a_unit<Level>.*Level = double|'double' does not satisfy 'level_in_a_unit'
#include <dni/cell/lstm.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>

using noisy = dni::policies<dni::noise::gaussian<dni::snr_db>>;

void set(dni::network<dni::recurrent<dni::cell::lstm, noisy>>& net)
{
#ifdef EXPECT_COMPILE_ERROR
    net.noise_level(5.0);
#else
    net.noise_level(dni::snr_db{5.0});
#endif
}
