// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/random_sequences.hpp"
#include "support/same_bits.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/rnn.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/mean_over_time.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/precision/converted.hpp>

namespace passes_test
{
using namespace dni;

//! What is promised: within one build, values and gradients of a pass are the same bits on any number of threads and in every run; the values
//! of a sample are the same bits in whatever batch and at whatever place it stands.
namespace
{
using relative = noise::gaussian<snr_db>;

struct pass_bits
{
    std::vector<double> outputs, gradient;
    bool operator==(const pass_bits& other) const
    {
        return support::same_bits(outputs, other.outputs) && support::same_bits(gradient, other.gradient);
    }
};

const sizes chosen{.inputs = 3, .hidden = 13, .outputs = 5, .layers = 2, .dropout = 0.2};
const std::vector<std::vector<std::size_t>> batches{support::ragged(101, 17), std::vector<std::size_t>(64, 9), {4}, support::ragged(5, 40, 2)};

template <class Net>
Net make()
{
    Net net(chosen, seed{1});
    net.for_each_noise([](auto& part) { part.level = snr_db{6}; });
    return net;
}

//! Outputs of inference and of training, and the gradient, on `threads` threads.
template <class Net>
pass_bits pass(Net& net, const data::sequences& set, std::size_t threads)
{
    using T = typename Net::value_type;
    net.threads(threads);
    const auto batch = support::batch_of<T>(set);
    pass_bits result;
    const auto add = [&](matrix_view<const T> y)
    {
        const auto all = support::elements(y);
        result.outputs.insert(result.outputs.end(), all.begin(), all.end());
    };
    add(net.infer(batch, key{seed{2}}));
    const auto y = net.forward(batch, key{seed{2}});
    add(y);
    workspace_matrix<T> work;
    const auto d = work.resize(y.rows, y.columns);
    stream random{key{seed{3}}};
    for (std::size_t r = 0; r < d.rows; ++r)
    {
        for (T& v : d.row(r))
        {
            v = random.normal<T>();
        }
    }
    net.backward(d);
    result.gradient.assign(net.gradient().begin(), net.gradient().end());
    return result;
}

template <class Cell, class Noise, class Precision = precision::float32, template <class, class> class Stack = recurrent>
using classifier = network<Stack<Cell, policies<Noise, Precision>>, last_step, dense<policies<Noise, Precision>>>;

template <class Cell, class Noise>
using averaging = network<recurrent<Cell, policies<Noise>>, dense<policies<Noise>>, mean_over_time>;

using converted_at_random = precision::converted<precision::dac<precision::constant_bound, precision::stochastic>,
                                                 precision::adc<precision::constant_bound, precision::stochastic>>;
using every_site = noise::all<relative, noise::at_input<relative>, noise::at_weights<relative>, relative>;
}

#define EVERY_NETWORK                                                                                                                              \
    (classifier<cell::lstm, noise::none>), (classifier<cell::gru, noise::none>), (classifier<cell::rnn<>, noise::none>),                            \
        (classifier<cell::lstm, relative>), (classifier<cell::gru, noise::at_input<relative>>), (classifier<cell::rnn<>, noise::at_weights<relative>>), \
        (classifier<cell::lstm, every_site>), (classifier<cell::gru, every_site, precision::float64>),                                              \
        (classifier<cell::rnn<cell::relu>, relative, precision::float32, bidirectional>), (classifier<cell::lstm, every_site, precision::float32, bidirectional>), \
        (averaging<cell::gru, relative>), (classifier<cell::gru, every_site, converted_at_random>)

TEMPLATE_TEST_CASE("a pass and its gradient are the same bits on 1, 2 and 3 threads, and on two runs", "", EVERY_NETWORK)
{
    for (const auto& lengths : batches)
    {
        const auto set = support::random_sequences(lengths, 3);
        auto net = make<TestType>();
        const auto expected = pass(net, set, 1);
        CHECK(std::ranges::any_of(expected.gradient, [](double g) { return g != 0; }));
        for (const std::size_t threads : {2u, 3u})
        {
            CHECK(pass(net, set, threads) == expected);
        }
        auto again = make<TestType>();
        CHECK(pass(again, set, 2) == expected);
        CHECK(pass(again, set, 1) == expected);  // after a pass, workspaces hold old numbers
    }
}

TEMPLATE_TEST_CASE("the values of a sample do not depend on the batch around it", "", EVERY_NETWORK)
{
    using T = typename TestType::value_type;
    const auto set = support::random_sequences(support::ragged(50, 15), 3);
    auto net = make<TestType>();
    net.threads(2);
    std::vector<std::vector<T>> expected(set.size());
    const auto whole = support::batch_of<T>(set);
    const auto y = net.infer(whole, key{seed{2}});
    for (std::size_t b = 0; b < set.size(); ++b)
    {
        expected[whole.shape.id(b)].assign(y.row(b).begin(), y.row(b).end());
    }
    const auto check = [&](std::span<const std::size_t> members)
    {
        const auto batch = support::batch_of<T>(set, members);
        // training draws dropout too, for each sample on its own
        std::vector<std::vector<T>> trained(set.size());
        const auto train = [&](const data::batch<T>& some, auto&& take)
        {
            const auto out = net.forward(some, key{seed{2}});
            for (std::size_t b = 0; b < some.shape.samples(); ++b)
            {
                take(some.shape.id(b), out.row(b));
            }
        };
        train(whole, [&](std::uint64_t id, auto row) { trained[id].assign(row.begin(), row.end()); });
        bool same = true;
        train(batch, [&](std::uint64_t id, auto row) { same = same && support::same_bits(row, std::span<const T>(trained[id])); });
        const auto part = net.infer(batch, key{seed{2}});
        for (std::size_t b = 0; b < members.size(); ++b)
        {
            same = same && support::same_bits(part.row(b), std::span<const T>(expected[batch.shape.id(b)]));
        }
        CHECK(same);
    };
    std::vector<std::size_t> order(set.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::uint64_t round = 0; round < 5; ++round)
    {
        stream random{key{seed{round}}};
        shuffle(std::span<std::size_t>(order), random);
        check(order);
        check(std::span(order).first(17));
        check(std::span(order).first(3));
        check(std::span(order).first(1));
    }
}
}
