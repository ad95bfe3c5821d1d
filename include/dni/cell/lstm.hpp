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
//! @details The tanh takes c' through a point of its own, s, where `normalized` acts.
//! @source Hochreiter and Schmidhuber 1997, Neural Computation 9(8); gates and their order i, f, g, o as in PyTorch's nn.LSTM.
//! @verified tests/golden, tests/gradient
struct lstm
{
    static constexpr const char* name = "lstm";
    static constexpr std::array products{by_both(0), by_both(1), by_both(2), by_both(3)};
    enum row : std::size_t { i, f, g, o, c, t, h, rows, fc, ig, s };
    static constexpr std::array<std::size_t, 2> carried{h, c};
    static constexpr std::size_t open_gate = f;
    static constexpr std::array points{point{i, role::gate, "i"},       point{f, role::gate, "f"},        point{g, role::gate, "g"},
                                       point{o, role::gate, "o"},       point{fc, role::hadamard, "f c"}, point{ig, role::hadamard, "i g"},
                                       point{c, role::cell_state, "c"}, point{s, role::argument, "s"},    point{t, role::gate, "tanh c"},
                                       point{h, role::hidden_state, "h"}};

    static void forward(auto& e) noexcept
    {
        e[i] = e.at(i, math::sigmoid(e.in[i]));
        e[f] = e.at(f, math::sigmoid(e.in[f]));
        e[g] = e.at(g, math::tanh(e.in[g]));
        e[o] = e.at(o, math::sigmoid(e.in[o]));
        e[c] = e.at(c, e.at(fc, e[f] * e.last(c)) + e.at(ig, e[i] * e[g]));
        e[t] = e.at(t, math::tanh(e.at(s, e[c])));
        e[h] = e.at(h, e[o] * e[t]);
    }

    static void adjoint(const auto& e, auto& d) noexcept
    {
        d[h] = d.at(h, d[h]);
        d[o] = d.at(o, d[h] * e[t]);
        d[t] = d.at(t, d[h] * e[o]);
        d[c] = d.at(c, d[c] + d.at(s, d[t] * (1 - e.clean(t) * e.clean(t))));
        const auto d_ig = d.at(ig, d[c]);
        const auto d_fc = d.at(fc, d[c]);
        d[i] = d.at(i, d_ig * e[g]);
        d[g] = d.at(g, d_ig * e[i]);
        d[f] = d.at(f, d_fc * e.last(c));
        d.last(c) = d_fc * e[f];
        d.in[i] = d[i] * e.clean(i) * (1 - e.clean(i));
        d.in[f] = d[f] * e.clean(f) * (1 - e.clean(f));
        d.in[g] = d[g] * (1 - e.clean(g) * e.clean(g));
        d.in[o] = d[o] * e.clean(o) * (1 - e.clean(o));
    }
};
}
