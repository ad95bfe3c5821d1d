// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/number.hpp>

#include "support/catch.hpp"

#include <cmath>
#include <limits>

TEST_CASE("number: six significant digits, no trailing zeros")
{
    CHECK(dni::number(0) == "0");
    CHECK(dni::number(2.50) == "2.5");
    CHECK(dni::number(-1.0 / 3) == "-0.333333");
    CHECK(dni::number(1e-9) == "1e-09");
    CHECK(dni::number(std::numeric_limits<double>::lowest()) == "-1.79769e+308");
}

TEST_CASE("number: what is no finite number")
{
    CHECK(dni::number(std::numeric_limits<double>::infinity()) == "inf");
    CHECK(dni::number(-std::numeric_limits<double>::infinity()) == "-inf");
    for (const double sign : {1.0, -1.0})
    {
        CHECK(dni::number(std::copysign(std::nan(""), sign)) == "nan");
    }
}
