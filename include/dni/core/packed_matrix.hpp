// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <dni/core/matrix.hpp>
#include <dni/core/simd.hpp>
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
template <class T, std::size_t Rows, std::size_t Batches, class Across, class Down>
void multiply_tile(std::size_t depth, const T* a, Across across, Down down, const T* b, const std::array<std::size_t, Batches>& b_offset,
                   std::size_t b_stride, const T* start, std::size_t start_stride, T* c, std::size_t c_stride) noexcept
{
    using V = simd::batch<T>;
    [&]<std::size_t... R, std::size_t... B, std::size_t... Third>(std::index_sequence<R...>, std::index_sequence<B...>,
                                                                  std::index_sequence<Third...>)
    {
        const auto load_row = [&](std::size_t r) -> std::array<V, Batches>
        { return {V::load_unaligned(start + r * start_stride + B * V::size)...}; };
        std::array<std::array<V, Batches>, Rows> sum{load_row(R)...};

        // Every third row has a pointer of its own, the two after it are reached by the address modes of the machine.
        std::array<const T*, sizeof...(Third)> row{(a + 3 * Third * across)...};
        for (std::size_t k = 0; k < depth; ++k)
        {
            const std::array<V, Batches> right{V::load_unaligned(b + b_offset[B])...};
            const auto add_row = [&](std::array<V, Batches>& into, const T& left)
            {
                const V factor(left);
                ((into[B] = xsimd::fma(factor, right[B], into[B])), ...);
            };
            (add_row(sum[R], row[R / 3][(R % 3) * across]), ...);
            ((row[Third] += down), ...);
            b += b_stride;
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

//! The columns of all groups cut into panels.
template <class T>
std::vector<panel> cut_into_panels(std::span<const column_group> groups)
{
    std::vector<panel> panels;
    std::size_t offset = 0;
    for (const auto& group : groups)
    {
        for (std::size_t column = group.first; column < group.last; column += panel_width<T>)
        {
            const std::size_t width = std::min(panel_width<T>, group.last - column);
            panels.push_back({column, width, group.row_first, group.row_last, offset});
            offset += (group.row_last - group.row_first) * (width > simd::width<T> ? panel_width<T> : simd::width<T>);
        }
    }
    return panels;
}
}

//! @brief A constant matrix M [K, N] packed for many products with it.
//! @details Columns stand in panels of two SIMD batches, row after row, so that the inner loop reads memory in sequence. Packing costs K·N
//!          and is repaid by the products of one pass. Each element of a product is one ascending chain of fused multiply-adds: its bits depend
//!          neither on how many rows are multiplied at once nor on the thread.
//! @source Goto and van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34(3).
//! @verified tests/core/packed_matrix_test.cpp
template <class T>
class packed_matrix
{
public:
    //! @param columns N; the groups cover the columns in ascending order without gaps
    void shape(std::size_t columns, std::span<const column_group> groups)
    {
        panels_ = detail::cut_into_panels<T>(groups);
        std::size_t size = 0;
        if (!panels_.empty())
        {
            const auto& last = panels_.back();
            size = last.offset + (last.row_last - last.row_first) * detail::panel_width<T>;
        }
        memory_.assign(size, T{0});
        zeros_.assign(columns + detail::panel_width<T>, T{0});
    }

    std::size_t panels() const noexcept { return panels_.size(); }

    //! @brief Packs panel p; element(k, n) gives M[k, n]. Different panels may be packed on different threads.
    template <class Element>
    void pack(std::size_t p, Element&& element)
    {
        const auto& panel = panels_[p];
        const std::size_t stride = stride_of(panel);
        for (std::size_t k = panel.row_first; k < panel.row_last; ++k)
        {
            T* to = memory_.data() + panel.offset + (k - panel.row_first) * stride;
            for (std::size_t j = 0; j < panel.width; ++j)
            {
                to[j] = element(k, panel.column + j);
            }
        }
    }

    //! @brief c = start + a · M, for a [m, K] and c [m, N]; `start` [N] is the same for each row, or null for zero.
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
    static constexpr std::size_t stride_of(const detail::panel& panel) noexcept
    {
        return panel.width > simd::width<T> ? detail::panel_width<T> : simd::width<T>;
    }

    // Few rows leave registers free: then several full panels go side by side, so that the multiply-adds do not wait for one another.
    std::size_t multiply_panels(std::size_t p, matrix_view<const T> a, const T* start, matrix_view<T> c) const noexcept
    {
        const auto& first = panels_[p];
        const auto matches = [&](std::size_t q)
        { return q < panels_.size() && panels_[q].width == detail::panel_width<T> && panels_[q].row_first == first.row_first && panels_[q].row_last == first.row_last; };
        if (a.rows <= detail::tile_rows / 4 && matches(p) && matches(p + 1) && matches(p + 2) && matches(p + 3))
        {
            multiply_full<4, detail::tile_rows / 4>(first, a, start, c);
            return 4;
        }
        if (a.rows <= detail::tile_rows / 2 && matches(p) && matches(p + 1))
        {
            multiply_full<2, detail::tile_rows / 2>(first, a, start, c);
            return 2;
        }
        if (matches(p))
        {
            multiply_full<1, detail::tile_rows>(first, a, start, c);
        }
        else
        {
            multiply_narrow(first, a, start, c);
        }
        return 1;
    }

    template <std::size_t Panels, std::size_t MaximalRows>
    void multiply_full(const detail::panel& panel, matrix_view<const T> a, const T* start, matrix_view<T> c) const noexcept
    {
        const std::size_t depth = panel.row_last - panel.row_first;
        std::array<std::size_t, 2 * Panels> offset;
        for (std::size_t v = 0; v < offset.size(); ++v)
        {
            offset[v] = v / 2 * depth * detail::panel_width<T> + v % 2 * simd::width<T>;
        }
        detail::for_each_tile(a.rows,
                              [&]<std::size_t Rows>(std::size_t row)
                              {
                                  if constexpr (Rows <= MaximalRows)
                                  {
                                      detail::multiply_tile<T, Rows, 2 * Panels>(
                                          depth, a.data + row * a.stride + panel.row_first, a.stride, one, memory_.data() + panel.offset, offset,
                                          detail::panel_width<T>, start + panel.column, 0, c.data + row * c.stride + panel.column, c.stride);
                                  }
                              });
    }

    // A narrow panel is computed whole beside the result, and its valid columns are copied.
    void multiply_narrow(const detail::panel& panel, matrix_view<const T> a, const T* start, matrix_view<T> c) const noexcept
    {
        alignas(64) std::array<T, detail::panel_width<T>> initial{};
        alignas(64) std::array<T, detail::tile_rows * detail::panel_width<T>> tile;
        std::copy_n(start + panel.column, panel.width, initial.data());
        const auto run = [&]<std::size_t Rows, std::size_t Batches>(std::size_t row, const std::array<std::size_t, Batches>& offset)
        {
            constexpr std::size_t stride = Batches * simd::width<T>;
            detail::multiply_tile<T, Rows, Batches>(panel.row_last - panel.row_first, a.data + row * a.stride + panel.row_first, a.stride, one,
                                                    memory_.data() + panel.offset, offset, stride, initial.data(), 0, tile.data(), stride);
            for (std::size_t r = 0; r < Rows; ++r)
            {
                std::copy_n(tile.data() + r * stride, panel.width, c.data + (row + r) * c.stride + panel.column);
            }
        };
        detail::for_each_tile(a.rows,
                              [&]<std::size_t Rows>(std::size_t row)
                              {
                                  if (panel.width > simd::width<T>)
                                  {
                                      run.template operator()<Rows, 2>(row, {0, simd::width<T>});
                                  }
                                  else
                                  {
                                      run.template operator()<Rows, 1>(row, {0});
                                  }
                              });
    }

    static constexpr std::integral_constant<std::size_t, 1> one{};

    std::vector<detail::panel> panels_;
    aligned_vector<T> memory_;
    aligned_vector<T> zeros_;
};

//! @brief Sums of outer products: the weight gradient of a product c = a · M over all its rows.
//! @details G[k, n] += Σ_r a[r, k] · d[r, n], s[n] += Σ_r d[r, n], in ascending r, within the column groups. The columns are cut into
//!          panels that are independent tasks: the bits do not depend on which thread takes which.
//! @verified tests/core/packed_matrix_test.cpp
template <class T>
class outer_product
{
public:
    void shape(std::span<const column_group> groups) { panels_ = detail::cut_into_panels<T>(groups); }

    std::size_t panels() const noexcept { return panels_.size(); }

    //! @param a [R, K], d [R, N], gradient G [K, stride >= N rounded up to whole batches], sum s [N rounded up likewise]
    void accumulate(std::size_t p, matrix_view<const T> a, matrix_view<const T> d, matrix_view<T> gradient, T* sum) const noexcept
    {
        using V = simd::batch<T>;
        constexpr std::size_t width = detail::panel_width<T>;
        constexpr std::size_t chunk = 128;  // rows whose panel of d and slice of a stay in the first-level cache
        alignas(64) std::array<T, chunk * width> right;
        alignas(64) std::array<T, detail::tile_rows * width> tile;
        alignas(64) std::array<T, width> panel_sum{};
        const auto& panel = panels_[p];
        constexpr std::array<std::size_t, 2> offset{0, simd::width<T>};
        for (std::size_t first = 0; first < d.rows; first += chunk)
        {
            const std::size_t count = std::min(chunk, d.rows - first);
            V low = V::load_aligned(panel_sum.data());
            V high = V::load_aligned(panel_sum.data() + V::size);
            for (std::size_t r = 0; r < count; ++r)
            {
                T* const to = right.data() + r * width;
                copy_row(d.data + (first + r) * d.stride + panel.column, panel.width, to);
                low += V::load_aligned(to);
                high += V::load_aligned(to + V::size);
            }
            low.store_aligned(panel_sum.data());
            high.store_aligned(panel_sum.data() + V::size);

            const auto add_tile = [&]<std::size_t Rows>(std::size_t k)
            {
                k += panel.row_first;
                const auto run = [&](T* to, std::size_t stride)
                {
                    detail::multiply_tile<T, Rows, 2>(count, a.data + first * a.stride + k, one, a.stride, right.data(), offset, width, to, stride,
                                                      to, stride);
                };
                T* const to = gradient.data + k * gradient.stride + panel.column;
                if (panel.width == width)
                {
                    run(to, gradient.stride);
                    return;
                }
                for (std::size_t r = 0; r < Rows; ++r)
                {
                    std::copy_n(to + r * gradient.stride, panel.width, tile.data() + r * width);
                }
                run(tile.data(), width);
                for (std::size_t r = 0; r < Rows; ++r)
                {
                    std::copy_n(tile.data() + r * width, panel.width, to + r * gradient.stride);
                }
            };
            detail::for_each_tile(panel.row_last - panel.row_first, add_tile);
        }
        for (std::size_t j = 0; j < panel.width; ++j)
        {
            sum[panel.column + j] += panel_sum[j];
        }
    }

private:
    static void copy_row(const T* from, std::size_t count, T* to) noexcept
    {
        using V = simd::batch<T>;
        if (count == detail::panel_width<T>)
        {
            V::load_unaligned(from).store_aligned(to);
            V::load_unaligned(from + V::size).store_aligned(to + V::size);
            return;
        }
        std::fill_n(std::copy_n(from, count, to), detail::panel_width<T> - count, T{0});
    }

    static constexpr std::integral_constant<std::size_t, 1> one{};

    std::vector<detail::panel> panels_;
};
}
