// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/same_bits.hpp"

#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/rnn.hpp>
#include <dni/data/synthetic_strokes.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/mean_over_time.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/noise/schedule.hpp>
#include <dni/optim/adam.hpp>
#include <dni/train/trainer.hpp>

namespace training_test
{
using namespace dni;

namespace
{
using relative = noise::gaussian<snr_db>;
using every_site = noise::all<relative, noise::at_input<relative>, noise::at_weights<relative>>;

struct result
{
    std::vector<float> weights;
    std::vector<double> losses;
};

//! Moves every value a little: augmentation draws from a stream of its own.
struct jitter
{
    void augment(std::span<float> values, std::size_t, stream& random) const
    {
        for (float& v : values)
        {
            v += 0.01f * random.normal();
        }
    }
};

//! Three epochs with noise at every site, levels drawn for each step, dropout, augmentation, clipping and validation.
template <class Cell>
result train(std::size_t threads, std::uint64_t s = 1)
{
    using hardware = policies<every_site>;
    static const auto strokes = data::synthetic_strokes(200, seed{5});
    network<recurrent<Cell, hardware>, dense<hardware>, mean_over_time> net({.inputs = 4, .hidden = 14, .outputs = 10, .layers = 2, .dropout = 0.1}, seed{1});
    net.threads(threads);
    trainer teacher(net, adam{.rate = 1e-2}, cross_entropy{});
    const auto& history = teacher.fit(strokes,
                                      {.epochs = 3,
                                       .batch = 32,
                                       .noise = noise::ramp(snr_db{20}, snr_db{10}).until(0.3).then(noise::drawn(snr_db{5}, snr_db{15})),
                                       .clip_norm = 1,
                                       .validation = 0.2,
                                       .keep_best = true,
                                       .seed = {s},
                                       .progress = false},
                                      jitter{});
    result end;
    const auto weights = std::as_const(net).weights();
    end.weights.assign(weights.begin(), weights.end());
    for (const auto& epoch : history.epochs)
    {
        end.losses.push_back(epoch.train_loss);
        end.losses.push_back(epoch.validation_loss);
        end.losses.push_back(epoch.validation_accuracy);
    }
    return end;
}

bool same(const result& a, const result& b) { return support::same_bits(a.weights, b.weights) && support::same_bits(a.losses, b.losses); }
}

TEMPLATE_TEST_CASE("training gives the same bits on 1 and 2 threads, and on two runs", "", cell::lstm, cell::gru, cell::rnn<>)
{
    const auto expected = train<TestType>(1);
    REQUIRE(expected.losses.size() == 9);
    CHECK(std::isfinite(expected.losses.back()));
    CHECK(same(train<TestType>(1), expected));
    CHECK(same(train<TestType>(2), expected));
}

TEST_CASE("training with another seed gives other bits")
{
    CHECK(!same(train<cell::gru>(2, 1), train<cell::gru>(2, 2)));
}
}
