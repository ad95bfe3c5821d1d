// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/optim/rate_schedule.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <dni/core/error.hpp>

namespace rate_schedule_test
{
using namespace dni;

namespace
{
constexpr int points = 1000;

//! The smallest and the largest factor, and the largest change from one point to the next.
struct course
{
    double least = std::numeric_limits<double>::infinity();
    double most = 0;
    double jump = 0;

    explicit course(const rate_schedule& rate)
    {
        for (int i = 0; i <= points; ++i)
        {
            const double factor = rate(i / double{points});
            least = std::min(least, factor);
            most = std::max(most, factor);
            jump = i > 0 ? std::max(jump, std::abs(factor - rate((i - 1) / double{points}))) : 0;
        }
    }
};
}

TEST_CASE("rate_schedule: constant")
{
    for (const auto& rate : {rate_schedule{}, rate_schedule::constant()})
    {
        CHECK(course(rate).least == 1);
        CHECK(course(rate).most == 1);
    }
}

TEST_CASE("rate_schedule: step drops at the same points for any factor")
{
    const auto rate = rate_schedule::step(0.25, 0.5);
    CHECK(rate(0) == 1);
    CHECK(rate(0.2499) == 1);
    CHECK(rate(0.25) == 0.5);
    CHECK(rate(0.5) == 0.25);
    CHECK(rate(0.999) == 0.125);
    CHECK(rate(1) == 0.0625);
}

TEST_CASE("rate_schedule: step counts in fractions that are not exact")
{
    const auto rate = rate_schedule::step(0.1, 0.5);
    for (int tenth = 0; tenth <= 10; ++tenth)
    {
        CAPTURE(tenth);
        CHECK(rate(tenth / 10.0) == std::pow(0.5, tenth));
        CHECK(rate(tenth / 10.0 + 0.05) == std::pow(0.5, tenth));
    }
}

TEST_CASE("rate_schedule: cosine")
{
    const auto rate = rate_schedule::cosine(0.1);
    CHECK(rate(0) == Approx(1));
    CHECK(rate(1.0 / 3) == Approx(0.1 + 0.9 * 0.75));
    CHECK(rate(0.5) == Approx(0.55));
    CHECK(rate(1) == Approx(0.1));
    const course whole(rate);
    CHECK(whole.least >= 0.1);
    CHECK(whole.most <= 1);
    CHECK(whole.jump < 0.9 * 1.6 / points);  // the steepest slope of (1 + cos πp) / 2 is π / 2
    CHECK(rate_schedule::cosine()(1) == 0);
}

TEST_CASE("rate_schedule: one cycle")
{
    const auto rate = rate_schedule::one_cycle(0.25, 0.04, 0.001);
    CHECK(rate(0) == Approx(0.04));
    CHECK(rate(0.125) == Approx(0.52));
    CHECK(rate(0.25) == Approx(1));
    CHECK(rate(0.625) == Approx(0.5005));
    CHECK(rate(1) == Approx(0.001));
    const course whole(rate);
    CHECK(whole.least >= 0.001 * (1 - 1e-12));
    CHECK(whole.most <= 1);
    CHECK(whole.jump < 1.6 / (0.25 * points));
}

TEST_CASE("rate_schedule: warm-up rises in a line, then the schedule goes on as it would")
{
    for (const auto& plain : {rate_schedule::constant(), rate_schedule::cosine(0.2), rate_schedule::step(0.5, 0.1), rate_schedule::one_cycle()})
    {
        const auto rate = plain.warm_up(0.1);
        CHECK(rate(0) == 0);
        CHECK(rate(0.025) == Approx(0.25 * plain(0.025)));
        CHECK(rate(0.1) == plain(0.1));
        CHECK(rate(0.7) == plain(0.7));
        CHECK(plain.warm_up(0)(0) == plain(0));
    }
    CHECK(course(rate_schedule::cosine().warm_up(0.1)).jump < (10 + 1.6) / points);
    CHECK(course(rate_schedule::cosine().warm_up(0.1)).least >= 0);
}

TEST_CASE("rate_schedule: progress is bounded to the course of training")
{
    for (const auto& rate : {rate_schedule::constant().warm_up(0.1), rate_schedule::cosine(0.2), rate_schedule::step(0.25, 0.5),
                             rate_schedule::one_cycle()})
    {
        CHECK(rate(-0.5) == rate(0));
        CHECK(rate(1.5) == rate(1));
    }
}

TEST_CASE("rate_schedule: wrong parameters")
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const double wrong : {-0.1, 1.1, nan})
    {
        CHECK_THROWS_AS(rate_schedule::step(wrong, 0.5), value_error);
        CHECK_THROWS_AS(rate_schedule::step(0.5, wrong), value_error);
        CHECK_THROWS_AS(rate_schedule::cosine(wrong), value_error);
        CHECK_THROWS_AS(rate_schedule::one_cycle(wrong), value_error);
        CHECK_THROWS_AS(rate_schedule::one_cycle(0.3, wrong), value_error);
        CHECK_THROWS_AS(rate_schedule::one_cycle(0.3, 0.1, wrong), value_error);
        CHECK_THROWS_AS(rate_schedule::constant().warm_up(wrong), value_error);
    }
    CHECK_THROWS_AS(rate_schedule::step(0, 0.5), value_error);
    CHECK_THROWS_AS(rate_schedule::step(0.5, 0), value_error);
    CHECK_THROWS_AS(rate_schedule::one_cycle(0), value_error);
    CHECK_THROWS_WITH(rate_schedule::one_cycle(1), support::contains("peak: expected a number in (0, 1), found 1"));
    CHECK_THROWS_WITH(rate_schedule::constant().warm_up(1), support::contains("warm_up: expected a number in [0, 1), found 1"));
    CHECK_NOTHROW(rate_schedule::step(1, 1));
    CHECK_NOTHROW(rate_schedule::one_cycle(0.5, 0, 0));
}

TEST_CASE("rate_schedule: in words")
{
    CHECK(rate_schedule().describe() == "constant");
    CHECK(rate_schedule::step(0.25, 0.5).describe() == "times 0.5 after each 25 %");
    CHECK(rate_schedule::cosine(0.1).warm_up(0.05).describe() == "cosine from 1 to 0.1, rising over the first 5 %");
    CHECK(rate_schedule::one_cycle().describe() == "one cycle from 0.04 to 1 until 30 %, then to 4e-06");
}
}
