// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: no matching function for call to .c_source
#include <dni/dni.hpp>

#include <string>

using analog = dni::policies<dni::noise::gaussian<dni::snr_db>>;

std::string source(const dni::network<dni::dense<analog>>& net)
{
#ifdef EXPECT_COMPILE_ERROR
    return dni::c_source(net, "net");
#else
    return dni::c_source(dni::with_noise<dni::noise::none>(net), "net");
#endif
}
