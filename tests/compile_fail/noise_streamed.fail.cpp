// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: differs_by_pass
#include <dni/export/streaming.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/network.hpp>
#include <dni/noise/gaussian.hpp>

using analog = dni::policies<dni::noise::gaussian<dni::snr_db>>;

void run(const dni::network<dni::dense<analog>>& net)
{
#ifdef EXPECT_COMPILE_ERROR
    dni::streaming live(net);
#else
    dni::streaming live(net, dni::key{});
    dni::streaming quiet(dni::with_noise<dni::noise::none>(net));
#endif
}
