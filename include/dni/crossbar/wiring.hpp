// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include <dni/core/packed_matrix.hpp>

namespace dni
{
//! @brief Which inputs of a crossbar feed which of its outputs. Inputs are [x, h], outputs [fed by x alone, by both, by h alone].
//! @details A crossing that is not wired has no device, no noise and no cost. A plain matrix is wiring{K, 0, 0, N, 0}.
struct wiring
{
    std::size_t inputs = 0;       // width of x
    std::size_t feedback = 0;     // width of h
    std::size_t by_inputs = 0;    // outputs fed by x alone
    std::size_t by_both = 0;
    std::size_t by_feedback = 0;  // outputs fed by h alone

    constexpr std::size_t rows() const noexcept { return inputs + feedback; }
    constexpr std::size_t columns() const noexcept { return by_inputs + by_both + by_feedback; }

    //! @brief The wired part of W [inputs + feedback, outputs], by columns.
    constexpr std::array<column_group, 3> forward() const noexcept
    {
        const std::size_t a = by_inputs;
        const std::size_t b = a + by_both;
        return {{{0, a, 0, inputs}, {a, b, 0, rows()}, {b, columns(), inputs, rows()}}};
    }

    //! @brief The wired part of Wᵀ [outputs, inputs + feedback], by columns; that of x is left out when no gradient of x is wanted.
    constexpr std::array<column_group, 2> backward(bool with_inputs) const noexcept
    {
        return {{{0, with_inputs ? inputs : 0, 0, by_inputs + by_both}, {inputs, rows(), by_inputs, columns()}}};
    }
};
}
