// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/train/trainer.hpp>

#include "eval/tiny.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/same_bits.hpp"
#include "train/pupil.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <dni/cell/rnn.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/optim/adam.hpp>
#include <dni/optim/sgd.hpp>

namespace truncation_test
{
using namespace dni;
using namespace school;

TEST_CASE("truncated training takes a step after each chunk and carries the state on")
{
    const std::size_t count = 3;
    const fit_options options{.epochs = 2, .batch = 1000, .noise = snr_db{10}, .clip_norm = 0.5, .truncate = count, .seed = {6}, .progress = false};
    tiny::per_step net(tiny::sizes, seed{7});
    records all;
    trainer teacher(net, sgd{.rate = 0.2}, cross_entropy{});
    teacher.fit(logs(), options, all);

    // the same by hand
    tiny::per_step other(tiny::sizes, seed{7});
    other.noise_level(snr_db{10});
    auto state_of_sgd = sgd{}.make_state<float>(other.parameters().size());
    const key root{seed{6}};
    for (std::size_t epoch = 1; epoch <= 2; ++epoch)
    {
        std::vector<std::size_t> order(logs().size());
        for (std::size_t i = 0; i < order.size(); ++i)
        {
            order[i] = i;
        }
        stream random{root.with(purpose::shuffling).with(epoch)};
        shuffle(std::span<std::size_t>(order), random);
        data::batch<float> batch;
        batch.fill(logs(), order);
        recurrent_state<float> state;
        workspace_matrix<float> work;
        double loss = 0;
        double longest = 0;
        for (std::size_t first = 0; first < batch.shape.steps(); first += count)
        {
            const auto part = batch.steps(first, count);
            const auto outputs = other.forward(part, root.with(purpose::training).with(epoch), &state);
            const auto d = work.resize(outputs.rows, outputs.columns);
            loss += cross_entropy{}(outputs, part, d) * static_cast<double>(outputs.rows);
            other.backward(d);
            longest = std::max(longest, clip_by_norm(other.gradient(), 0.5));
            sgd{}.step(other.weights(), std::as_const(other).gradient(), state_of_sgd, 0.2);
        }
        CHECK(all.steps[epoch - 1].loss == Approx(loss / static_cast<double>(batch.shape.rows())).epsilon(1e-12));
        CHECK(all.steps[epoch - 1].gradient_norm == longest);
    }
    CHECK(support::same_bits(weights_of(other), weights_of(net)));
}

TEST_CASE("chunks longer than every sequence are no truncation")
{
    const auto train = [](std::size_t truncate)
    {
        tiny::per_step net(tiny::sizes, seed{7});
        trainer teacher(net, adam{.rate = 1e-2}, cross_entropy{});
        const auto loss = teacher.fit(logs(), {.epochs = 3, .batch = 8, .noise = snr_db{10}, .truncate = truncate, .progress = false}).epochs.back().train_loss;
        return std::pair(weights_of(net), loss);
    };
    const auto whole = train(0);
    CHECK(train(logs().longest()) == whole);
    CHECK(train(std::numeric_limits<std::size_t>::max()) == whole);
    CHECK(train(2) != whole);
}

TEST_CASE("truncation of what reads ahead is refused")
{
    network<bidirectional<cell::rnn<>>, dense<>> net({.inputs = 3, .hidden = 2, .outputs = 4}, seed{1});
    trainer teacher(net, at_rest, cross_entropy{});
    CHECK_NOTHROW(teacher.fit(logs(), {.epochs = 1, .progress = false}));
    CHECK_THROWS_WITH(teacher.fit(logs(), {.truncate = 2, .progress = false}),
                      support::contains("fit: truncate: expected layers that read forward in time, found a bidirectional rnn<tanh>"));
}
}
