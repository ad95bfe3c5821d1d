// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>

#include <dni/cell/cell.hpp>
#include <dni/core/math.hpp>

namespace dni::cell
{
//! @brief Long short-term memory.
//!            i, f, o = σ(a), g = tanh(a_g),  c' = f c + i g,  h' = o tanh(c').
//! @source Hochreiter and Schmidhuber 1997, Neural Computation 9(8); gates and their order i, f, g, o as in PyTorch's nn.LSTM.
//! @verified tests/golden, tests/gradient
struct lstm
{
    static constexpr const char* name = "lstm";
    static constexpr std::array products{by_both(0), by_both(1), by_both(2), by_both(3)};
    enum row : std::size_t { i, f, g, o, c, t, h, rows };
    static constexpr std::array<std::size_t, 2> carried{h, c};
    static constexpr std::size_t open_gate = f;

    static void forward(auto& e) noexcept
    {
        e[i] = math::sigmoid(e.in[i]);
        e[f] = math::sigmoid(e.in[f]);
        e[g] = math::tanh(e.in[g]);
        e[o] = math::sigmoid(e.in[o]);
        e[c] = e[f] * e.last(c) + e[i] * e[g];
        e[t] = math::tanh(e[c]);
        e[h] = e[o] * e[t];
    }

    static void adjoint(const auto& e, auto& d) noexcept
    {
        d[o] = d[h] * e[t];
        d[t] = d[h] * e[o];
        d[c] += d[t] * (1 - e[t] * e[t]);
        d[i] = d[c] * e[g];
        d[g] = d[c] * e[i];
        d[f] = d[c] * e.last(c);
        d.last(c) = d[c] * e[f];
        d.in[i] = d[i] * e[i] * (1 - e[i]);
        d.in[f] = d[f] * e[f] * (1 - e[f]);
        d.in[g] = d[g] * (1 - e[g] * e[g]);
        d.in[o] = d[o] * e[o] * (1 - e[o]);
    }
};
}
