// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "eval/tiny.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <sstream>
#include <string>

#include <dni/eval/aging.hpp>
#include <dni/eval/describe.hpp>
#include <dni/noise/multiplicative.hpp>
#include <dni/noise/phase_change_memory.hpp>

namespace aging_test
{
using namespace dni;
using support::contains;

namespace
{
using memory = noise::phase_change_memory;
using analog = policies<memory>;
using model = network<recurrent<cell::lstm, analog>, last_step, dense<analog>>;
}

TEST_CASE("aging: each age is the population read at that age, and the network stays as it is")
{
    auto net = tiny::make<model>();
    const auto data = tiny::labelled(80, net);
    net.set_noise(memory{.device = {.age = {5}}});
    net.chip(chip{77});
    const std::string before = describe(net);
    const auto found = evaluate_ages(net, data, {{0}, {3.15e7}}, {.chips = 6, .first = {3}});
    CHECK(describe(net) == before);
    CHECK(net.chip() == chip{77});
    REQUIRE(found.points.size() == 2);
    for (const double age : {0.0, 3.15e7})
    {
        net.set_noise(memory{.device = {.age = {age}}});
        CHECK(found.at({age}).accuracies == evaluate_chips(net, data, {.chips = 6, .first = {3}}).accuracies);
    }
    CHECK(found.at({0}).accuracies != found.at({3.15e7}).accuracies);
    CHECK_THROWS_WITH(found.at({60}), contains("an age that was measured") && contains("60 s"));
}

TEST_CASE("aging: all else of a memory is as the network has it")
{
    auto net = tiny::make<model>();
    const auto data = tiny::labelled(80, net);
    net.set_noise(memory{.device = {.written_scale = 0, .drift_scale = 0, .read_scale = 0}});
    const auto ideal = evaluate_ages(net, data, {{1}, {1e6}}, {.chips = 2});
    CHECK(ideal.at({1}).accuracies == ideal.at({1e6}).accuracies);

    net.set_noise(memory{.device = {.age = {1e6}}, .compensation = noise::compensation::column, .range = noise::full_range::column});
    CHECK(evaluate_ages(net, data, {{1e6}}, {.chips = 4}).points[0].chips.accuracies == evaluate_chips(net, data, {.chips = 4}).accuracies);
}

TEST_CASE("aging: a table and a file")
{
    auto net = tiny::make<model>();
    const auto data = tiny::labelled(40, net);
    const auto found = evaluate_ages(net, data, {{1}, {86400}}, {.chips = 3, .first = {9}});
    std::ostringstream table;
    table << found;
    CHECK_THAT(table.str(), contains("age, s") && contains("86400") && contains("worst 5 %"));
    std::ostringstream file;
    found.write_csv(file);
    CHECK_THAT(file.str(), contains("age_seconds,chip,accuracy\n1,9,") && contains("\n86400,11,"));
}

TEST_CASE("aging: ages that make no sense are refused before anything is measured, and networks that do not age")
{
    auto net = tiny::make<model>();
    const auto data = tiny::labelled(20, net);
    CHECK_THROWS_WITH(evaluate_ages(net, data, {{1}, {-1}}), contains("evaluate_ages") && contains("0 to 1e10 s"));
    CHECK_THROWS_WITH(evaluate_ages(net, data, {}), contains("at least one age"));
    const auto gains = with_noise<noise::per_chip<noise::multiplicative>>(net);
    CHECK_THROWS_WITH(evaluate_ages(gains, data, {{1}}), contains("memory that ages"));
}
}
