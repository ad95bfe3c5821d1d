// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <span>

namespace dni
{
//! @brief Probability that |t| <= x for Student's t with `freedom` degrees, in closed form.
//! @source Abramowitz and Stegun 1964, 26.7.3 and 26.7.4
inline double student_t_within(double x, std::size_t freedom) noexcept
{
    const double theta = std::atan(x / std::sqrt(static_cast<double>(freedom)));
    const double cosine = std::cos(theta);
    double term = freedom % 2 == 0 ? 1.0 : cosine;
    double sum = freedom == 1 ? 0.0 : term;
    for (std::size_t k = freedom % 2 == 0 ? 2 : 3; k + 2 <= freedom; k += 2)
    {
        term *= cosine * cosine * static_cast<double>(k - 1) / static_cast<double>(k);
        sum += term;
    }
    return freedom % 2 == 0 ? std::sin(theta) * sum : 2 / std::numbers::pi * (theta + std::sin(theta) * sum);
}

//! @brief The x with P(|t| <= x) = confidence: 12.706 for one degree of freedom and 0.95.
//! @verified tests/eval/statistics_test.cpp
inline double student_t_quantile(double confidence, std::size_t freedom) noexcept
{
    double low = 0;
    double high = 1;
    while (student_t_within(high, freedom) < confidence)
    {
        high *= 2;
    }
    for (int i = 0; i < 100; ++i)
    {
        const double middle = (low + high) / 2;
        (student_t_within(middle, freedom) < confidence ? low : high) = middle;
    }
    return (low + high) / 2;
}

//! @brief Mean, standard deviation (n − 1) and 95 % interval of the mean by Student's t, of independent repeats.
//! @details Of one value alone the deviation is 0 and the interval unknown (NaN).
struct summary
{
    double mean = 0;
    double deviation = 0;
    double low = std::numeric_limits<double>::quiet_NaN();
    double high = std::numeric_limits<double>::quiet_NaN();
};

//! @brief The summary of at least one value.
//! @verified tests/eval/statistics_test.cpp
inline summary summarize(std::span<const double> values) noexcept
{
    summary s;
    const double n = static_cast<double>(values.size());
    for (const double v : values)
    {
        s.mean += v / n;
    }
    if (values.size() < 2)
    {
        return s;
    }
    double squares = 0;
    for (const double v : values)
    {
        squares += (v - s.mean) * (v - s.mean);
    }
    s.deviation = std::sqrt(squares / (n - 1));
    const double half = student_t_quantile(0.95, values.size() - 1) * s.deviation / std::sqrt(n);
    s.low = s.mean - half;
    s.high = s.mean + half;
    return s;
}

//! @brief The summary of fractions: the interval is cut to [0, 1].
inline summary summarize_fractions(std::span<const double> values) noexcept
{
    summary s = summarize(values);
    if (values.size() > 1)
    {
        s.low = std::max(s.low, 0.0);
        s.high = std::min(s.high, 1.0);
    }
    return s;
}
}
