// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/gradient_check.hpp"

#include <cstddef>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/rnn.hpp>
#include <dni/core/xtensor.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/embedding.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/mean_over_time.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>

namespace layers_test
{
using namespace dni;

//! The layers around the cells: gradients equal central differences in double, with relative noise at all sites of every product.
namespace
{
constexpr double bound = 1e-9;

using relative = noise::gaussian<snr_db>;
using noisy = policies<noise::all<noise::at_input<relative>, noise::at_weights<relative>, relative>, precision::float64>;

const std::vector<std::size_t> lengths{2, 4, 1, 4};

template <class Network>
void check(Network net, const recurrent_state<double>& state = {})
{
    support::roughen(net, seed{2});
    support::switch_on_noise(net);
    auto batch = support::random_batch(lengths, net.inputs(), seed{3});
    const auto error = support::check_gradient(net, batch, state);
    CAPTURE(error.weights, error.inputs);
    CHECK(net.input_gradient().rows == batch.shape.rows());
    CHECK(error.weights <= bound);
    CHECK(error.inputs <= bound);
}

//! A network of tokens has no gradient of its input.
template <class Network>
void check_tokens(Network net)
{
    support::roughen(net, seed{2});
    support::switch_on_noise(net);
    auto tokens = tensor<double, 3>::from_shape({4, lengths.size(), 1});
    stream random{key{seed{3}}};
    for (double& token : tokens)
    {
        token = random.below(5);
    }
    auto batch = data::pack<double>(tokens, lengths);
    CHECK(support::check_gradient(net, batch).weights <= bound);
}

//! Carried rows as a pass over another batch left them.
template <class Network>
recurrent_state<double> some_state(Network net)
{
    recurrent_state<double> state;
    support::roughen(net, seed{4});
    net.infer(support::random_batch(lengths, net.inputs(), seed{5}), key{}, &state);
    return state;
}
}

TEST_CASE("gradients through the last step")
{
    check(network<recurrent<cell::lstm, noisy>, last_step, dense<noisy>>(3, seed{1}, {4}, {}, {2}, true));
    check(network<recurrent<cell::lstm, noisy>, last_step>(3, seed{1}, {4}, {}, true));
    check(network<bidirectional<cell::lstm, noisy>, last_step>(3, seed{1}, {4}, {}, true));
}

TEST_CASE("gradients through the mean over time, before and behind a read-out")
{
    check(network<recurrent<cell::gru, noisy>, mean_over_time, dense<noisy>>(3, seed{1}, {4}, {}, {2}, true));
    check(network<recurrent<cell::gru, noisy>, dense<noisy>, mean_over_time>(3, seed{1}, {4}, {2}, {}, true));
}

TEST_CASE("gradients through the final states of a bidirectional layer")
{
    check(network<bidirectional<cell::lstm, noisy>, final_states, dense<noisy>>(3, seed{1}, {3}, {}, {2}, true));
}

TEST_CASE("gradients through a network without a recurrent layer")
{
    check(network<dense<noisy>>(3, seed{1}, {2}, true));
    check(network<dense<noisy>, last_step>(3, seed{1}, {2}, {}, true));
    check(network<last_step, dense<noisy>>(3, seed{1}, {}, {2}, true));
}

TEST_CASE("gradients through layers of different kinds in a row")
{
    check(network<dense<noisy>, recurrent<cell::lstm, noisy>, dense<noisy>, bidirectional<cell::rnn<>, noisy>, mean_over_time, dense<noisy>>(
        2, seed{1}, {3}, {4}, {2}, {3}, {}, {2}, true));
}

TEST_CASE("gradients through dropout between stacked layers")
{
    check(network<recurrent<cell::gru, noisy>, dense<noisy>>(3, seed{1}, {4, 3, 0.4}, {2}, true));
    check(network<bidirectional<cell::lstm, noisy>, last_step, dense<noisy>>(3, seed{1}, {2, 3, 0.4}, {}, {2}, true));
}

TEST_CASE("gradients of a network that reads tokens")
{
    check_tokens(network<one_hot, recurrent<cell::gru, noisy>, dense<noisy>>(1, seed{1}, {5}, {4}, {2}));
    check_tokens(network<embedding<precision::float64>, recurrent<cell::lstm, noisy>, last_step, dense<noisy>>(1, seed{1}, {5, 3}, {4}, {}, {2}));
}

TEST_CASE("gradients of a pass that begins with carried rows, which are held fixed")
{
    const network<recurrent<cell::lstm, noisy>, dense<noisy>> stacked(3, seed{1}, {4, 2}, {2}, true);
    check(stacked, some_state(stacked));
    const network<bidirectional<cell::gru, noisy>, dense<noisy>> both(3, seed{1}, {3, 2}, {2}, true);
    check(both, some_state(both));
}
}
