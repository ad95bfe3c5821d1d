// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>

namespace dni
{
//! @brief ln p for the elements of a row x of at least one number, softened by a temperature τ > 0: ln p_c = (x_c − max x) / τ − ln Σ exp((x − max x) / τ).
//! @details The maximum is taken off first and never added again, so that nothing overflows and large numbers lose no digits.
//! @verified tests/loss/softmax_test.cpp
class log_softmax
{
public:
    template <class T>
    explicit log_softmax(std::span<const T> x, double temperature = 1) noexcept
        : most_{static_cast<double>(*std::ranges::max_element(x))}, temperature_{temperature}
    {
        double sum = 0;
        for (const T v : x)
        {
            sum += std::exp((static_cast<double>(v) - most_) / temperature_);
        }
        log_sum_ = std::log(sum);
    }

    //! @brief ln p of an element of the row.
    double operator()(double element) const noexcept { return (element - most_) / temperature_ - log_sum_; }

private:
    double most_;
    double temperature_;
    double log_sum_;
};

//! @brief Probabilities p = exp(x) / Σ exp(x) of each row [rows, C]; from and to may be the same.
//! @errors shape_error where the two differ in shape or have no columns
//! @verified tests/loss/softmax_test.cpp
template <class T, class U>
void softmax(matrix_view<const T> from, matrix_view<U> to)
{
    if (from.columns == 0 || to.rows != from.rows || to.columns != from.columns)
    {
        throw shape_error("softmax", "two matrices of one shape with at least one column",
                          "[" + std::to_string(from.rows) + ", " + std::to_string(from.columns) + "] and [" + std::to_string(to.rows) + ", "
                              + std::to_string(to.columns) + "]");
    }
    for (std::size_t r = 0; r < from.rows; ++r)
    {
        const log_softmax log_p(from.row(r));
        std::ranges::transform(from.row(r), to.row(r).begin(), [&](T v) { return static_cast<U>(std::exp(log_p(static_cast<double>(v)))); });
    }
}
}
