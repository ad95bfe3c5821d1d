// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/count_allocations.hpp"
#include "support/random_sequences.hpp"

#include <cstddef>
#include <span>
#include <utility>

#include <dni/cell/lstm.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/optim/adam.hpp>

namespace allocation_test
{
using namespace dni;

TEST_CASE("a training step of a shape seen before takes no memory, on any number of threads")
{
    using analog = policies<noise::all<noise::at_input<noise::gaussian<snr_db>>, noise::gaussian<snr_db>>>;
    using model = network<bidirectional<cell::lstm, analog>, final_states, dense<analog>>;
    for (const std::size_t threads : {1u, 2u})
    {
        model net({.inputs = 3, .hidden = 20, .outputs = 4, .layers = 2, .dropout = 0.1}, seed{1});
        net.threads(threads);
        net.noise_level(snr_db{10});
        const auto lengths = support::ragged(40, 9);
        const auto batch = support::batch_of<float>(support::random_sequences(lengths, 3));
        const adam method{.rate = 1e-3};
        auto state = method.make_state<float>(net.parameters().size());
        const cross_entropy loss{};
        workspace_matrix<float> d_outputs;
        const auto step = [&](std::size_t number)
        {
            const auto outputs = net.forward(batch, key{seed{2}}.with(number));
            loss(outputs, batch, d_outputs.resize(outputs.rows, outputs.columns));
            net.backward(d_outputs.view());
            method.step(net.weights(), std::span<const float>(std::as_const(net).gradient()), state, 1e-3);
            net.infer(batch, key{seed{3}}.with(number));
        };
        step(0);
        const std::size_t before = support::allocations();
        for (std::size_t number = 1; number < 4; ++number)
        {
            step(number);
        }
        CHECK(support::allocations() == before);
    }
}
}
