// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// The other file: it first defines what platform headers are known to define. (Not min and max: with them the headers
// of the standard library and of xtensor do not compile either.)
#define small char
#define interface struct
#define major(device) ((device) >> 8)
#define minor(device) ((device)&0xff)

#include <dni/dni.hpp>
#include <dni/io.hpp>

#include "support/catch.hpp"

TEST_CASE("headers: macros of platform headers do no harm")
{
    SUCCEED();
}
