// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "eval/tiny.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <sstream>
#include <vector>

#include <dni/eval/chip_population.hpp>
#include <dni/eval/noise_sweep.hpp>

namespace chip_population_test
{
using namespace dni;

namespace
{
using devices = policies<noise::all<noise::per_chip<noise::at_weights<noise::gaussian<snr_db>>>, noise::gaussian<sigma>>>;
using model = network<recurrent<cell::lstm, devices>, last_step, dense<devices>>;

model make()
{
    auto net = tiny::make<model>();
    net.noise_level(snr_db{0});
    return net;
}
}

TEST_CASE("chip_population: one accuracy for each chip, which the chip alone gives again")
{
    auto net = make();
    const auto data = tiny::labelled(60, net);
    net.chip(chip{99});
    const auto population = evaluate_chips(net, data, {.chips = 30, .first = {5}});
    CHECK(net.chip() == chip{99});
    REQUIRE(population.accuracies.size() == 30);
    for (std::size_t i = 0; i < 30; ++i)
    {
        net.chip(chip{5 + i});
        CHECK(evaluate(net, data).mean == population.accuracies[i]);  // no noise but the chip's
    }
    const auto [low, high] = std::ranges::minmax(population.accuracies);
    CHECK(low < high);

    const double mean = std::accumulate(population.accuracies.begin(), population.accuracies.end(), 0.0) / 30;
    CHECK(population.accuracy.mean == Approx(mean));
    CHECK(population.accuracy.low < mean);
    CHECK(population.accuracy.high > mean);
    CHECK(population.accuracy.deviation > 0);
    CHECK(population.worst_twentieth == low);  // one of thirty
    net.chip(population.worst());
    CHECK(evaluate(net, data).mean == low);
    std::ostringstream text;
    text << population;
    CHECK_THAT(text.str(), support::contains("30 chips: accuracy "));
    CHECK_THAT(text.str(), support::contains("worst chip{" + std::to_string(population.worst().number) + "}"));
}

TEST_CASE("chip_population: the worst twentieth is the mean of that many")
{
    const auto net = make();
    const auto population = evaluate_chips(net, tiny::labelled(40, net), {.chips = 45});
    auto sorted = population.accuracies;
    std::ranges::sort(sorted);
    CHECK(population.worst_twentieth == Approx((sorted[0] + sorted[1]) / 2));
}

TEST_CASE("chip_population: votes draw everything anew but the chip")
{
    auto net = make();
    net.noise_level(snr_db{10});
    net.noise_level(sigma{1.5});
    const auto data = tiny::labelled(150, net);
    const auto one = evaluate_chips(net, data, {.chips = 8});
    const auto many = evaluate_chips(net, data, {.chips = 8, .votes = 25});
    CHECK(many.accuracy.mean > one.accuracy.mean);

    // what the chip alone spoils no vote mends
    net.noise_level(sigma::none());
    net.noise_level(snr_db{0});
    const auto frozen = evaluate_chips(net, data, {.chips = 8});
    CHECK(evaluate_chips(net, data, {.chips = 8, .votes = 3}).accuracies == frozen.accuracies);
}

TEST_CASE("chip_population: what makes no sense is refused")
{
    const auto net = make();
    const auto data = tiny::labelled(5, net);
    CHECK_THROWS_AS(evaluate_chips(net, data, {.chips = 0}), value_error);
    CHECK_THROWS_AS(evaluate_chips(net, data, {.votes = 0}), value_error);
    CHECK_THROWS_AS(evaluate_chips(net, tiny::some(3, seed{1})), value_error);
    CHECK_THROWS_WITH(evaluate_chips(tiny::make(), data), support::contains("noise that is drawn for a chip, as per_chip<…>, found none"));
}

TEST_CASE("noise_sweep: on new chips the repeats are those of chips")
{
    auto net = make();
    const auto data = tiny::labelled(60, net);
    net.chip(chip{3});
    const auto curve = noise_sweep(net, data, {.snr_db = {0}, .repeats = 6, .new_chips = true});
    CHECK(net.chip() == chip{3});
    const auto population = evaluate_chips(net, data, {.chips = 6});
    CHECK(curve.at(0).mean == Approx(population.accuracy.mean));
    CHECK(curve.at(0).deviation == Approx(population.accuracy.deviation));
    const auto at_home = noise_sweep(net, data, {.snr_db = {0}, .repeats = 6});
    CHECK(at_home.at(0).deviation == 0);
    CHECK(at_home.at(0).mean == evaluate(net, data).mean);
    CHECK_THROWS_WITH(noise_sweep(tiny::make(), data, {.snr_db = {0}, .new_chips = true}), support::contains("noise_sweep: new_chips: expected"));
}
}
