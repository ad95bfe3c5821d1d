// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "gradient/cell_gradients.hpp"

#include <array>
#include <cstddef>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/noise_at_rows.hpp>
#include <dni/cell/normalized.hpp>
#include <dni/cell/rnn.hpp>
#include <dni/core/math.hpp>
#include <dni/noise/multiplicative.hpp>

using namespace dni;

//! Gradients of inputs, weights, gain and shift of normalised cells: all are in the flat vector.
namespace
{
using cell_gradients::relative;
using gain = noise::multiplicative;

// A running sum that two non-linearities read, each behind a normalisation: a cell as a user writes one.
struct running_sum
{
    static constexpr const char* name = "running sum";
    static constexpr std::array products{cell::by_both(0), cell::by_input(1)};
    enum row : std::size_t { c, m, t, u, h, rows, s, v };
    static constexpr std::array<std::size_t, 2> carried{h, c};
    static constexpr std::array points{cell::point{s, cell::role::argument, "s"}, cell::point{v, cell::role::argument, "v"}};

    static void forward(auto& e) noexcept
    {
        e[c] = e.last(c) + e.in[0];
        e[m] = e.in[1];
        e[t] = math::tanh(e.at(s, e[c]));
        e[u] = math::sigmoid(e.at(v, e[c] * e[m]));
        e[h] = e[t] * e[u];
    }

    static void adjoint(const auto& e, auto& d) noexcept
    {
        d[t] = d[h] * e[u];
        d[u] = d[h] * e[t];
        const auto d_v = d.at(v, d[u] * e[u] * (1 - e[u]));
        const auto d_s = d.at(s, d[t] * (1 - e[t] * e[t]));
        d[c] = d[c] + d_s + d_v * e[m];
        d.in[0] = d[c];
        d.in[1] = d_v * e[c];
        d.last(c) = d[c];
    }
};

template <class Cell, class Noise, directions Ways = directions::forward>
void check(const char* what, std::size_t layers = 1)
{
    INFO(cell::normalized<Cell>::name);
    using stack = recurrent_stack<cell::normalized<Cell>, cell_gradients::exactly<Noise>, Ways>;
    cell_gradients::check<stack, Noise>(what, {.inputs = 2, .hidden = 9, .layers = layers, .lengths = {2, 3, 1}});
}
}

TEST_CASE("gradients of normalised cells equal central differences")
{
    check<cell::lstm, noise::none>("lstm");
    check<cell::gru, noise::all<relative, noise::at_gates<gain>>>("gru, noise at its products and gates");
    check<cell::rnn<>, noise::none, directions::both>("rnn, both directions");
    check<running_sum, noise::none>("a user's own");
}

TEST_CASE("gradients through noise on both sides of a normalisation equal central differences")
{
    check<cell::lstm, noise::all<relative, noise::at_cell_state<relative>, noise::at_row<relative, cell::lstm::s>, noise::at_hidden_state<gain>>, directions::both>(
        "two layers of lstm, both directions", 2);
}
