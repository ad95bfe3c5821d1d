// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>

namespace dni
{
//! @brief A row-major matrix somebody else owns: [rows, columns], with `stride` elements from one row to the next.
template <class T>
struct matrix_view
{
    T* data = nullptr;
    std::size_t rows = 0;
    std::size_t columns = 0;
    std::size_t stride = 0;

    std::span<T> row(std::size_t r) const noexcept { return {data + r * stride, columns}; }

    operator matrix_view<const T>() const noexcept
        requires(!std::is_const_v<T>)
    {
        return {data, rows, columns, stride};
    }
};
}
