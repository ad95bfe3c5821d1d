// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <ranges>
#include <vector>

//! Statistics of samples and the bounds that their sampling distributions give. Seeds are fixed, so a test passes or fails for good; the
//! bounds are wide enough (4.5 standard deviations) that another seed would pass too.
namespace support
{
inline constexpr double deviations = 4.5;

struct moments
{
    std::size_t count = 0;
    double mean = 0;
    double variance = 0;
    double skewness = 0;
    double excess_kurtosis = 0;
};

template <std::ranges::input_range Sample>
moments moments_of(const Sample& sample)
{
    moments m;
    for (const auto v : sample)
    {
        m.mean += static_cast<double>(v);
        ++m.count;
    }
    const double n = static_cast<double>(m.count);
    m.mean /= n;
    double cube = 0;
    double fourth = 0;
    for (const auto v : sample)
    {
        const double d = static_cast<double>(v) - m.mean;
        m.variance += d * d / n;
        cube += d * d * d / n;
        fourth += d * d * d * d / n;
    }
    m.skewness = cube / std::pow(m.variance, 1.5);
    m.excess_kurtosis = fourth / (m.variance * m.variance) - 3;
    return m;
}

//! Bounds on the estimates from n independent normals N(0, sigma²).
inline double mean_bound(std::size_t n, double sigma = 1) { return deviations * sigma / std::sqrt(static_cast<double>(n)); }
inline double variance_bound(std::size_t n, double sigma = 1) { return deviations * sigma * sigma * std::sqrt(2 / static_cast<double>(n)); }
//! The same where the excess kurtosis is not 0.
inline double variance_bound(std::size_t n, double sigma, double excess_kurtosis)
{
    return deviations * sigma * sigma * std::sqrt((2 + excess_kurtosis) / static_cast<double>(n));
}
inline double skewness_bound(std::size_t n) { return deviations * std::sqrt(6 / static_cast<double>(n)); }
inline double kurtosis_bound(std::size_t n) { return deviations * std::sqrt(24 / static_cast<double>(n)); }
inline double correlation_bound(std::size_t n) { return deviations / std::sqrt(static_cast<double>(n)); }

//! Pearson's correlation of pairs a[i], b[i].
template <std::ranges::random_access_range A, std::ranges::random_access_range B>
double correlation(const A& a, const B& b)
{
    const auto n = static_cast<std::size_t>(std::min(std::ranges::ssize(a), std::ranges::ssize(b)));
    double sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
    for (std::size_t i = 0; i < n; ++i)
    {
        const double x = static_cast<double>(std::ranges::begin(a)[static_cast<std::ptrdiff_t>(i)]);
        const double y = static_cast<double>(std::ranges::begin(b)[static_cast<std::ptrdiff_t>(i)]);
        sum_a += x;
        sum_b += y;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    const double c = static_cast<double>(n);
    return (ab - sum_a * sum_b / c) / std::sqrt((aa - sum_a * sum_a / c) * (bb - sum_b * sum_b / c));
}

template <std::ranges::input_range Sample>
std::vector<double> squares(const Sample& sample)
{
    std::vector<double> result;
    for (const auto v : sample)
    {
        result.push_back(static_cast<double>(v) * static_cast<double>(v));
    }
    return result;
}

inline double normal_cdf(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }

//! The distance of Kolmogorov and Smirnov between a sample and a continuous distribution, N(0, 1) by default, times sqrt(n): below 2.3 with
//! probability 1 − 5e-5.
template <std::ranges::input_range Sample, class Distribution = decltype(&normal_cdf)>
double kolmogorov_smirnov(const Sample& sample, const Distribution& cdf = normal_cdf)
{
    std::vector<double> sorted(std::ranges::begin(sample), std::ranges::end(sample));
    std::ranges::sort(sorted);
    const double n = static_cast<double>(sorted.size());
    double worst = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i)
    {
        const double f = cdf(sorted[i]);
        worst = std::max({worst, f - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - f});
    }
    return worst * std::sqrt(n);
}

inline constexpr double kolmogorov_smirnov_bound = 2.3;

//! Pearson's sum over classes of equal probability, as a normal deviate (Wilson and Hilferty 1931).
template <std::ranges::input_range Counts>
double chi_square_deviate(const Counts& counts)
{
    double total = 0;
    double classes = 0;
    for (const auto c : counts)
    {
        total += static_cast<double>(c);
        classes += 1;
    }
    const double expected = total / classes;
    double sum = 0;
    for (const auto c : counts)
    {
        sum += (static_cast<double>(c) - expected) * (static_cast<double>(c) - expected) / expected;
    }
    const double freedom = classes - 1;
    const double spread = 2 / (9 * freedom);
    return (std::cbrt(sum / freedom) - (1 - spread)) / std::sqrt(spread);
}
}
