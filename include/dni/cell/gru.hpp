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
    enum row : std::size_t { r, z, n, m, h, rows };
    static constexpr std::array<std::size_t, 1> carried{h};

    static void forward(auto& e) noexcept
    {
        e[r] = math::sigmoid(e.in[reset]);
        e[z] = math::sigmoid(e.in[update]);
        e[m] = e.in[candidate_h];
        e[n] = math::tanh(e.in[candidate_x] + e[r] * e[m]);
        e[h] = e[n] + e[z] * (e.last(h) - e[n]);
    }

    static void adjoint(const auto& e, auto& d) noexcept
    {
        d[n] = d[h] * (1 - e[z]);
        d[z] = d[h] * (e.last(h) - e[n]);
        d.last(h) = d[h] * e[z];
        d.in[candidate_x] = d[n] * (1 - e[n] * e[n]);
        d.in[candidate_h] = d.in[candidate_x] * e[r];
        d[r] = d.in[candidate_x] * e[m];
        d.in[update] = d[z] * e[z] * (1 - e[z]);
        d.in[reset] = d[r] * e[r] * (1 - e[r]);
    }
};
}
