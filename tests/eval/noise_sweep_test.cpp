// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "eval/tiny.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <dni/eval/noise_sweep.hpp>

namespace noise_sweep_test
{
using namespace dni;

namespace
{
constexpr double infinity = std::numeric_limits<double>::infinity();

std::string csv(const sweep& s)
{
    std::ostringstream text;
    s.write_csv(text);
    return text.str();
}

//! Bit by bit; NaN equals NaN.
bool same(const sweep& a, const sweep& b)
{
    const auto equal = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
    bool all = a.points.size() == b.points.size() && a.unit == b.unit;
    for (std::size_t i = 0; all && i < a.points.size(); ++i)
    {
        const auto& p = a.points[i];
        const auto& q = b.points[i];
        all = p.level == q.level && p.votes == q.votes && p.voting == q.voting && p.repeats == q.repeats && p.accuracy.mean == q.accuracy.mean &&
              p.accuracy.deviation == q.accuracy.deviation && equal(p.accuracy.low, q.accuracy.low) && equal(p.accuracy.high, q.accuracy.high);
    }
    return all;
}

const sweep_options usual{.snr_db = {infinity, 10, 0, -10}, .votes = {1, 5}, .repeats = 4, .seed = {3}};
}

TEST_CASE("a sweep has every level, vote and rule, and no noise means no deviation")
{
    const auto net = tiny::make();
    const auto data = tiny::labelled(80, net);
    const auto s = noise_sweep(net, data, usual);
    REQUIRE(s.points.size() == 4 * 2 * 2);
    CHECK(s.unit == "snr_db");
    for (const auto& p : s.points)
    {
        const auto& a = p.accuracy;
        CHECK(p.repeats == 4);
        CHECK(a.low <= a.mean);
        CHECK(a.mean <= a.high);
        CHECK(a.low >= 0);
        CHECK(a.high <= 1);
        if (p.level == infinity)
        {
            CHECK(a.mean == 1);
            CHECK(a.deviation == 0);
            CHECK(a.low == 1);
        }
    }
    CHECK(s.at(0).mean < s.at(10).mean);
    CHECK(s.at(-10).mean < s.at(0).mean);
    CHECK(s.at(0, 5).mean > s.at(0, 1).mean);
    CHECK(s.at(0).deviation > 0);
    CHECK(s.at(0, 1, voting::majority).mean == s.at(0, 1, voting::mean_probability).mean);  // one vote is one vote
    CHECK_THROWS_AS(s.at(7), value_error);
    CHECK_THROWS_AS(s.at(0, 3), value_error);
}

TEST_CASE("a sweep is its passes: one vote is the accuracy of infer under the keys it names")
{
    auto net = tiny::make();
    const auto data = tiny::labelled(50, net);
    const auto s = noise_sweep(net, data, {.snr_db = {3}, .votes = {1}, .repeats = 3, .seed = {9}});
    net.noise_level(snr_db{3});
    std::vector<double> accuracies;
    for (std::uint64_t repeat = 0; repeat < 3; ++repeat)
    {
        const auto outputs = predict(net, data, key{seed{9}}.with(purpose::evaluation).with(repeat).with(1));
        const matrix_view<const float> rows{outputs.data(), outputs.shape(0), outputs.shape(1), outputs.shape(1)};
        accuracies.push_back(accuracy(rows, std::span<const std::int32_t>(data.labels)));
    }
    CHECK(s.at(3).mean == summarize(accuracies).mean);
    CHECK(s.at(3).deviation == summarize(accuracies).deviation);
}

TEST_CASE("a sweep leaves the network as it is")
{
    auto net = tiny::make();
    const auto data = tiny::labelled(10, net);
    net.noise_level(snr_db{12.5});
    const std::vector<float> before(std::as_const(net).weights().begin(), std::as_const(net).weights().end());
    noise_sweep(net, data, {.snr_db = {infinity, 0}, .repeats = 1});
    std::size_t noises = 0;
    net.for_each_noise(
        [&](const auto& part)
        {
            CHECK(part.level == snr_db{12.5});
            ++noises;
        });
    CHECK(noises == 2);
    CHECK(std::ranges::equal(before, std::as_const(net).weights()));
}

TEST_CASE("the same seed gives the same table on one thread and on two, another seed another")
{
    auto net = tiny::make();
    const auto data = tiny::labelled(70, net);
    const auto once = noise_sweep(net, data, usual);
    CHECK(same(once, noise_sweep(net, data, usual)));
    net.threads(2);
    CHECK(same(once, noise_sweep(net, data, usual)));
    auto other = usual;
    other.seed = {4};
    CHECK_FALSE(same(once, noise_sweep(net, data, other)));
}

TEST_CASE("votes are nested: fewer votes measure the same when more are asked for too")
{
    const auto net = tiny::make();
    const auto data = tiny::labelled(40, net);
    const auto few = noise_sweep(net, data, {.snr_db = {0}, .votes = {3}});
    const auto many = noise_sweep(net, data, {.snr_db = {0}, .votes = {5, 3, 1}});
    for (const auto rule : {voting::majority, voting::mean_probability})
    {
        CHECK(few.at(0, 3, rule).mean == many.at(0, 3, rule).mean);
        CHECK(few.at(0, 3, rule).deviation == many.at(0, 3, rule).deviation);
    }
}

TEST_CASE("progress counts passes: max(votes) x repeats a noisy level, one an exact level")
{
    const auto net = tiny::make();
    const auto data = tiny::labelled(10, net);
    std::vector<std::size_t> done;
    noise_sweep(net, data, {.snr_db = {infinity, 0}, .votes = {1, 3}, .repeats = 2},
                [&](std::size_t now, std::size_t all)
                {
                    CHECK(all == 12);
                    done.push_back(now);
                });
    CHECK(done == std::vector<std::size_t>{6, 7, 8, 9, 10, 11, 12});
}

TEST_CASE("a sweep over absolute levels, of a network that gives outputs per step")
{
    using analog = policies<noise::gaussian<sigma>>;
    const auto net = tiny::make<network<recurrent<cell::lstm, analog>, dense<analog>>>();
    const auto data = tiny::labelled(30, net);
    const auto s = noise_sweep(net, data, {.sigma = {0, 0.1, 2}, .repeats = 3});
    CHECK(s.unit == "sigma");
    CHECK(s.at(0).mean == 1);
    CHECK(s.at(0).deviation == 0);
    CHECK(s.at(2).mean < s.at(0.1).mean);
}

TEMPLATE_TEST_CASE("a sweep over levels in units of the array", "", relative_to_wmax, relative_to_largest_product)
{
    using analog = policies<noise::gaussian<TestType>>;
    const auto net = tiny::make<network<recurrent<cell::lstm, analog>, last_step, dense<analog>>>();
    const auto data = tiny::labelled(30, net);
    const bool of_weights = std::is_same_v<TestType, relative_to_wmax>;
    sweep_options options{.repeats = 3};
    (of_weights ? options.relative_to_wmax : options.relative_to_largest_product) = {0, 0.1, 2};
    const auto s = noise_sweep(net, data, options);
    CHECK(s.unit == (of_weights ? "relative_to_wmax" : "relative_to_largest_product"));
    CHECK(s.at(0).mean == 1);
    CHECK(s.at(2).mean < s.at(0.1).mean);
}

TEST_CASE("noise that has no such level stays on, so a level of none is measured as often as others")
{
    using relative = noise::gaussian<snr_db>;
    using analog = policies<noise::all<relative, noise::at_input<noise::gaussian<sigma>>>>;
    auto net = tiny::make<network<recurrent<cell::lstm, analog>, last_step, dense<analog>>>();
    const auto data = tiny::labelled(50, net);
    net.noise_level(sigma{0.5});
    const auto s = noise_sweep(net, data, {.snr_db = {infinity}, .repeats = 4});
    CHECK(s.at(infinity).mean < 1);
    CHECK(s.at(infinity).deviation > 0);
}

TEST_CASE("one repeat has no interval, and the table says so")
{
    const auto net = tiny::make();
    const auto data = tiny::labelled(20, net);
    const auto s = noise_sweep(net, data, {.snr_db = {infinity, 5}, .repeats = 1});
    CHECK_FALSE(s.at(5).has_interval());
    std::ostringstream text;
    text << s;
    CHECK_THAT(text.str(), support::contains("     inf      1  majority                100.00    0.00                   -        1\n"));
    CHECK_THAT(csv(s), support::contains("snr_db,votes,voting,repeats,accuracy_mean,accuracy_std,ci95_low,ci95_high\n"
                                         "inf,1,majority,1,1,0,nan,nan\n"
                                         "inf,1,mean_probability,1,1,0,nan,nan\n5,1,majority,1,"));
    std::ostringstream repeated;
    repeated << noise_sweep(net, data, {.snr_db = {infinity}, .repeats = 5});
    CHECK_THAT(repeated.str(), support::contains("100.00 to 100.00        5\n"));
}

TEST_CASE("sweeps that make no sense are refused")
{
    const auto net = tiny::make();
    auto data = tiny::labelled(10, net);
    CHECK_THROWS_AS(noise_sweep(net, data, {}), value_error);
    CHECK_THROWS_AS(noise_sweep(net, data, {.snr_db = {1}, .sigma = {1}}), value_error);
    CHECK_THROWS_AS(noise_sweep(net, data, {.snr_db = {1}, .votes = {}}), value_error);
    CHECK_THROWS_AS(noise_sweep(net, data, {.snr_db = {1}, .votes = {1, 0}}), value_error);
    CHECK_THROWS_AS(noise_sweep(net, data, {.snr_db = {1}, .repeats = 0}), value_error);
    CHECK_THROWS_AS(noise_sweep(net, data, {.sigma = {1}}), value_error);  // no noise of this network has such a level
    std::size_t passes = 0;
    CHECK_THROWS_AS(noise_sweep(net, data, {.snr_db = {1, std::nan("")}}, [&](std::size_t, std::size_t) { ++passes; }), value_error);
    CHECK(passes == 0);
    data.labels[0] = 99;
    CHECK_THROWS_AS(noise_sweep(net, data, {.snr_db = {1}}), value_error);
    data.labels.clear();
    CHECK_THROWS_AS(noise_sweep(net, data, {.snr_db = {1}}), value_error);
}
}
