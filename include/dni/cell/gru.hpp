// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>

#include <dni/cell/cell.hpp>
#include <dni/core/math.hpp>

namespace dni::cell
{
//! @brief Gated recurrent unit, reset after the product.
//!            r, z = σ(a),  n = tanh(a_x + r a_h),  h' = n + z (h − n).
//! @source Cho et al. 2014, arXiv 1406.1078; the variant and the gate order r, z, n of PyTorch's nn.GRU, so the candidate has two products.
//! @verified tests/golden, tests/gradient
struct gru
{
    static constexpr const char* name = "gru";
    enum block : std::size_t { reset, update, candidate_x, candidate_h };
    static constexpr std::array products{by_both(0), by_both(1), by_input(2), by_feedback(2)};
    enum row : std::size_t { r, z, n, m, h, rows, rm, zd };
    static constexpr std::array<std::size_t, 1> carried{h};
    static constexpr std::array points{point{r, role::gate, "r"}, point{z, role::gate, "z"},              point{rm, role::hadamard, "r a_h"},
                                       point{n, role::gate, "n"}, point{zd, role::hadamard, "z (h - n)"}, point{h, role::hidden_state, "h"}};

    static void forward(auto& e) noexcept
    {
        e[r] = e.at(r, math::sigmoid(e.in[reset]));
        e[z] = e.at(z, math::sigmoid(e.in[update]));
        e[m] = e.in[candidate_h];
        e[n] = e.at(n, math::tanh(e.in[candidate_x] + e.at(rm, e[r] * e[m])));
        e[h] = e.at(h, e[n] + e.at(zd, e[z] * (e.last(h) - e[n])));
    }

    static void adjoint(const auto& e, auto& d) noexcept
    {
        d[h] = d.at(h, d[h]);
        const auto d_zd = d.at(zd, d[h]);
        d[z] = d.at(z, d_zd * (e.last(h) - e[n]));
        d.last(h) = d_zd * e[z];
        d[n] = d.at(n, d[h] - d.last(h));
        d.in[candidate_x] = d[n] * (1 - e.clean(n) * e.clean(n));
        const auto d_rm = d.at(rm, d.in[candidate_x]);
        d.in[candidate_h] = d_rm * e[r];
        d[r] = d.at(r, d_rm * e[m]);
        d.in[update] = d[z] * e.clean(z) * (1 - e.clean(z));
        d.in[reset] = d[r] * e.clean(r) * (1 - e.clean(r));
    }
};
}
