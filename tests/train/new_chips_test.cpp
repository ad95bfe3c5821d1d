// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/train/trainer.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "train/pupil.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <dni/cell/lstm.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/noise/gaussian.hpp>

namespace new_chips_test
{
using namespace dni;
using namespace school;

namespace
{
using on_chips = policies<noise::per_chip<noise::gaussian<sigma>>>;
using chip_reader = network<recurrent<cell::lstm, on_chips>, last_step, dense<on_chips>>;

//! The losses of six steps with the whole data set, the weights at rest: they differ by the chip alone.
std::vector<double> losses_on_chips(chip_reader& net, bool new_chips, seed s = {1})
{
    trainer at_work(net, at_rest, cross_entropy{});
    records seen;
    at_work.fit(digits(), {.epochs = 6, .batch = 160, .new_chips = new_chips, .seed = s, .progress = false}, seen);
    std::vector<double> losses;
    for (const auto& step : seen.steps)
    {
        losses.push_back(step.loss);
    }
    return losses;
}
}

TEST_CASE("trainer: a new chip for each step if so wanted, keyed by seed and step, and the network stays on its own")
{
    chip_reader net(tiny::sizes, seed{7});
    net.noise_level(sigma{1});
    net.chip(chip{17});
    const auto at_home = losses_on_chips(net, false);
    CHECK(std::ranges::all_of(at_home, [&](double loss) { return std::abs(loss - at_home[0]) < 1e-5; }));  // the order of the batch alone
    const auto abroad = losses_on_chips(net, true);
    for (std::size_t i = 1; i < abroad.size(); ++i)
    {
        CHECK(std::abs(abroad[i] - abroad[i - 1]) > 1e-3);
    }
    CHECK(net.chip() == chip{17});
    CHECK(losses_on_chips(net, true) == abroad);
    CHECK(losses_on_chips(net, true, seed{2}) != abroad);
}

TEST_CASE("trainer: a training on new chips is validated on chips, the same after each epoch")
{
    chip_reader net(tiny::sizes, seed{7});
    net.noise_level(sigma{1});
    const auto validated = [&](bool new_chips, std::size_t passes)
    {
        trainer at_work(net, at_rest, cross_entropy{});
        at_work.fit(digits(), digits(), {.epochs = 2, .new_chips = new_chips, .validation_passes = passes, .progress = false});
        const auto& epochs = at_work.history().epochs;
        CHECK(epochs[0].validation_loss == epochs[1].validation_loss);
        return epochs[0].validation_loss;
    };
    CHECK(validated(false, 1) == Approx(validated(false, 3)).epsilon(1e-6));
    CHECK(std::abs(validated(true, 1) - validated(true, 3)) > 1e-3);
}

TEST_CASE("trainer: new chips are refused where no noise is drawn for a chip")
{
    auto net = pupil();
    trainer at_work(net, at_rest, cross_entropy{});
    CHECK_THROWS_WITH(at_work.fit(digits(), {.new_chips = true}), support::contains("fit: new_chips: expected a network with noise that is drawn for a chip"));
}
}
