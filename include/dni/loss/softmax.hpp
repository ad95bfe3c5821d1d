// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

#include <dni/core/matrix.hpp>

namespace dni
{
//! @brief ln Σ exp(x), without overflow.
template <class T>
double log_sum_exp(std::span<const T> x) noexcept
{
    const double most = static_cast<double>(*std::ranges::max_element(x));
    double sum = 0;
    for (const T v : x)
    {
        sum += std::exp(static_cast<double>(v) - most);
    }
    return most + std::log(sum);
}

//! @brief Probabilities p = exp(x) / Σ exp(x) of each row [rows, C]; from and to may be the same.
//! @verified tests/loss/softmax_test.cpp
template <class T, class U>
void softmax(matrix_view<const T> from, matrix_view<U> to) noexcept
{
    for (std::size_t r = 0; r < from.rows; ++r)
    {
        const double norm = log_sum_exp(from.row(r));
        std::ranges::transform(from.row(r), to.row(r).begin(), [norm](T v) { return static_cast<U>(std::exp(static_cast<double>(v) - norm)); });
    }
}
}
