// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <concepts>
#include <cstddef>

//! @brief Cells: what happens to one element of the hidden state in one step. A cell knows no matrix, no batch and no time.
namespace dni::cell
{
//! @brief What feeds a block of pre-activations.
enum class feed
{
    input,
    both,
    feedback
};

//! @brief A block of H pre-activations: what feeds it, and which of PyTorch's gates its weights are.
struct product
{
    feed from;
    std::size_t gate;
};

constexpr product by_input(std::size_t gate) noexcept { return {feed::input, gate}; }
constexpr product by_both(std::size_t gate) noexcept { return {feed::both, gate}; }
constexpr product by_feedback(std::size_t gate) noexcept { return {feed::feedback, gate}; }

//! @brief What a value of a cell is.
enum class role
{
    gate,         //!< the output of a non-linearity
    argument,     //!< what a non-linearity takes that is no pre-activation: `normalized` acts here too
    hadamard,     //!< a product of two values, element by element
    cell_state,   //!< what is written back as the cell's state
    hidden_state  //!< what is written back as the hidden state: the cell's output, and what feeds the next step
};

//! @brief A value of a cell where noise or a quantizer may act: its name in the enumeration of rows, what it is, and its name for people.
struct point
{
    std::size_t row;
    role is;
    const char* name;
};

//! @brief The numbers of one element (V a number) or of some neighbours (V a batch) in one step: pre-activations, named rows, and the
//!        carried rows of the step before. In an adjoint the same places hold gradients.
template <class Cell, class V>
struct element
{
    std::array<V, Cell::products.size()> in;
    std::array<V, Cell::rows> row;
    std::array<V, Cell::rows> before;

    V& operator[](std::size_t name) noexcept { return row[name]; }
    const V& operator[](std::size_t name) const noexcept { return row[name]; }

    //! @brief The value a carried row had one step earlier.
    V& last(std::size_t name) noexcept { return before[name]; }
    const V& last(std::size_t name) const noexcept { return before[name]; }

    //! @brief Forward: what becomes of a value at a point. In an adjoint: what becomes of its gradient on the way back. Here nothing acts.
    static V at(std::size_t, const V& value) noexcept { return value; }

    //! @brief A row as it was before anything acted on it.
    const V& clean(std::size_t name) const noexcept { return row[name]; }
};

//! @brief A cell lists its products, by what feeds them.
template <class Cell>
concept has_products = requires { { Cell::products.front() } -> std::convertible_to<product>; };

//! @brief A cell names its rows in an enumeration that ends with the hidden state `h` and the count `rows`.
template <class Cell>
concept has_rows = Cell::h + 1 == Cell::rows;

//! @brief A cell lists the rows carried to the next step, the hidden state first.
template <class Cell>
concept has_carried = Cell::carried.front() == Cell::h;

//! @brief A cell computes its rows from the pre-activations and the carried rows.
template <class Cell>
concept has_forward = requires(element<Cell, float> value) { Cell::forward(value); };

//! @brief A cell turns the gradient of its rows into that of the pre-activations and of the carried rows.
template <class Cell>
concept has_adjoint = requires(const element<Cell, float> value, element<Cell, float> gradient) { Cell::adjoint(value, gradient); };

//! @brief A recurrent cell, written for one element; it runs on numbers and on SIMD batches.
//! @details
//!   | expression                 | meaning                                                                                              |
//!   |----------------------------|------------------------------------------------------------------------------------------------------|
//!   | `products`                 | std::array<product, P>: the blocks of pre-activations `in[0..P)`                                        |
//!   | `enum row {…, h, rows}`    | names of the rows; all but h are kept for the adjoint                                                    |
//!   | `carried`                  | std::array of the rows carried to the next step; h comes first                                            |
//!   | `name`                     | for people and files                                                                                  |
//!   | `forward(e)`               | computes e[row] from e.in[k] and e.last(row)                                                              |
//!   | `adjoint(e, d)`            | adds to d.in[k] and d.last(row) (zero before) from d[h] and the other carried d[row]; d[row] starts at zero |
//!   | `open_gate`                | optional: the gate whose bias starts at 1 (the forget gate)                                             |
//!   | `points`                   | optional: std::array<point, …>, where noise or normalisation may act, in the order in which they are computed. Those that are no kept rows have names behind `rows` |
//!   Where there are points, `forward` sends each value through its own: e[f] = e.at(f, …), and `adjoint` the complete gradient: d[f] = d.at(f, …);
//!   a derivative that is computed from the value before the noise takes e.clean(f), which a point of the role `argument` does not have: its derivative is that of
//!   what it passes on. Where nothing acts all of these change nothing.
//!   Models: rnn, gru, lstm. Example: examples/06_write_your_own_cell.cpp.
template <class Cell>
concept recurrent_cell = has_products<Cell> && has_rows<Cell> && has_carried<Cell> && has_forward<Cell> && has_adjoint<Cell>;
}
