// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/number.hpp>

#include "support/catch.hpp"

#include <cmath>
#include <cstdlib>
#include <limits>

namespace number_test
{
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

TEST_CASE("exact_number: the shortest text of the same number")
{
    CHECK(dni::exact_number(3e-3) == "0.003");
    CHECK(dni::exact_number(-20) == "-20");
    CHECK(dni::exact_number(1.0 / 3) == "0.3333333333333333");
    CHECK(dni::exact_number(std::numeric_limits<double>::infinity()) == "inf");
    for (const double value : {1.0 / 3, 1e-300, 5e-324, 0.1 + 0.2, std::numeric_limits<double>::max(), -0.0})
    {
        const double back = std::strtod(dni::exact_number(value).c_str(), nullptr);
        CHECK(back == value);
        CHECK(std::signbit(back) == std::signbit(value));
    }
}
}
