// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: no matching function for call to .c_source
#include <dni/dni.hpp>

#include <string>

#ifdef EXPECT_COMPILE_ERROR
using layer = dni::bidirectional<dni::cell::lstm>;
#else
using layer = dni::recurrent<dni::cell::lstm>;
#endif

std::string source(const dni::network<layer>& net)
{
    return dni::c_source(net, "net");
}
