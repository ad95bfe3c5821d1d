// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <cmath>
#include <limits>

#include <dni/noise/level.hpp>

namespace level_test
{
using namespace dni;

TEST_CASE("level: the ratio of an SNR in decibel")
{
    CHECK(snr_db{20}.ratio() == Approx(0.1).epsilon(1e-12));
    CHECK(snr_db{0}.ratio() == 1.0);
    CHECK(snr_db{-6}.ratio() == Approx(std::pow(10.0, 0.3)).epsilon(1e-12));
    CHECK(snr_db::none().ratio() == 0.0);
    CHECK(snr_db{}.ratio() == 0.0);
}

TEST_CASE("level: off unless it is said otherwise")
{
    CHECK(std::isinf(snr_db{}.value));
    CHECK(sigma{}.value == 0);
    CHECK(relative_to_wmax{}.value == 0);
    CHECK(relative_to_largest_product{}.value == 0);
    CHECK(spread{}.value == 0);
    CHECK(probability{}.value == 0);
}

TEST_CASE("level: levels that make no sense are refused")
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    CHECK_NOTHROW(check(snr_db{infinity}, "here"));
    CHECK_NOTHROW(check(snr_db{-40}, "here"));
    CHECK_NOTHROW(check(sigma{0}, "here"));
    CHECK_THROWS_AS(check(snr_db{nan}, "here"), value_error);
    CHECK_THROWS_AS(check(snr_db{-infinity}, "here"), value_error);
    CHECK_THROWS_AS(check(sigma{nan}, "here"), value_error);
    CHECK_THROWS_AS(check(sigma{infinity}, "here"), value_error);
    CHECK_THROWS_WITH(check(sigma{-1}, "here"), support::contains("here: expected a finite standard deviation >= 0"));
    const auto refuses_what_is_no_deviation = [&](auto level)
    {
        CHECK_NOTHROW(check(level, "here"));
        for (const double value : {-1.0, nan, infinity})
        {
            level.value = value;
            CHECK_THROWS_AS(check(level, "here"), value_error);
        }
    };
    refuses_what_is_no_deviation(relative_to_wmax{});
    refuses_what_is_no_deviation(relative_to_largest_product{});
    refuses_what_is_no_deviation(spread{});
    CHECK_NOTHROW(check(probability{0}, "here"));
    CHECK_NOTHROW(check(probability{1}, "here"));
    CHECK_THROWS_AS(check(probability{-0.1}, "here"), value_error);
    CHECK_THROWS_AS(check(probability{1.1}, "here"), value_error);
    CHECK_THROWS_AS(check(probability{nan}, "here"), value_error);
}

TEST_CASE("level: described in their unit")
{
    CHECK(describe(snr_db{5}) == "SNR = 5 dB");
    CHECK(describe(snr_db::none()) == "off (SNR = inf)");
    CHECK(describe(sigma{0.25}) == "sigma = 0.25");
    CHECK(describe(sigma{0}) == "off (sigma = 0)");
    CHECK(describe(relative_to_wmax{0.25}) == "sigma = 0.25 w_max");
    CHECK(describe(relative_to_wmax{0}) == "off (sigma = 0 w_max)");
    CHECK(describe(relative_to_largest_product{0.25}) == "sigma = 0.25 w_max max|u|");
    CHECK(describe(relative_to_largest_product{0}) == "off (sigma = 0 w_max max|u|)");
    CHECK(describe(spread{0.25}) == "spread = 0.25");
    CHECK(describe(spread{0}) == "off (spread = 0)");
    CHECK(describe(probability{0.25}) == "probability = 0.25");
}
}
