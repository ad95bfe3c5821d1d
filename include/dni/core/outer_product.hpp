// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

#include <dni/core/matrix.hpp>
#include <dni/core/packed_matrix.hpp>
#include <dni/core/simd.hpp>
#include <dni/core/thread_pool.hpp>
#include <dni/core/workspace.hpp>

namespace dni
{
//! @brief Sums of outer products: the weight gradient of a product c = a · M over all its rows.
//! @details G[k, n] = Σ_r a[r, k] · d[r, n], s[n] = Σ_r d[r, n], in ascending r, within the column groups. Columns are cut into panels, which are shared out
//!          among threads; each element is one ascending chain of fused multiply-adds, so its bits do not depend on how many there are. Rows are taken in
//!          chunks; both sides of a chunk are copied so that the inner loop reads memory in sequence: rows lie far apart, and come from far away.
//! @cost R·K·N multiply-adds; each thread has memory of its own for a chunk of 256 rows of a
//! @source Goto and van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 34(3): both operands packed.
//! @verified tests/core/outer_product_test.cpp
template <class T>
class outer_product
{
public:
    void shape(std::span<const column_group> groups)
    {
        panels_.clear();
        detail::for_each_panel<T>(groups, [&](const detail::panel& p) { panels_.push_back(p); });
    }

    //! @param a [R, K], d [R, N]; R may be 0
    //! @param gradient G [K, N] and sums s [N] are replaced where there are column groups
    void sum(matrix_view<const T> a, matrix_view<const T> d, matrix_view<T> gradient, T* sums, thread_pool& pool)
    {
        const std::size_t parts = pool.threads();
        const auto room = left_.resize(parts, chunk * a.columns);
        pool.run(parts,
                 [&](std::size_t i)
                 {
                     const std::size_t first = panels_.size() * i / parts;
                     const std::size_t last = panels_.size() * (i + 1) / parts;
                     const std::span<const detail::panel> own(panels_.data() + first, last - first);
                     std::size_t row = 0;
                     do  // sums over no rows are zero
                     {
                         add_chunk(own, {row, std::min(chunk, d.rows - row)}, a, d, gradient, sums, room.row(i).data());
                         row += chunk;
                     } while (row < d.rows);
                 });
    }

private:
    using V = simd::batch<T>;
    static constexpr std::size_t chunk = 256;
    static constexpr std::size_t width = detail::panel_width<T>;
    using right_side = std::array<T, chunk * width>;

    struct rows_of_chunk
    {
        std::size_t first, count;
    };

    static void add_chunk(std::span<const detail::panel> panels, rows_of_chunk rows, matrix_view<const T> a, matrix_view<const T> d, matrix_view<T> gradient,
                          T* sums, T* left) noexcept
    {
        alignas(64) right_side right;
        const detail::panel* before = nullptr;
        for (const auto& panel : panels)
        {
            if (!before || before->row_first != panel.row_first || before->row_last != panel.row_last)
            {
                copy_left(panel, rows, a, left);
                before = &panel;
            }
            copy_right(panel, rows, d, right, sums + panel.column);
            detail::for_each_tile(panel.row_last - panel.row_first,
                                  [&]<std::size_t Rows>(std::size_t k)
                                  {
                                      add_tile<Rows>(panel, rows, left + k * rows.count, right,
                                                     gradient.data + (panel.row_first + k) * gradient.stride + panel.column, gradient.stride);
                                  });
        }
    }

    // Tile after tile, each as narrow as it is, row after row.
    static void copy_left(const detail::panel& panel, rows_of_chunk rows, matrix_view<const T> a, T* left) noexcept
    {
        detail::for_each_tile(panel.row_last - panel.row_first,
                              [&]<std::size_t Rows>(std::size_t k)
                              {
                                  for (std::size_t r = 0; r < rows.count; ++r)
                                  {
                                      // std::copy_n would call memmove; this is a few moves, of constant size
                                      std::memcpy(left + k * rows.count + r * Rows, a.data + (rows.first + r) * a.stride + panel.row_first + k, Rows * sizeof(T));
                                  }
                              });
    }

    // The columns of a panel, filled up with zeros, and their sums.
    static void copy_right(const detail::panel& panel, rows_of_chunk rows, matrix_view<const T> d, right_side& right, T* sums) noexcept
    {
        const bool begins = rows.first == 0;
        const bool full = panel.width == width;
        alignas(64) std::array<T, width> total{};
        std::copy_n(sums, begins ? 0 : panel.width, total.data());
        V low = V::load_aligned(total.data());
        V high = V::load_aligned(total.data() + V::size);
        for (std::size_t r = 0; r < rows.count; ++r)
        {
            const T* const from = d.data + (rows.first + r) * d.stride + panel.column;
            T* const to = right.data() + r * width;
            if (full)
            {
                simd::copy(from, width, to);
            }
            else
            {
                std::fill(std::copy_n(from, panel.width, to), to + width, T{0});
            }
            low = low + V::load_aligned(to);
            high = high + V::load_aligned(to + V::size);
        }
        low.store_aligned(total.data());
        high.store_aligned(total.data() + V::size);
        std::copy_n(total.data(), panel.width, sums);
    }

    // to += Σ left · right over the rows of a chunk; the first chunk starts from zero.
    template <std::size_t Rows>
    static void add_tile(const detail::panel& panel, rows_of_chunk rows, const T* left, const right_side& right, T* to, std::size_t to_stride) noexcept
    {
        alignas(64) static constexpr std::array<T, width> zeros{};
        constexpr std::integral_constant<std::size_t, 1> across{};
        constexpr std::integral_constant<std::size_t, Rows> down{};
        constexpr std::array<std::size_t, 2> offset{0, V::size};
        const bool begins = rows.first == 0;
        const auto multiply = [&](T* into, std::size_t stride)
        {
            detail::multiply_tile<T, Rows, 2>(rows.count, left, across, down, right.data(), offset, width, begins ? zeros.data() : into,
                                              begins ? 0 : stride, into, stride);
        };
        if (panel.width == width)
        {
            multiply(to, to_stride);
            return;
        }
        alignas(64) std::array<T, Rows * width> tile;
        for (std::size_t r = 0; r < Rows; ++r)
        {
            std::copy_n(to + r * to_stride, panel.width, tile.data() + r * width);
        }
        multiply(tile.data(), width);
        for (std::size_t r = 0; r < Rows; ++r)
        {
            std::copy_n(tile.data() + r * width, panel.width, to + r * to_stride);
        }
    }

    std::vector<detail::panel> panels_;
    workspace_matrix<T> left_;  // a row for each thread
};
}
