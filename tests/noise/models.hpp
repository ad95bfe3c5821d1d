// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <dni/noise/site.hpp>
#include <dni/random/stream.hpp>

//! What the tests of noise models share.
namespace models
{
template <class T>
std::vector<T> normals(std::size_t n, std::uint64_t s = 1)
{
    dni::stream random{dni::key{dni::seed{s}}.with(77)};
    std::vector<T> y(n);
    for (T& v : y)
    {
        v = T(0.3) + T(2) * random.normal<T>();
    }
    return y;
}

//! What a model that draws from a stream makes of y.
template <class T, class Model>
std::vector<T> applied(const Model& model, std::vector<T> y, dni::key k)
{
    dni::stream random{k};
    model.apply(std::span<T>(y), random);
    return y;
}

//! What it adds.
template <class T, class Model>
std::vector<double> added(const Model& model, const std::vector<T>& y, dni::key k)
{
    const auto noisy = applied(model, y, k);
    std::vector<double> difference(y.size());
    for (std::size_t i = 0; i < y.size(); ++i)
    {
        difference[i] = static_cast<double>(noisy[i]) - static_cast<double>(y[i]);
    }
    return difference;
}

//! The largest error of the adjoint of all parts at the output against central differences, the draws held fixed.
template <class Noise>
double adjoint_error(const dni::noise::sources<Noise>& sources, const std::vector<double>& y, const dni::noise::moment& now, double step = 1e-5)
{
    constexpr auto site = dni::noise::site::output;
    const auto c = normals<double>(y.size(), 9);
    const auto loss = [&](std::vector<double> at)
    {
        sources.template apply<site, double>(at, now);
        double sum = 0;
        for (std::size_t i = 0; i < at.size(); ++i)
        {
            sum += c[i] * at[i];
        }
        return sum;
    };
    auto g = c;
    std::vector<double> scratch(y.size());
    sources.template adjoint<site, double>(g, y, scratch, now);
    double worst = 0;
    for (std::size_t i = 0; i < y.size(); ++i)
    {
        auto up = y;
        auto down = y;
        up[i] += step;
        down[i] -= step;
        worst = std::max(worst, std::abs((loss(up) - loss(down)) / (2 * step) - g[i]));
    }
    return worst;
}
}
