// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "gradient/cell_gradients.hpp"

#include <dni/cell/rnn.hpp>

namespace rnn_tanh_test
{
using stacks = cell_gradients::stacks_of<dni::cell::rnn<dni::cell::tanh>>;

TEST_CASE("rnn<tanh>: gradients of one layer equal central differences")
{
    cell_gradients::check_every_noise<stacks::forward>({.inputs = 3, .hidden = 5, .layers = 1, .lengths = {3, 5, 1, 4}});
}

TEST_CASE("rnn<tanh>: gradients of a layer wider than a SIMD register equal central differences")
{
    cell_gradients::check_every_noise<stacks::forward>({.inputs = 2, .hidden = 9, .layers = 1, .lengths = {1, 3}});
}

TEST_CASE("rnn<tanh>: gradients of two stacked layers equal central differences")
{
    cell_gradients::check_every_noise<stacks::forward>({.inputs = 2, .hidden = 4, .layers = 2, .lengths = {2, 4, 1}});
}

TEST_CASE("rnn<tanh>: gradients of two bidirectional layers equal central differences")
{
    cell_gradients::check_each_site<stacks::both>({.inputs = 2, .hidden = 3, .layers = 2, .lengths = {2, 4, 1}});
}
}
