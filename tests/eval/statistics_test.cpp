// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/eval/statistics.hpp>

namespace statistics_test
{
using namespace dni;

TEST_CASE("Student's t: the two-sided quantiles of the tables")
{
    struct entry
    {
        std::size_t freedom;
        double at_90, at_95, at_99;
    };
    for (const auto& [freedom, at_90, at_95, at_99] : {entry{1, 6.314, 12.706, 63.657}, entry{2, 2.920, 4.303, 9.925}, entry{3, 2.353, 3.182, 5.841},
                                                      entry{4, 2.132, 2.776, 4.604}, entry{5, 2.015, 2.571, 4.032}, entry{6, 1.943, 2.447, 3.707},
                                                      entry{7, 1.895, 2.365, 3.499}, entry{9, 1.833, 2.262, 3.250}, entry{19, 1.729, 2.093, 2.861},
                                                      entry{30, 1.697, 2.042, 2.750}, entry{120, 1.658, 1.980, 2.617}})
    {
        CAPTURE(freedom);
        CHECK(std::abs(student_t_quantile(0.90, freedom) - at_90) <= 0.00051);
        CHECK(std::abs(student_t_quantile(0.95, freedom) - at_95) <= 0.00051);
        CHECK(std::abs(student_t_quantile(0.99, freedom) - at_99) <= 0.00051);
    }
    CHECK(std::abs(student_t_quantile(0.95, 100000) - 1.95996) < 1e-4);  // the normal distribution's
}

TEST_CASE("Student's t: closed forms of one and two degrees, and the ends")
{
    for (const double x : {0.0, 0.1, 1.0, 3.7, 100.0})
    {
        CHECK(student_t_within(x, 1) == Approx(2 / std::numbers::pi * std::atan(x)).margin(1e-15));
        CHECK(student_t_within(x, 2) == Approx(x / std::sqrt(2 + x * x)).margin(1e-15));
    }
    const double infinity = std::numeric_limits<double>::infinity();
    for (const double confidence : {0.0, 1.0, 1.5, -1.0, infinity, std::nan("")})
    {
        CHECK_THROWS_AS(student_t_quantile(confidence, 4), value_error);
    }
    CHECK_THROWS_AS(student_t_quantile(0.95, 0), value_error);
}

TEST_CASE("a summary by hand: 1, 2, 3, 4")
{
    const std::array values{1.0, 2.0, 3.0, 4.0};
    const auto s = summarize(values);
    CHECK(s.mean == 2.5);
    CHECK(s.deviation == Approx(std::sqrt(5.0 / 3)));
    CHECK(s.high - s.mean == Approx(3.18245 * std::sqrt(5.0 / 3) / 2).epsilon(1e-5));
    CHECK(s.mean - s.low == Approx(s.high - s.mean));
}

TEST_CASE("a summary of one value has no interval, of none is an error")
{
    const auto s = summarize(std::array{0.25});
    CHECK(s.mean == 0.25);
    CHECK(s.deviation == 0);
    CHECK_FALSE(s.has_interval());
    CHECK(std::isnan(s.high));
    CHECK(std::isnan(summarize_fractions(std::array{0.25}).high));
    CHECK_THROWS_AS(summarize({}), value_error);
}

TEST_CASE("equal values deviate by exactly nothing")
{
    for (int i = 0; i <= 1000; ++i)
    {
        const double value = i / 1000.0;
        for (const std::size_t count : {2u, 3u, 5u, 15u})
        {
            const auto s = summarize(std::vector<double>(count, value));
            REQUIRE(s.mean == value);
            REQUIRE(s.deviation == 0);
            REQUIRE(s.low == value);
            REQUIRE(s.high == value);
        }
    }
}

TEST_CASE("the interval of fractions stays within 0 and 1")
{
    const auto high = summarize_fractions(std::array{1.0, 0.9});
    CHECK(high.high == 1);
    CHECK(high.low < 0.9);
    CHECK(summarize_fractions(std::array{0.0, 0.1}).low == 0);
}
}
