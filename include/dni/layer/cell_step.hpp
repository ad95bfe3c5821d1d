// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include <dni/cell/cell.hpp>
#include <dni/cell/normalized.hpp>
#include <dni/core/simd.hpp>
#include <dni/crossbar/wiring.hpp>

//! What a recurrent layer is made of, for those who walk it through time: the weights of a cell in the flat vector and in the crossbar, and
//! its element functions along a row.
namespace dni::detail
{
//! The order of a cell's products in its crossbar: those of x alone, of both, of h alone. So each input feeds neighbouring columns.
template <cell::recurrent_cell Cell>
inline constexpr auto product_positions = []
{
    std::array<std::size_t, Cell::products.size()> position{};
    std::size_t next = 0;
    for (const auto from : {cell::feed::input, cell::feed::both, cell::feed::feedback})
    {
        for (std::size_t p = 0; p < position.size(); ++p)
        {
            if (Cell::products[p].from == from)
            {
                position[p] = next++;
            }
        }
    }
    return position;
}();

//! Where the weights of a cell are: weight_ih [G·H, I], weight_hh [G·H, H], bias_ih and bias_hh [G·H] one after the other, in PyTorch's
//! order of gates, and in the columns of the crossbar; behind them, for the N rows that are normalised, gain and shift [N·H].
template <cell::recurrent_cell Cell>
struct cell_layout
{
    static constexpr std::size_t gates = []
    {
        std::size_t count = 0;
        for (const cell::product& p : Cell::products)
        {
            count = std::max(count, p.gate + 1);
        }
        return count;
    }();
    static constexpr std::size_t products = Cell::products.size();
    static constexpr std::size_t normalized = cell::detail::normalized_rows<Cell>;

    std::size_t inputs = 0;
    std::size_t hidden = 0;
    std::size_t weight_ih = 0;  // offset in the flat vector of weights

    constexpr std::size_t weight_hh() const noexcept { return weight_ih + gates * hidden * inputs; }
    constexpr std::size_t bias_ih() const noexcept { return weight_hh() + gates * hidden * hidden; }
    constexpr std::size_t bias_hh() const noexcept { return bias_ih() + gates * hidden; }
    constexpr std::size_t normalization() const noexcept { return bias_hh() + gates * hidden; }
    constexpr std::size_t end() const noexcept { return normalization() + 2 * normalized * hidden; }

    //! Of H numbers that start at 1: the bias of the open gate, or the shift behind its first product.
    constexpr std::size_t start_of_open_gate() const noexcept
        requires requires { Cell::open_gate; }
    {
        std::size_t p = 0;
        while (p + 1 < products && Cell::products[p].gate != Cell::open_gate)
        {
            ++p;
        }
        return normalized > 0 ? normalization() + (normalized + p) * hidden : bias_ih() + Cell::open_gate * hidden;
    }

    constexpr wiring wires() const noexcept
    {
        const auto outputs = [this](cell::feed from)
        { return hidden * static_cast<std::size_t>(std::ranges::count_if(Cell::products, [from](const auto& p) { return p.from == from; })); };
        return {inputs, hidden, outputs(cell::feed::input), outputs(cell::feed::both), outputs(cell::feed::feedback)};
    }

    //! A column of the crossbar: the row of its gate in the weights, and which of the two matrices feed it.
    struct column
    {
        std::size_t gate_row;
        bool by_inputs, by_feedback;
    };

    //! The j-th unit of product p stands in column product_positions<Cell>[p] · H + j.
    constexpr column column_of(std::size_t p, std::size_t j) const noexcept
    {
        const auto [from, gate] = Cell::products[p];
        return {gate * hidden + j, from != cell::feed::feedback, from != cell::feed::input};
    }

    //! The column that stands at place n of the crossbar.
    constexpr column column_at(std::size_t n) const noexcept
    {
        const auto p = static_cast<std::size_t>(std::ranges::find(product_positions<Cell>, n / hidden) - product_positions<Cell>.begin());
        return column_of(p, n % hidden);
    }

    //! The place of the weight from row k of [x, h] to a column.
    constexpr std::size_t weight(std::size_t k, const column& to) const noexcept
    {
        return k < inputs ? weight_ih + to.gate_row * inputs + k : weight_hh() + to.gate_row * hidden + (k - inputs);
    }

    template <class T>
    constexpr T bias(const T* weights, const column& to) const noexcept
    {
        return (to.by_inputs ? weights[bias_ih() + to.gate_row] : T{0}) + (to.by_feedback ? weights[bias_hh() + to.gate_row] : T{0});
    }
};

//! The carried rows of one sample, in the order of Cell::carried.
template <cell::recurrent_cell Cell, class T>
using carried_rows = std::array<T*, Cell::carried.size()>;

//! Of one batch of units: what `forward` of a cell reads, and what it leaves.
template <class Cell, class E, class T>
void load_before_step(E& e, std::size_t hidden, std::size_t j, auto lanes, const T* products, const carried_rows<Cell, const T>& before) noexcept
{
    for (std::size_t p = 0; p < e.in.size(); ++p)
    {
        e.in[p] = lanes.load(products + product_positions<Cell>[p] * hidden + j);
    }
    for (std::size_t i = 0; i < before.size(); ++i)
    {
        e.last(Cell::carried[i]) = lanes.load(before[i] + j);
    }
}

template <class Cell, class E, class T>
void store_rows(const E& e, std::size_t hidden, std::size_t j, auto lanes, T* tape, T* out) noexcept
{
    for (std::size_t name = 0; name != Cell::h; ++name)
    {
        lanes.store(tape + name * hidden + j, e[name]);
    }
    lanes.store(out + j, e[Cell::h]);
}

//! One step of H units: products [P · H] and the carried rows before it give the cell's rows but the last on the tape, and h in out.
//! The tape and out may be the rows of the step before.
template <cell::recurrent_cell Cell, class T>
[[gnu::flatten]] void forward_cells(std::size_t hidden, const T* products, const carried_rows<Cell, const T>& before, T* tape, T* out) noexcept
{
    simd::for_each_batch<T>(hidden,
                            [&](std::size_t j, auto lanes)
                            {
                                cell::element<Cell, simd::batch<T>> e;
                                load_before_step<Cell>(e, hidden, j, lanes, products, before);
                                Cell::forward(e);
                                store_rows<Cell>(e, hidden, j, lanes, tape, out);
                            });
}

//! Of one batch of units: what `adjoint` of a cell reads, and what it leaves.
template <class Cell, class E, class D, class T>
void load_before_adjoint(E& e, D& d, std::size_t hidden, std::size_t j, auto lanes, const T* out, const T* d_out, const carried_rows<Cell, const T>& before,
                         const T* tape, const carried_rows<Cell, T>& carry) noexcept
{
    using V = simd::batch<T>;
    for (std::size_t name = 0; name != Cell::h; ++name)
    {
        e[name] = lanes.load(tape + name * hidden + j);
    }
    e[Cell::h] = lanes.load(out + j);
    d.in.fill(V(T{0}));
    d.row.fill(V(T{0}));
    d.before.fill(V(T{0}));
    for (std::size_t i = 0; i < carry.size(); ++i)
    {
        e.last(Cell::carried[i]) = lanes.load(before[i] + j);
        d[Cell::carried[i]] = lanes.load(carry[i] + j);
    }
    d[Cell::h] = d[Cell::h] + lanes.load(d_out + j);
}

template <class Cell, class D, class T>
void store_gradients(const D& d, std::size_t hidden, std::size_t j, auto lanes, T* tape, const carried_rows<Cell, T>& carry) noexcept
{
    for (std::size_t p = 0; p < d.in.size(); ++p)
    {
        lanes.store(tape + product_positions<Cell>[p] * hidden + j, d.in[p]);
    }
    for (std::size_t i = 0; i < carry.size(); ++i)
    {
        lanes.store(carry[i] + j, d.last(Cell::carried[i]));
    }
}

//! The adjoint of `forward_cells`: ∂L/∂h from above is d_out, from the step after in carry, which receives that of the step before. The
//! gradients of the products are written over the tape.
template <cell::recurrent_cell Cell, class T>
[[gnu::flatten]] void adjoint_cells(std::size_t hidden, const T* out, const T* d_out, const carried_rows<Cell, const T>& before, T* tape,
                                    const carried_rows<Cell, T>& carry) noexcept
{
    simd::for_each_batch<T>(hidden,
                            [&](std::size_t j, auto lanes)
                            {
                                cell::element<Cell, simd::batch<T>> e;
                                cell::element<Cell, simd::batch<T>> d;
                                load_before_adjoint<Cell>(e, d, hidden, j, lanes, out, d_out, before, tape, carry);
                                Cell::adjoint(e, d);
                                store_gradients<Cell>(d, hidden, j, lanes, tape, carry);
                            });
}
}
