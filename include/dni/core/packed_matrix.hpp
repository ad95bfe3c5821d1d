// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <dni/core/matrix.hpp>
#include <dni/core/simd.hpp>
#include <dni/core/storage.hpp>
#include <dni/core/table.hpp>
#include <dni/core/workspace.hpp>

namespace dni
{
//! @brief Neighbouring columns of a matrix that are zero outside one run of rows: columns [first, last), rows [row_first, row_last).
//! @details The zeros outside are structural: they are neither stored nor multiplied.
struct column_group
{
    std::size_t first, last;
    std::size_t row_first, row_last;
};

namespace detail
{
//! The register tile: `rows` accumulator rows of two batches leave room for the operands.
inline constexpr std::size_t tile_rows = simd::registers == 32 ? 12 : 6;

template <class T>
inline constexpr std::size_t panel_width = 2 * simd::width<T>;

//! c[r][v] = start[r][v] + Σ_k a(r, k) · b[k][v], in ascending k: the one inner loop of every product.
//! a(r, k) = a[r · across + k · down]. Each element is one chain of fused multiply-adds, so it does not depend on the tile it is part of.
//! Stored numbers with a scale are multiplied by that of their column at the end: c[r][v] = start[r][v] + scale[v] · Σ_k a(r, k) · b[k][v].
template <class T, std::size_t Rows, std::size_t Batches, class Across, class Down, class Stored>
void multiply_tile(std::size_t depth, const T* a, Across across, Down down, const Stored* b, const std::array<std::size_t, Batches>& b_offset,
                   std::size_t b_stride, const T* start, std::size_t start_stride, T* c, std::size_t c_stride,
                   [[maybe_unused]] const T* scale = nullptr) noexcept
{
    using V = simd::batch<T>;
    [&]<std::size_t... R, std::size_t... B, std::size_t... Third>(std::index_sequence<R...>, std::index_sequence<B...>,
                                                                  std::index_sequence<Third...>)
    {
        const auto load_row = [&](std::size_t r) -> std::array<V, Batches>
        { return {V::load_unaligned(start + r * start_stride + B * V::size)...}; };
        const auto begin_row = [&]([[maybe_unused]] std::size_t r) -> std::array<V, Batches>
        {
            if constexpr (has_scale<Stored>)
            {
                return {(static_cast<void>(B), V(T{0}))...};
            }
            else
            {
                return load_row(r);
            }
        };
        std::array<std::array<V, Batches>, Rows> sum{begin_row(R)...};

        // Every third row has a pointer of its own, the two after it are reached by the address modes of the machine.
        std::array<const T*, sizeof...(Third)> row{(a + 3 * Third * across)...};
        std::array<const Stored*, Batches> column{(b + b_offset[B])...};
        for (std::size_t k = 0; k < depth; ++k)
        {
            const std::array<V, Batches> right{simd::load_stored<T>(column[B])...};
            const auto add_row = [&](std::array<V, Batches>& into, const T& left)
            {
                const V factor(left);
                ((into[B] = simd::multiply_add(factor, right[B], into[B])), ...);
            };
            (add_row(sum[R], row[R / 3][(R % 3) * across]), ...);
            ((row[Third] += down), ...);
            ((column[B] += b_stride), ...);
        }

        if constexpr (has_scale<Stored>)
        {
            const std::array<V, Batches> factor{V::load_unaligned(scale + B * V::size)...};
            const auto finish_row = [&](std::size_t r, std::array<V, Batches>& of)
            {
                const auto first = load_row(r);
                ((of[B] = xsimd::fma(of[B], factor[B], first[B])), ...);
            };
            (finish_row(R, sum[R]), ...);
        }
        const auto store_row = [&](std::size_t r, const std::array<V, Batches>& from)
        { (from[B].store_unaligned(c + r * c_stride + B * V::size), ...); };
        (store_row(R, sum[R]), ...);
    }(std::make_index_sequence<Rows>{}, std::make_index_sequence<Batches>{}, std::make_index_sequence<(Rows + 2) / 3>{});
}

//! Calls f.template operator()<rows>(first row) over m rows in tiles of nearly equal height.
template <class F>
void for_each_tile(std::size_t m, F&& f)
{
    const std::size_t tiles = (m + tile_rows - 1) / tile_rows;
    std::size_t row = 0;
    for (std::size_t t = 0; t < tiles; ++t)
    {
        const std::size_t height = (m - row + tiles - t - 1) / (tiles - t);
        [&]<std::size_t... R>(std::index_sequence<R...>)
        {
            static_cast<void>(((height == R + 1 && (f.template operator()<R + 1>(row), true)) || ...));
        }(std::make_index_sequence<tile_rows>{});
        row += height;
    }
}

struct panel
{
    std::size_t column, width;  // width <= panel_width; a narrower panel is padded with zeros
    std::size_t row_first, row_last;
    std::size_t offset;
};

//! Elements from one row of a panel to the next.
template <class T>
constexpr std::size_t stride_of(std::size_t width) noexcept
{
    return width > simd::width<T> ? panel_width<T> : simd::width<T>;
}

//! f(panel) for the panels the columns of all groups are cut into.
template <class T, class F>
constexpr void for_each_panel(std::span<const column_group> groups, F&& f)
{
    std::size_t offset = 0;
    for (const auto& group : groups)
    {
        for (std::size_t column = group.first; column < group.last; column += panel_width<T>)
        {
            const std::size_t width = std::min(panel_width<T>, group.last - column);
            f(panel{column, width, group.row_first, group.row_last, offset});
            offset += (group.row_last - group.row_first) * stride_of<T>(width);
        }
    }
}
}

//! @brief What a packed matrix needs room for.
struct packed_size
{
    std::size_t panels = 0, elements = 0, columns = 0;

    static constexpr packed_size any() noexcept { return {unbounded, unbounded, unbounded}; }

    template <class T>
    static constexpr packed_size of(std::span<const column_group> groups) noexcept
    {
        packed_size size;
        detail::for_each_panel<T>(groups,
                                  [&](const detail::panel& p)
                                  {
                                      size.panels += 1;
                                      size.elements = p.offset + (p.row_last - p.row_first) * detail::stride_of<T>(p.width);
                                      size.columns = p.column + detail::panel_width<T>;  // the last panel is read to its full width
                                  });
        return size;
    }

    friend constexpr packed_size max(const packed_size& a, const packed_size& b) noexcept
    {
        return {std::max(a.panels, b.panels), std::max(a.elements, b.elements), std::max(a.columns, b.columns)};
    }
};

//! @brief A constant matrix M [K, N] packed for many products with it.
//! @details Columns stand in panels of two SIMD batches, row after row, so that the inner loop reads memory in sequence. Packing costs K·N
//!          and is repaid by the products of one pass. Each element of a product is one ascending chain of fused multiply-adds: its bits depend
//!          neither on how many rows are multiplied at once nor on the thread.
//! @source Goto and van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34(3).
//!          Stored in fewer bits than T, the elements are rounded when they are packed, to nearest, and widened when they are read: a product of few rows,
//!          which waits for its matrix, is faster then.
//! @tparam Most   what there is room for inside the object; by default the tables are on the heap
//! @tparam Stored what the elements are stored as; integers have a scale for each column: its largest element is their largest
//! @verified tests/core/packed_matrix_test.cpp
template <class T, packed_size Most = packed_size::any(), storage_of<T> Stored = T>
class packed_matrix
{
public:
    //! @param groups cover the columns in ascending order without gaps
    void shape(std::span<const column_group> groups)
    {
        const auto size = packed_size::of<T>(groups);
        panels_.clear();
        detail::for_each_panel<T>(groups, [&](const detail::panel& p) { panels_.push_back(p); });
        memory_.assign(size.elements, Stored{});
        zeros_.assign(size.columns, T{0});
        if constexpr (has_scale<Stored>)
        {
            scales_.assign(size.columns, T{0});
        }
    }

    std::size_t panels() const noexcept { return panels_.size(); }

    //! @brief Packs panel p; element(k, n) gives M[k, n]. Different panels may be packed on different threads.
    template <class Element>
    void pack(std::size_t p, Element&& element)
    {
        const auto& panel = panels_[p];
        if constexpr (has_scale<Stored>)
        {
            find_scales(panel, element);
        }
        const std::size_t stride = detail::stride_of<T>(panel.width);
        for (std::size_t k = panel.row_first; k < panel.row_last; ++k)
        {
            Stored* to = memory_.data() + panel.offset + (k - panel.row_first) * stride;
            for (std::size_t j = 0; j < panel.width; ++j)
            {
                const std::size_t n = panel.column + j;
                to[j] = to_storage<Stored>(static_cast<T>(element(k, n)), scale_of(n));
            }
        }
    }

    //! @brief What an element of a packed column n is worth in the products: `value` rounded as it is stored.
    T as_stored(std::size_t n, T value) const noexcept
    {
        const T widened = from_storage<T>(to_storage<Stored>(value, scale_of(n)));
        return has_scale<Stored> ? widened * scale_of(n) : widened;
    }

    //! @brief c = start + a · M, for a [m, K] and c [m, N]; `start` [N] is the same for each row and no part of c, or null for zero.
    void multiply(matrix_view<const T> a, const T* start, matrix_view<T> c) const noexcept
    {
        const T* const initial = start ? start : zeros_.data();
        std::size_t p = 0;
        while (p < panels_.size())
        {
            p += multiply_panels(p, a, initial, c);
        }
    }

private:
    struct no_scales
    {
    };

    T scale_of([[maybe_unused]] std::size_t n) const noexcept
    {
        if constexpr (has_scale<Stored>)
        {
            return scales_[n];
        }
        else
        {
            return T{1};
        }
    }

    const T* scales_from([[maybe_unused]] std::size_t column) const noexcept
    {
        if constexpr (has_scale<Stored>)
        {
            return scales_.data() + column;
        }
        else
        {
            return nullptr;
        }
    }

    template <class Element>
    void find_scales(const detail::panel& panel, const Element& element)
    {
        T* const largest = scales_.data() + panel.column;
        std::fill_n(largest, panel.width, T{0});
        for (std::size_t k = panel.row_first; k < panel.row_last; ++k)
        {
            for (std::size_t j = 0; j < panel.width; ++j)
            {
                const T size = std::abs(static_cast<T>(element(k, panel.column + j)));
                largest[j] = size <= largest[j] || std::isnan(largest[j]) ? largest[j] : size;  // NaN stays
            }
        }
        std::transform(largest, largest + panel.width, largest, scale_for<Stored, T>);
    }

    // Panels from p on; returns how many. Few rows of a leave registers free: then several full panels go side by side, so that the multiply-adds do not wait
    // for one another.
    std::size_t multiply_panels(std::size_t p, const matrix_view<const T>& a, const T* start, const matrix_view<T>& c) const noexcept
    {
        const auto& panel = panels_[p];
        const auto& last = panels_.back();
        const auto matches = [&](std::size_t q)
        { return q < panels_.size() && panels_[q].width == detail::panel_width<T> && panels_[q].row_first == panel.row_first && panels_[q].row_last == panel.row_last; };
        start += panel.column;
        T* const to = c.data + panel.column;
        if (a.rows <= detail::tile_rows / 4 && matches(p) && matches(p + 1) && matches(p + 2) && matches(p + 3))
        {
            multiply_batches<8, detail::tile_rows / 4>(panel, a, start, to, c.stride);
            return 4;
        }
        if (a.rows <= detail::tile_rows / 2 && matches(p) && matches(p + 1))
        {
            multiply_batches<4, detail::tile_rows / 2>(panel, a, start, to, c.stride);
            return 2;
        }
        if (panel.column + detail::stride_of<T>(panel.width) <= last.column + last.width)
        {
            multiply_panel(panel, a, start, to, c.stride);  // what it writes beyond its own columns is overwritten by the panels behind it
        }
        else
        {
            multiply_beside(panel, a, start, to, c.stride);
        }
        return 1;
    }

    // A panel that is wider than what is left of a row is multiplied beside the result, and its valid columns are copied.
    void multiply_beside(const detail::panel& panel, const matrix_view<const T>& a, const T* start, T* c, std::size_t c_stride) const noexcept
    {
        alignas(64) std::array<T, detail::panel_width<T>> initial{};
        alignas(64) std::array<T, detail::tile_rows * detail::panel_width<T>> tile;
        std::copy_n(start, panel.width, initial.data());
        for (std::size_t row = 0; row < a.rows; row += detail::tile_rows)
        {
            const std::size_t count = std::min(detail::tile_rows, a.rows - row);
            multiply_panel(panel, {a.data + row * a.stride, count, a.columns, a.stride}, initial.data(), tile.data(), detail::panel_width<T>);
            for (std::size_t r = 0; r < count; ++r)
            {
                std::copy_n(tile.data() + r * detail::panel_width<T>, panel.width, c + (row + r) * c_stride);
            }
        }
    }

    void multiply_panel(const detail::panel& panel, const matrix_view<const T>& a, const T* start, T* c, std::size_t c_stride) const noexcept
    {
        if (panel.width > simd::width<T>)
        {
            multiply_batches<2, detail::tile_rows>(panel, a, start, c, c_stride);
        }
        else
        {
            multiply_batches<1, detail::tile_rows>(panel, a, start, c, c_stride);
        }
    }

    // So many batches of columns side by side, from the first of a panel on; start and c are those of that column.
    template <std::size_t Batches, std::size_t MaximalRows>
    void multiply_batches(const detail::panel& panel, const matrix_view<const T>& a, const T* start, T* c, std::size_t c_stride) const noexcept
    {
        constexpr std::size_t stride = Batches == 1 ? simd::width<T> : detail::panel_width<T>;
        const std::size_t depth = panel.row_last - panel.row_first;
        std::array<std::size_t, Batches> offset;
        for (std::size_t v = 0; v < Batches; ++v)
        {
            offset[v] = v / 2 * depth * stride + v % 2 * simd::width<T>;
        }
        const auto multiply = [&]<std::size_t Rows>(std::size_t row)
        {
            if constexpr (Rows <= MaximalRows)
            {
                detail::multiply_tile<T, Rows, Batches>(depth, a.data + row * a.stride + panel.row_first, a.stride, one, memory_.data() + panel.offset, offset,
                                                        stride, start, 0, c + row * c_stride, c_stride, scales_from(panel.column));
            }
        };
        if (a.rows == 1)
        {
            multiply.template operator()<1>(0);  // a step of a stream is short enough for the choice of a tile to weigh
        }
        else
        {
            detail::for_each_tile(a.rows, multiply);
        }
    }

    static constexpr std::integral_constant<std::size_t, 1> one{};

    table<detail::panel, Most.panels> panels_;
    table<Stored, Most.elements> memory_;
    table<T, Most.columns> zeros_;
    [[no_unique_address]] std::conditional_t<has_scale<Stored>, table<T, Most.columns>, no_scales> scales_;
};
}
