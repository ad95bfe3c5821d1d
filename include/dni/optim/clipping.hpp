// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>

namespace dni
{
namespace detail
{
// In 16 interleaved sums, whatever the SIMD width: a single one would wait for each of its additions.
template <class T>
double sum_of_squares(std::span<const T> values) noexcept
{
    std::array<double, 16> sums{};
    const std::size_t whole = values.size() - values.size() % sums.size();
    for (std::size_t i = 0; i < whole; i += sums.size())
    {
        for (std::size_t j = 0; j < sums.size(); ++j)
        {
            const double v = static_cast<double>(values[i + j]);
            sums[j] += v * v;
        }
    }
    for (std::size_t i = whole; i < values.size(); ++i)
    {
        const double v = static_cast<double>(values[i]);
        sums[i - whole] += v * v;
    }
    double total = 0;
    for (const double sum : sums)
    {
        total += sum;
    }
    return total;
}

inline void check_bound(const char* where, double maximum)
{
    if (!(maximum >= 0))
    {
        throw value_error(where, "a bound >= 0", number(maximum));
    }
}
}

//! @brief Scales the gradient so that its Euclidean norm is at most `maximum`: g ← g · min(1, maximum / ‖g‖).
//! @return ‖g‖ before, summed in double in a fixed order
//! @errors value_error unless maximum >= 0
//! @source Pascanu, Mikolov, Bengio 2013, arXiv 1211.5063
//! @verified tests/optim/clipping_test.cpp
template <class T>
double clip_by_norm(std::span<T> gradient, double maximum)
{
    detail::check_bound("clip_by_norm", maximum);
    const double norm = std::sqrt(detail::sum_of_squares(std::span<const T>(gradient)));
    if (norm > maximum)
    {
        const T scale = static_cast<T>(maximum / norm);
        for (T& g : gradient)
        {
            g *= scale;
        }
    }
    return norm;
}

//! @brief Puts each element of a gradient, or of weights, into [−maximum, maximum].
//! @errors value_error unless maximum >= 0
//! @verified tests/optim/clipping_test.cpp
template <class T>
void clip_by_value(std::span<T> values, double maximum)
{
    detail::check_bound("clip_by_value", maximum);
    const T bound = static_cast<T>(maximum);
    for (T& v : values)
    {
        v = std::clamp(v, -bound, bound);
    }
}

//! @brief Puts each element into [−k s, k s], s the standard deviation of the elements: s² = mean(v²) − mean(v)². Elements that are all equal, and none, stay.
//! @errors value_error unless k >= 0
//! @verified tests/optim/clipping_test.cpp
template <class T>
void clip_by_deviation(std::span<T> values, double k)
{
    detail::check_bound("clip_by_deviation", k);
    double sum = 0;
    double squares = 0;
    for (const T v : values)
    {
        const double excess = static_cast<double>(v) - static_cast<double>(values.front());  // so that equal elements have no deviation
        sum += excess;
        squares += excess * excess;
    }
    const double count = static_cast<double>(values.size());
    const double variance = squares / count - sum / count * (sum / count);
    if (variance > 0)
    {
        clip_by_value(values, k * std::sqrt(variance));
    }
}
}
