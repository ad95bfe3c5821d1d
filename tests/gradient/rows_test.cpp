// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "gradient/cell_gradients.hpp"

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/noise_at_rows.hpp>
#include <dni/cell/rnn.hpp>
#include <dni/noise/multiplicative.hpp>

namespace rows_test
{
using namespace dni;

//! Noise at the points of the cells, held fixed. Additive noise tests which values a derivative is computed from, gains and relative levels whether the
//! gradient of a point is complete where it passes through the noise.
namespace
{
using cell_gradients::absolute;
using cell_gradients::relative;
using gain = noise::multiplicative;

template <class Cell, class Noise>
void check(const char* what)
{
    cell_gradients::check<recurrent<Cell, cell_gradients::exactly<Noise>>, Noise>(what, {.inputs = 2, .hidden = 9, .layers = 2, .lengths = {2, 3, 1}});
}
}

TEST_CASE("gradients through noise at the points of a cell equal central differences")
{
    check<cell::lstm, noise::all<relative, noise::at_gates<gain>, noise::at_hadamard<relative>, noise::at_cell_state<absolute>,
                                 noise::at_cell_state<relative>, noise::at_hidden_state<gain>>>("lstm, everywhere");
    check<cell::gru, noise::all<noise::at_gates<absolute>, noise::at_hadamard<gain>, noise::at_row<relative, cell::gru::h>, noise::at_row<gain, cell::gru::n>>>(
        "gru, a gradient that passes beside one that changes");
    check<cell::rnn<>, noise::all<noise::at_hidden_state<relative>, noise::at_hidden_state<absolute>>>("rnn, two at one point");
}
}
