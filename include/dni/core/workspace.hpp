// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <vector>

#include <xsimd/xsimd.hpp>

#include <dni/core/matrix.hpp>

namespace dni
{
//! @brief A vector aligned to a cache line. Workspaces are made of it: they grow and are used again.
template <class T>
using aligned_vector = std::vector<T, xsimd::aligned_allocator<T, 64>>;

//! @brief The distance between rows of `columns` elements that spreads them over all cache sets: an odd number of cache lines.
//! @details Kernels walk down columns; with a stride of a power of two all rows would fall into a few sets.
template <class T>
constexpr std::size_t row_stride(std::size_t columns) noexcept
{
    constexpr std::size_t line = 64 / sizeof(T);
    const std::size_t lines = (columns + line - 1) / line;
    return (lines | 1u) * line;
}

//! @brief An owned matrix [rows, columns] whose memory only grows, so a repeated shape costs no allocation. Not zeroed when reused.
template <class T>
class workspace_matrix
{
public:
    matrix_view<T> resize(std::size_t rows, std::size_t columns)
    {
        rows_ = rows;
        columns_ = columns;
        const std::size_t size = rows * row_stride<T>(columns);
        if (size > memory_.size())
        {
            memory_.resize(size);
        }
        return view();
    }

    matrix_view<T> view() noexcept { return {memory_.data(), rows_, columns_, row_stride<T>(columns_)}; }
    matrix_view<const T> view() const noexcept { return {memory_.data(), rows_, columns_, row_stride<T>(columns_)}; }

private:
    aligned_vector<T> memory_;
    std::size_t rows_ = 0;
    std::size_t columns_ = 0;
};

//! @brief Sets a matrix to zero, leaving what lies between its rows alone.
template <class T>
void fill_zero(matrix_view<T> matrix) noexcept
{
    for (std::size_t r = 0; r < matrix.rows; ++r)
    {
        for (T& v : matrix.row(r))
        {
            v = T{0};
        }
    }
}
}
