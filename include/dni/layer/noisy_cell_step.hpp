// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include <dni/cell/cell.hpp>
#include <dni/cell/noise_at_rows.hpp>
#include <dni/cell/normalized.hpp>
#include <dni/core/simd.hpp>
#include <dni/layer/cell_step.hpp>
#include <dni/layer/row_normalization.hpp>
#include <dni/noise/lifetime.hpp>
#include <dni/noise/site.hpp>

//! A step of a cell with noise at its points, or with normalised ones. What acts on a row needs all of it, so the row is walked once for each such point, in
//! the order in which the cell computes them: its values are found from those that are settled, then normalisation and noise settle them too. What a walk
//! does not store the compiler leaves out, so nothing is computed twice. The adjoint does the same backwards, at the points where a gradient changes.
namespace dni::detail
{
//! Which points of a cell are noisy or normalised, in the order in which they are computed. The k-th has slot k.
template <class Cell, class Sources>
struct noisy_points
{
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    template <std::size_t I>
    static constexpr noise::site site_of = noise::site_of_row(Cell::points[I].row);

    template <std::size_t I>
    static constexpr bool acts = Sources::template acts<site_of<I>> || cell::detail::normalizes_point<Cell>(Cell::points[I].row);

    static constexpr std::size_t count = []<std::size_t... I>(std::index_sequence<I...>)
    { return (std::size_t{0} + ... + (acts<I> ? 1u : 0u)); }(std::make_index_sequence<noise::detail::point_count<Cell>>{});

    //! Row of each slot.
    static constexpr std::array<std::size_t, count> rows = []<std::size_t... I>(std::index_sequence<I...>)
    {
        std::array<std::size_t, count> found{};
        [[maybe_unused]] std::size_t slot = 0;
        ((acts<I> ? static_cast<void>(found[slot++] = Cell::points[I].row) : static_cast<void>(0)), ...);
        return found;
    }(std::make_index_sequence<noise::detail::point_count<Cell>>{});

    //! The slot of a point, `none` where nothing acts.
    static constexpr std::size_t slot_of(std::size_t row) noexcept { return row < names ? slots[row] : none; }

    template <std::size_t Slot>
    static constexpr bool is_normalized = cell::detail::normalizes_point<Cell>(rows[Slot]);

    template <std::size_t Slot>
    static constexpr bool changes_gradient = is_normalized<Slot> || Sources::template changes_gradient<noise::site_of_row(rows[Slot])>;

    //! f(std::integral_constant<std::size_t, slot>) for each, in their order or against it.
    template <class F>
    static void forwards(F&& f)
    {
        [&]<std::size_t... S>(std::index_sequence<S...>) { (f(std::integral_constant<std::size_t, S>{}), ...); }(std::make_index_sequence<count>{});
    }

    template <class F>
    static void backwards(F&& f)
    {
        [&]<std::size_t... S>(std::index_sequence<S...>) { (f(std::integral_constant<std::size_t, count - 1 - S>{}), ...); }(std::make_index_sequence<count>{});
    }

private:
    static constexpr std::size_t names = []
    {
        std::size_t last = Cell::rows;
        if constexpr (count > 0)
        {
            for (const auto& point : Cell::points)
            {
                last = std::max(last, point.row);
            }
        }
        return last + 1;
    }();

    static constexpr std::array<std::size_t, names> slots = []
    {
        std::array<std::size_t, names> found{};
        found.fill(none);
        for (std::size_t slot = 0; slot < count; ++slot)
        {
            found[rows[slot]] = slot;
        }
        return found;
    }();
};

//! Forward: the slots before Slot are settled, the value at Slot is wanted. Slot = count: all are settled.
template <class Cell, class V, class Points, std::size_t Slot>
struct settling : cell::element<Cell, V>
{
    std::array<V, Points::count> settled;
    V wanted = V(simd::element_t<V>{0});

    [[gnu::always_inline]] V at(std::size_t name, const V& value) noexcept
    {
        const std::size_t slot = Points::slot_of(name);
        if (slot == Slot)
        {
            wanted = value;
        }
        return slot < Slot ? settled[slot] : value;
    }

    void load(std::size_t hidden, std::size_t j, auto lanes, const auto* rows) noexcept
    {
        for (std::size_t slot = 0; slot < std::min(Slot, Points::count); ++slot)
        {
            settled[slot] = lanes.load(rows + slot * hidden + j);
        }
    }
};

//! Adjoint: the gradients of the slots behind Slot are settled, that of Slot is wanted. Slot = none: all are settled.
template <class Cell, class V, class Points, std::size_t Slot>
struct settling_gradient : cell::element<Cell, V>
{
    std::array<V, Points::count> settled;
    V wanted = V(simd::element_t<V>{0});

    [[gnu::always_inline]] V at(std::size_t name, const V& gradient) noexcept
    {
        const std::size_t slot = Points::slot_of(name);
        if (slot == Points::none)
        {
            return gradient;
        }
        if (slot == Slot)
        {
            wanted = gradient;
        }
        return is_settled(slot) ? settled[slot] : gradient;
    }

    void load(std::size_t hidden, std::size_t j, auto lanes, const auto* rows) noexcept
    {
        for (std::size_t slot = 0; slot < Points::count; ++slot)
        {
            if (is_settled(slot))
            {
                settled[slot] = lanes.load(rows + slot * hidden + j);
            }
        }
    }

private:
    static constexpr auto changes = []<std::size_t... S>(std::index_sequence<S...>)
    { return std::array<bool, Points::count>{Points::template changes_gradient<S>...}; }(std::make_index_sequence<Points::count>{});

    static constexpr bool is_settled(std::size_t slot) noexcept { return changes[slot] && (Slot == Points::none || slot > Slot); }
};

//! The rows of a cell, and what noisy ones were before the noise.
template <class Cell, class V, class Points>
struct with_clean_rows : cell::element<Cell, V>
{
    std::array<V, Points::count> before_noise;

    [[gnu::always_inline]] const V& clean(std::size_t name) const noexcept
    {
        const std::size_t slot = Points::slot_of(name);
        return slot == Points::none ? this->row[name] : before_noise[slot];
    }

    void load(std::size_t hidden, std::size_t j, auto lanes, const auto* rows) noexcept
    {
        for (std::size_t slot = 0; slot < Points::count; ++slot)
        {
            before_noise[slot] = lanes.load(rows + slot * hidden + j);
        }
    }
};

//! `forward_cells` with noise and normalised points. Of each such point there is a row in `settled` [count · H], and, where `clean` [count · H] is not null, one
//! of the values before the noise.
template <cell::recurrent_cell Cell, class T, class Sources>
[[gnu::flatten]] void forward_cells(const Sources& noise, const noise::moment& now, [[maybe_unused]] const row_normalization<Cell, T>& normal,
                                    std::size_t hidden, const T* products, const carried_rows<Cell, const T>& before, T* tape, T* out,
                                    [[maybe_unused]] T* settled, [[maybe_unused]] T* clean) noexcept
{
    using points = noisy_points<Cell, Sources>;
    if constexpr (points::count == 0)
    {
        forward_cells<Cell, T>(hidden, products, before, tape, out);
    }
    else
    {
        points::forwards(
            [&]<std::size_t Slot>(std::integral_constant<std::size_t, Slot>)
            {
                const std::span<T> row(settled + Slot * hidden, hidden);
                simd::for_each_batch<T>(hidden,
                                        [&](std::size_t j, auto lanes)
                                        {
                                            settling<Cell, simd::batch<T>, points, Slot> e;
                                            load_before_step<Cell>(e, hidden, j, lanes, products, before);
                                            e.load(hidden, j, lanes, settled);
                                            Cell::forward(e);
                                            lanes.store(row.data() + j, e.wanted);
                                        });
                if constexpr (points::template is_normalized<Slot>)
                {
                    normal.forward(cell::detail::normalized_row<Cell>(points::rows[Slot]), row.data());
                }
                if (clean && Sources::template acts<noise::site_of_row(points::rows[Slot])>)
                {
                    std::ranges::copy(row, clean + Slot * hidden);
                }
                noise.template apply<noise::site_of_row(points::rows[Slot])>(row, now);
            });
        simd::for_each_batch<T>(hidden,
                                [&](std::size_t j, auto lanes)
                                {
                                    settling<Cell, simd::batch<T>, points, points::count> e;
                                    load_before_step<Cell>(e, hidden, j, lanes, products, before);
                                    e.load(hidden, j, lanes, settled);
                                    Cell::forward(e);
                                    store_rows<Cell>(e, hidden, j, lanes, tape, out);
                                });
    }
}

//! The adjoint of that. `settled` [(count + 1) · H] is scratch; `clean` as forward left it.
template <cell::recurrent_cell Cell, class T, class Sources>
[[gnu::flatten]] void adjoint_cells(const Sources& noise, const noise::moment& now, [[maybe_unused]] const row_normalization<Cell, T>& normal,
                                    std::size_t hidden, const T* out, const T* d_out, const carried_rows<Cell, const T>& before, T* tape,
                                    const carried_rows<Cell, T>& carry, [[maybe_unused]] T* settled, [[maybe_unused]] const T* clean) noexcept
{
    using points = noisy_points<Cell, Sources>;
    if constexpr (points::count == 0)
    {
        adjoint_cells<Cell, T>(hidden, out, d_out, before, tape, carry);
    }
    else
    {
        const auto walk = [&]<std::size_t Slot>(std::integral_constant<std::size_t, Slot>, const auto& store)
        {
            simd::for_each_batch<T>(hidden,
                                    [&](std::size_t j, auto lanes)
                                    {
                                        with_clean_rows<Cell, simd::batch<T>, points> e;
                                        settling_gradient<Cell, simd::batch<T>, points, Slot> d;
                                        load_before_adjoint<Cell>(e, d, hidden, j, lanes, out, d_out, before, tape, carry);
                                        e.load(hidden, j, lanes, clean);
                                        d.load(hidden, j, lanes, settled);
                                        Cell::adjoint(std::as_const(e), d);
                                        store(d, j, lanes);
                                    });
        };
        points::backwards(
            [&]<std::size_t Slot>(std::integral_constant<std::size_t, Slot> slot)
            {
                if constexpr (points::template changes_gradient<Slot>)
                {
                    const std::span<T> row(settled + Slot * hidden, hidden);
                    walk(slot, [&](const auto& d, std::size_t j, auto lanes) { lanes.store(row.data() + j, d.wanted); });
                    noise.template adjoint<noise::site_of_row(points::rows[Slot])>(row, std::span<const T>(clean + Slot * hidden, hidden),
                                                                                   std::span<T>(settled + points::count * hidden, hidden), now);
                    if constexpr (points::template is_normalized<Slot>)
                    {
                        normal.adjoint(cell::detail::normalized_row<Cell>(points::rows[Slot]), row.data());
                    }
                }
            });
        walk(std::integral_constant<std::size_t, points::none>{},
             [&](const auto& d, std::size_t j, auto lanes) { store_gradients<Cell>(d, hidden, j, lanes, tape, carry); });
    }
}
}
