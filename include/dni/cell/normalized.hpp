// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <dni/cell/cell.hpp>

namespace dni::cell
{
namespace detail
{
// The name of a cell and what is done to it, as text that lasts.
template <class Cell>
inline constexpr auto name_of_normalized = []
{
    constexpr std::string_view cell = Cell::name;
    constexpr std::string_view how = " with layer normalisation";
    std::array<char, cell.size() + how.size() + 1> name{};
    for (std::size_t i = 0; i < name.size() - 1; ++i)
    {
        name[i] = i < cell.size() ? cell[i] : how[i - cell.size()];
    }
    return name;
}();

template <class Cell>
inline constexpr bool is_normalized = requires { requires Cell::normalizes; };
}

//! @brief A cell that computes each of its units from what belongs to that unit alone: no rows of it are normalised.
template <class Cell>
concept unit_by_unit = recurrent_cell<Cell> && !detail::is_normalized<Cell>;

//! @brief A cell with layer normalisation inside: recurrent<cell::normalized<cell::lstm>, analog>. It is that cell, but each block a of H pre-activations, of
//!        one sample at one step, becomes
//!            gain ⊙ (a − mean(a)) / sqrt(var(a) + ε) + shift,   var(a) = mean((a − mean(a))²),  ε = 1e-5,
//!        before the cell sees it, and so does each of its points of the role `argument`: what the tanh of an LSTM takes of the cell state (what is carried stays).
//! @details Digital and exact, behind noise and converters of the product; partial sums of a mapping are added first. Gain and shift are trained: parameters
//!          `norm_weight_l0` and `norm_bias_l0` [N·H], for the P blocks in the cell's order, then for those points. N = 5 for an LSTM (i, f, g, o, s), 4 for a
//!          GRU, whose candidate has two products, 1 for the vanilla cell. Gain starts at 1 and shift at 0, but at 1 for the open gate, whose bias then starts at
//!          0: a bias alike for all units is taken out with the mean. They are in no array and no weights: no noise, no bits, no clipping, no decay.
//!          The paper's plain recurrent network is this one. Its gated ones differ: they normalise W_x x and W_h h each by itself, here it is their sum, which is
//!          what an array for [x, h] gives, also with `mapping::separate`; and they normalise all gates as one vector, here each gate is one.
//!          All of a row is needed, so `streaming` runs it, but C and fixed point, which go unit by unit, do not compile.
//! @errors value_error for a layer of one unit, whose mean is itself
//! @tparam Cell one of the library's or your own; points of the role `argument` are its choice
//! @cost two passes over each row forward, and two backward; in training N·(H + 1) numbers of memory for each sample and step, and a row more for each point
//! @source Ba, Kiros and Hinton 2016, arXiv 1607.06450: section 3.1, and LSTM and GRU in the supplement
//! @verified tests/layer/normalized_test.cpp, tests/gradient/normalized_test.cpp, tests/golden
template <unit_by_unit Cell>
struct normalized : Cell
{
    static constexpr const char* name = detail::name_of_normalized<Cell>.data();
    static constexpr bool normalizes = true;
    static constexpr double variance_floor = 1e-5;  //!< ε
};

namespace detail
{
// The rows of a cell that are normalised are its products, then its points of the role `argument`. Which of them stands at the point of this name; where that
// is not normalised, how many there are.
template <class Cell>
constexpr std::size_t normalized_row(std::size_t name) noexcept
{
    std::size_t next = 0;
    if constexpr (is_normalized<Cell>)
    {
        next = Cell::products.size();
        if constexpr (requires { Cell::points.size(); })
        {
            for (const point& p : Cell::points)
            {
                if (p.is == role::argument)
                {
                    if (p.row == name)
                    {
                        return next;
                    }
                    ++next;
                }
            }
        }
    }
    return next;
}

template <class Cell>
inline constexpr std::size_t normalized_rows = normalized_row<Cell>(static_cast<std::size_t>(-1));

template <class Cell>
constexpr bool normalizes_point(std::size_t name) noexcept
{
    return normalized_row<Cell>(name) < normalized_rows<Cell>;
}
}
}
