// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "gradient/cell_gradients.hpp"

#include <dni/cell/rnn.hpp>

namespace rnn_relu_test
{
// A difference across the kink of the rectifier is no derivative: the steps are short, which costs digits, and the weights are such that no kink
// lies within a step.
using stacks = cell_gradients::stacks_of<dni::cell::rnn<dni::cell::relu>>;

namespace
{
cell_gradients::shape away_from_kinks(cell_gradients::shape chosen)
{
    chosen.weights = dni::seed{3};
    chosen.step = 1e-5;
    chosen.bound = 1e-8; // measured: below 2e-9
    return chosen;
}
}

TEST_CASE("rnn<relu>: gradients of one layer equal central differences")
{
    cell_gradients::check_every_noise<stacks::forward>(away_from_kinks({.inputs = 3, .hidden = 5, .layers = 1, .lengths = {3, 5, 1, 4}}));
}

TEST_CASE("rnn<relu>: gradients of a layer wider than a SIMD register equal central differences")
{
    cell_gradients::check_every_noise<stacks::forward>(away_from_kinks({.inputs = 2, .hidden = 9, .layers = 1, .lengths = {1, 3}}));
}

TEST_CASE("rnn<relu>: gradients of two stacked layers equal central differences")
{
    cell_gradients::check_every_noise<stacks::forward>(away_from_kinks({.inputs = 2, .hidden = 4, .layers = 2, .lengths = {2, 4, 1}}));
}

TEST_CASE("rnn<relu>: gradients of two bidirectional layers equal central differences")
{
    cell_gradients::check_each_site<stacks::both>(away_from_kinks({.inputs = 2, .hidden = 3, .layers = 2, .lengths = {2, 4, 1}}));
}
}
