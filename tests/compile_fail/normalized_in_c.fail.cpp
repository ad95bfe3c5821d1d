// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: no matching function for call to .c_source
#include <dni/cell/lstm.hpp>
#include <dni/cell/normalized.hpp>
#include <dni/export/export_c.hpp>

#include <string>

#ifdef EXPECT_COMPILE_ERROR
using one = dni::recurrent<dni::cell::normalized<dni::cell::lstm>>;
#else
using one = dni::recurrent<dni::cell::lstm>;
#endif

std::string source(const dni::network<one>& net)
{
    return dni::c_source(net, "net");
}
