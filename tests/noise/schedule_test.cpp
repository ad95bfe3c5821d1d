// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <dni/noise/schedule.hpp>

namespace schedule_test
{
using namespace dni;
using noise::constant;
using noise::drawn;
using noise::ramp;

namespace
{
const key any{seed{1}};
const double infinity = std::numeric_limits<double>::infinity();

//! Remembers the levels it was given.
struct listener
{
    double snr = std::nan("");
    double deviation = std::nan("");
    void noise_level(snr_db level) { snr = level.value; }
    void noise_level(sigma level) { deviation = level.value; }
    void noise_level(auto) {}
};
}

TEST_CASE("schedule: constant")
{
    const auto levels = constant(snr_db{7});
    for (const double p : {0.0, 0.3, 1.0})
    {
        CHECK(levels(p, any) == snr_db{7});
    }
    CHECK(constant(snr_db::none())(0.5, any) == snr_db::none());
    CHECK(levels.describe() == "SNR = 7 dB");
}

TEST_CASE("schedule: a ramp is linear in the unit of the level")
{
    const auto levels = ramp(snr_db{20}, snr_db{0});
    CHECK(levels(0.0, any).value == 20);
    CHECK(levels(0.25, any).value == 15);
    CHECK(levels(1.0, any).value == 0);
    CHECK(ramp(sigma{0}, sigma{2})(0.5, any).value == 1);
    CHECK(levels.describe() == "SNR = 20 dB to SNR = 0 dB");
}

TEST_CASE("schedule: a drawn level is uniform between its ends, and the key's alone")
{
    const auto levels = drawn(snr_db{0}, snr_db{10});
    CHECK(levels(0.1, any) == levels(0.9, any));
    std::vector<int> classes(20);
    std::vector<double> values;
    for (std::uint64_t step = 0; step < 20000; ++step)
    {
        const double value = levels(0.5, any.with(step)).value;
        REQUIRE((value >= 0 && value < 10));
        ++classes[static_cast<std::size_t>(value * 2)];
        values.push_back(value);
    }
    CHECK(std::abs(support::chi_square_deviate(classes)) < support::deviations);
    CHECK(std::abs(support::correlation(values, std::vector<double>(values.begin() + 1, values.end()))) < support::correlation_bound(values.size() - 1));
    CHECK(levels.describe() == "SNR = 0 dB … SNR = 10 dB drawn for each step");
}

TEST_CASE("schedule: phases one after the other")
{
    const auto levels = ramp(snr_db{20}, snr_db{10}).until(0.4).then(constant(snr_db{5})).until(0.8).then(drawn(snr_db{-2}, snr_db{-1}));
    CHECK(levels(0.0, any).value == 20);
    CHECK(levels(0.2, any).value == Approx(15));
    CHECK(levels(0.4, any).value == 5);
    CHECK(levels(0.79, any).value == 5);
    for (const double p : {0.8, 0.9, 1.0})
    {
        CHECK((levels(p, any).value >= -2 && levels(p, any).value < -1));
    }
    const auto late = constant(sigma{0}).until(0.5).then(ramp(sigma{0}, sigma{1}));
    CHECK(late(0.5, any).value == 0);
    CHECK(late(0.75, any).value == 0.5);
    CHECK(late(1.0, any).value == 1);
    CHECK(levels.describe() == "SNR = 20 dB to SNR = 10 dB until 40 %, then SNR = 5 dB until 80 %, then SNR = -2 dB … SNR = -1 dB drawn for each step");
}

TEST_CASE("schedule: a phase that ends before the training, with none after it, keeps its last level")
{
    const auto levels = ramp(snr_db{20}, snr_db{0}).until(0.5);
    CHECK(levels(0.25, any).value == 10);
    CHECK(levels(0.5, any).value == 0);
    CHECK(levels(1.0, any).value == 0);
}

TEST_CASE("schedule: what follows may itself have several phases")
{
    const auto tail = constant(snr_db{5}).until(0.8).then(constant(snr_db{1}));
    const auto levels = constant(snr_db{9}).until(0.4).then(tail);
    CHECK(levels(0.3, any).value == 9);
    CHECK(levels(0.6, any).value == 5);
    CHECK(levels(0.9, any).value == 1);
}

TEST_CASE("schedule: what makes no sense is refused")
{
    CHECK_THROWS_AS(ramp(snr_db::none(), snr_db{0}), value_error);
    CHECK_THROWS_AS(drawn(snr_db{0}, snr_db{infinity}), value_error);
    CHECK_THROWS_AS(ramp(snr_db{std::nan("")}, snr_db{0}), value_error);
    CHECK_NOTHROW(ramp(snr_db::none(), snr_db::none()));
    const auto levels = constant(snr_db{5});
    CHECK_THROWS_AS(levels.until(0), value_error);
    CHECK_THROWS_AS(levels.until(1), value_error);
    CHECK_THROWS_AS(levels.until(std::nan("")), value_error);
    CHECK_THROWS_WITH(levels.until(0.5).then(levels).until(0.5), support::contains("above 0.5"));
    const auto three = levels.until(0.5).then(levels).until(0.8).then(levels);
    CHECK_THROWS_WITH(three.until(0.7), support::contains("above 0.8"));
    CHECK_NOTHROW(three.until(0.9));
}

TEST_CASE("any_schedule: sets the level of its kind, or leaves the network alone")
{
    listener net;
    CHECK(noise::any_schedule(snr_db{4}).apply(net, 0.0, any) == 4);
    CHECK(net.snr == 4);
    CHECK(std::isnan(net.deviation));
    CHECK(noise::any_schedule(ramp(sigma{0}, sigma{1})).apply(net, 0.5, any) == 0.5);
    CHECK(net.deviation == 0.5);
    listener untouched;
    CHECK(std::isnan(noise::any_schedule().apply(untouched, 0.5, any)));
    CHECK(std::isnan(untouched.snr));
    CHECK(noise::any_schedule().describe() == "as set in the network");
    CHECK(noise::any_schedule(sigma{2}).describe() == "sigma = 2");
}
}
