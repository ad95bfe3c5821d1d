// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "support/catch.hpp"
#include "support/gradient_check.hpp"

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>

#include <dni/crossbar/policies.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>

//! What every cell has to pass: ∂L/∂weights and ∂L/∂x of a recurrent stack and its read-out on each step equal central differences in double,
//! for every kind of noise, in ragged batches.
namespace cell_gradients
{
using relative = dni::noise::gaussian<dni::snr_db>;
using absolute = dni::noise::gaussian<dni::sigma>;

template <class Noise>
using exactly = dni::policies<Noise, dni::precision::float64>;

struct shape
{
    std::size_t inputs, hidden, layers;
    std::vector<std::size_t> lengths;
    dni::seed weights{2};
    double step = 1e-4;  //!< of the differences
    double bound = 1e-9; //!< measured: below 5e-11
};

template <class Stack, class Noise>
void check(const char* what, const shape& chosen)
{
    INFO(what);
    using network = dni::network<Stack, dni::dense<exactly<Noise>>>;
    const dni::recurrent_options options{chosen.hidden, chosen.layers, 0.0};
    network net(chosen.inputs, dni::seed{1}, options, {2}, true);
    support::roughen(net, chosen.weights);
    support::switch_on_noise(net);
    auto batch = support::random_batch(chosen.lengths, chosen.inputs, dni::seed{3});

    const auto error = support::check_gradient(net, batch, {}, chosen.step);
    CAPTURE(error.weights, error.inputs);
    CHECK(error.weights <= chosen.bound);
    CHECK(error.inputs <= chosen.bound);

    // Without ∂L/∂x the gradient of the weights is the same.
    network plain(chosen.inputs, dni::seed{1}, options, {2}, false);
    support::roughen(plain, chosen.weights);
    support::switch_on_noise(plain);
    const dni::key pass{dni::seed{4}};
    const auto gradient_of = [&](network& n)
    {
        n.backward(n.forward(batch, pass));
        return std::vector<double>(n.gradient().begin(), n.gradient().end());
    };
    CHECK(std::ranges::equal(gradient_of(plain), gradient_of(net)));

    // Both kinds of pass compute the same.
    const auto trained = net.forward(batch, pass);
    const auto last = trained.row(trained.rows - 1);
    const std::vector<double> expected(last.begin(), last.end());
    const auto inferred = net.infer(batch, pass);
    CHECK(std::ranges::equal(inferred.row(inferred.rows - 1), expected));
}

template <template <class Noise> class Stack, class Noise>
void check_one(const char* what, const shape& chosen)
{
    check<Stack<Noise>, Noise>(what, chosen);
}

//! The least that a new kind of stack needs.
template <template <class Noise> class Stack>
void check_each_site(const shape& chosen)
{
    using namespace dni::noise;
    check_one<Stack, none>("none", chosen);
    check_one<Stack, relative>("output, relative", chosen);
    check_one<Stack, at_input<relative>>("input, relative", chosen);
    check_one<Stack, at_weights<relative>>("weights, relative", chosen);
}

template <template <class Noise> class Stack>
void check_every_noise(const shape& chosen)
{
    using namespace dni::noise;
    check_each_site<Stack>(chosen);
    check_one<Stack, absolute>("output, absolute", chosen);
    check_one<Stack, all<at_input<absolute>, at_weights<absolute>>>("input and weights, absolute", chosen);
    check_one<Stack, all<at_input<relative>, relative, at_weights<absolute>, absolute, at_input<relative>, at_weights<relative>, relative>>(
        "two at each site", chosen);
}

template <class Cell>
struct stacks_of
{
    template <class Noise>
    using forward = dni::recurrent<Cell, exactly<Noise>>;
    template <class Noise>
    using both = dni::bidirectional<Cell, exactly<Noise>>;
};
}
