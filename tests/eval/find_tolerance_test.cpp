// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/statistics.hpp"

#include <cmath>
#include <cstddef>
#include <sstream>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/eval/find_tolerance.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>

namespace find_tolerance_test
{
using namespace dni;

namespace
{
summary exactly(double accuracy)
{
    summary s;
    s.mean = accuracy;
    return s;
}

//! Accuracy 1 up to a level, 0 beyond it, when levels go from 0 upwards.
auto step_at(double border)
{
    return [=](double level) { return exactly(level <= border ? 1 : 0); };
}
}

TEST_CASE("find_tolerance: the border of a step is found within the resolution, in few measurements")
{
    for (double border = 0.05; border < 8; border += 0.37)
    {
        CAPTURE(border);
        const auto up = find_tolerance(step_at(border), {.accuracy = 0.5, .from = 0, .to = 8, .resolution = 0.25});
        CHECK(up.level <= border);
        CHECK(border < up.lost);
        CHECK(up.lost - up.level == 0.25);
        CHECK(up.kept == up.level);
        CHECK(up.measured.size() <= 2 + 5);  // log2(8 / 0.25)

        // the same in a unit that falls as noise rises
        const auto down = find_tolerance([&](double level) { return step_at(border)(-level); }, {.accuracy = 0.5, .from = 0, .to = -8, .resolution = 0.25});
        CHECK(down.level == -up.level);
        CHECK(down.lost == -up.lost);
    }
}

TEST_CASE("find_tolerance: the grid divides the range evenly, and bits are whole")
{
    std::vector<double> levels;
    const auto t = find_tolerance(
        [&](double level)
        {
            levels.push_back(level);
            return exactly(level >= 5 ? 1 : 0);
        },
        {.accuracy = 1, .from = 12, .to = 2, .resolution = 1});
    CHECK(t.level == 5);
    CHECK(t.lost == 4);
    for (const double level : levels)
    {
        CHECK(level == std::round(level));
    }
    // 0.7 / 0.1 is a little less than 7, 0.3 / 0.1 a little less than 3, 0.6 / 0.2 a little more
    CHECK(find_tolerance(step_at(0.35), {.accuracy = 1, .from = 0, .to = 0.7, .resolution = 0.1}).lost == Approx(0.4));
    CHECK(find_tolerance(step_at(0.35), {.accuracy = 1, .from = 0, .to = 0.6, .resolution = 0.2}).lost == Approx(0.4));
    // a resolution that is no part of the range is not exceeded
    const auto finer = find_tolerance(step_at(0.35), {.accuracy = 1, .from = 0, .to = 1, .resolution = 0.3});
    CHECK(finer.lost - finer.level == Approx(0.25));
    // one that is coarser leaves the two ends
    const auto coarse = find_tolerance(step_at(0.35), {.accuracy = 1, .from = 0, .to = 1, .resolution = 5});
    CHECK(coarse.level == 0);
    CHECK(coarse.lost == 1);
    CHECK(coarse.measured.size() == 2);
}

TEST_CASE("find_tolerance: what is returned where all of the range keeps the accuracy, and where nothing does")
{
    const tolerance_search search{.accuracy = 0.5, .from = 0, .to = 8, .resolution = 1};
    const auto all = find_tolerance(step_at(100), search);
    CHECK(all.level == 8);
    CHECK(all.kept == 8);
    CHECK(std::isnan(all.lost));
    CHECK(all.measured.size() == 2);

    const auto nothing = find_tolerance(step_at(-1), search);
    CHECK(std::isnan(nothing.level));
    CHECK(std::isnan(nothing.kept));
    CHECK(nothing.lost == 0);
    CHECK(nothing.measured.size() == 1);

    std::ostringstream text;
    text << all << nothing;
    CHECK(text.str() == "tolerates 8 (surely 8, surely not nan), 2 levels measured\ntolerates nan (surely nan, surely not 0), 1 levels measured\n");
}

TEST_CASE("find_tolerance: under noise the border lies between kept and lost in 95 % of all searches, and they are not far apart")
{
    // Within a resolution the accuracy falls by three standard errors of a mean of eight repeats.
    constexpr double resolution = 0.5;
    constexpr double slope = 0.1;
    constexpr std::size_t repeats = 8;
    const double deviation = slope * resolution / 3 * std::sqrt(static_cast<double>(repeats));
    constexpr std::size_t searches = 2000;
    stream random{key{seed{1}}};
    std::size_t missed = 0;
    std::size_t missed_by_the_mean = 0;
    double width = 0;
    for (std::size_t i = 0; i < searches; ++i)
    {
        const double border = -4 + 8 * static_cast<double>(random.uniform());
        const auto noisy = [&](double level)
        {
            std::vector<double> values(repeats);
            for (double& v : values)
            {
                v = 0.5 + slope * (border - level) + deviation * static_cast<double>(random.normal());
            }
            return summarize(values);
        };
        const auto t = find_tolerance(noisy, {.accuracy = 0.5, .from = -8, .to = 8, .resolution = resolution});
        REQUIRE(t.kept <= t.level);
        REQUIRE(t.level < t.lost);
        REQUIRE(t.measured.size() <= 3 * (2 + 5));
        missed += t.kept <= border && border < t.lost ? 0u : 1u;
        missed_by_the_mean += t.level <= border && border < t.level + resolution ? 0u : 1u;
        width += (t.lost - t.kept) / static_cast<double>(searches);
    }
    // On each side one decision in doubt, wrong in 2.5 % of all searches at most.
    const double n = static_cast<double>(searches);
    CHECK(static_cast<double>(missed) <= 0.05 * n + support::deviations * std::sqrt(0.05 * 0.95 * n));
    // What is decided by means alone is wrong more often: that is what the two ends are for.
    CHECK(static_cast<double>(missed_by_the_mean) > 0.1 * n);
    // Half of the interval on each side, 2.365 standard errors, and on the average half of a step of the grid.
    const double expected = (2 * 2.365 / 3 + 1) * resolution;
    CHECK(width < 1.1 * expected);
    CHECK(width > 0.8 * expected);
}

TEST_CASE("find_tolerance: searches that make no sense are refused before anything is measured")
{
    std::size_t measured = 0;
    const auto measure = [&](double)
    {
        ++measured;
        return exactly(1);
    };
    const double nan = std::nan("");
    for (const auto& [accuracy, from, to, resolution] : std::vector<tolerance_search>{
             {-0.1, 0, 1, 0.1}, {1.1, 0, 1, 0.1}, {nan, 0, 1, 0.1}, {0.5, 1, 1, 0.1}, {0.5, nan, 1, 0.1}, {0.5, 0, INFINITY, 0.1},
             {0.5, 0, 1, 0}, {0.5, 0, 1, -1}, {0.5, 0, 1, nan}, {0.5, 0, 1, 1e-9}})
    {
        CHECK_THROWS_AS(find_tolerance(measure, {accuracy, from, to, resolution}), value_error);
    }
    CHECK(measured == 0);
}
}
