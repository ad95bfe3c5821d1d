// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <span>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>

namespace dni
{
//! @brief Probability that |t| <= x for Student's t with `freedom` >= 1 degrees, in closed form; x >= 0, dimensionless.
//! @source Abramowitz and Stegun 1964, 26.7.3 and 26.7.4
//! @cost freedom / 2 multiplications
//! @verified tests/eval/statistics_test.cpp
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

//! @brief The x with P(|t| <= x) = confidence, the two-sided quantile: 12.706 for one degree of freedom and 0.95.
//! @errors value_error for a confidence outside (0, 0.9999] or no freedom
//! @verified tests/eval/statistics_test.cpp
inline double student_t_quantile(double confidence, std::size_t freedom)
{
    if (!(confidence > 0 && confidence <= 0.9999) || freedom == 0)
    {
        throw value_error("student_t_quantile", "a confidence in (0, 0.9999] and at least one degree of freedom",
                          number(confidence) + " and " + std::to_string(freedom));
    }
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

//! @brief Mean m, standard deviation s = sqrt(Σ(v − m)² / (n − 1)) and 95 % interval m ± t s / sqrt(n) of the mean, t Student's for n − 1 degrees, of n
//!        independent repeats. All in the unit of the values.
//! @details Of one value alone the deviation is 0 and the interval unknown (NaN). Of equal values deviation and width of the interval are exactly 0.
struct summary
{
    double mean = 0;
    double deviation = 0;
    double low = std::numeric_limits<double>::quiet_NaN();
    double high = std::numeric_limits<double>::quiet_NaN();

    //! @brief Whether the interval is known: of at least two repeats.
    bool has_interval() const noexcept { return !std::isnan(low); }
};

//! @brief The summary of at least one value.
//! @errors value_error without values
//! @verified tests/eval/statistics_test.cpp
inline summary summarize(std::span<const double> values)
{
    if (values.empty())
    {
        throw value_error("summarize", "at least one value", "none");
    }
    summary s;
    const double n = static_cast<double>(values.size());
    double excess = 0;  // over the first, so that the mean of equal values is that value
    for (const double v : values)
    {
        excess += v - values.front();
    }
    s.mean = values.front() + excess / n;
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
//! @errors value_error without values
//! @verified tests/eval/statistics_test.cpp
inline summary summarize_fractions(std::span<const double> values)
{
    summary s = summarize(values);
    if (s.has_interval())
    {
        s.low = std::max(s.low, 0.0);
        s.high = std::min(s.high, 1.0);
    }
    return s;
}
}
