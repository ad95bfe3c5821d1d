// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include <dni/core/simd.hpp>
#include <dni/noise/level.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
namespace detail
{
// y += amplitude · ε
template <class T>
[[gnu::always_inline]] inline void add_normals(std::span<T> y, T amplitude, stream& random) noexcept
{
    using V = simd::batch<T>;
    random.for_each_normal<T>(y.size(),
                              [at = y.data(), scale = V(amplitude)](std::size_t j, auto lanes, const V& draws)
                              { lanes.store(at + j, xsimd::fma(draws, scale, lanes.load(at + j))); });
}

// Σ y² and Σ g ε over the batches of a vector.
template <class T>
struct sums_with_draws
{
    using V = simd::batch<T>;
    const T* gradient;
    const T* y;
    V squares = V(T{0});
    V products = V(T{0});

    void operator()(std::size_t j, auto lanes, const V& draws) noexcept
    {
        const V v = lanes.load(y + j);
        squares = xsimd::fma(v, v, squares);
        products = xsimd::fma(lanes.load(gradient + j), draws, products);
    }
};

// Σ y².
template <class T>
struct sum_of_squares
{
    const T* y;
    simd::batch<T> sum = simd::batch<T>(T{0});

    void operator()(std::size_t j, auto lanes) noexcept
    {
        const auto v = lanes.load(y + j);
        sum = xsimd::fma(v, v, sum);
    }
};

template <class T>
[[gnu::always_inline]] inline T mean_square(std::span<const T> y) noexcept
{
    const auto squares = simd::for_each_batch<T>(y.size(), sum_of_squares<T>{y.data()});
    return y.empty() ? T{0} : simd::sum<T>(squares.sum) / static_cast<T>(y.size());
}
}

//! @brief Additive Gaussian noise, independent for each element.
//! @tparam Level `snr_db` (relative to the vector it is added to) or `sigma` (absolute)
template <class Level>
struct gaussian;

//! @brief y' = y + σ ε, ε ~ N(0, 1); the gradient passes unchanged.
//! @details Use where the error does not follow the signal. A network trained under an absolute level can escape the noise by growing its
//!          weights (Borras et al. 2022, "Walking Noise", arXiv 2212.10430).
//! @cost one normal an element
//! @verified tests/noise/gaussian_test.cpp, tests/gradient
template <>
struct gaussian<sigma>
{
    sigma level;

    template <class T>
    [[gnu::always_inline]] void apply(std::span<T> y, stream& random) const noexcept
    {
        if (level.value > 0)
        {
            detail::add_normals(y, static_cast<T>(level.value), random);
        }
    }

    std::string describe() const { return "gaussian, " + dni::describe(level); }
};

//! @brief y' = y + r ρ ε, ρ² = mean(y²), r = 10^(−SNR/20), ε ~ N(0, 1): the ratio of signal and noise power is that of the level.
//! @details ρ belongs to one vector (one sample, one step, one product), so it depends on no other sample. It is part of the computation:
//!          ∂L/∂y = g + (r / (n ρ)) (g·ε) y with g = ∂L/∂y'; where ρ = 0, y' = y and ∂L/∂y = g. With a stored `reference_power` > 0 (a
//!          calibration, in the squared unit of y) ρ² is that constant, as a chip has it, and the gradient passes unchanged.
//! @cost forward one normal an element and the mean square; backward the same again
//! @source Qin and Vucinic 2018, arXiv 1807.06555; the scale and its gradient are declared in docs/design.md
//! @verified tests/noise/gaussian_test.cpp, tests/gradient
template <>
struct gaussian<snr_db>
{
    snr_db level;
    double reference_power = 0;

    template <class T>
    [[gnu::always_inline]] void apply(std::span<T> y, stream& random) const noexcept
    {
        const T ratio = static_cast<T>(level.ratio());
        if (ratio > 0)
        {
            const T power = reference_power > 0 ? static_cast<T>(reference_power) : detail::mean_square(std::span<const T>(y));
            detail::add_normals(y, ratio * std::sqrt(power), random);
        }
    }

    template <class T>
    void adjoint(std::span<T> gradient, std::span<const T> y, stream& random) const noexcept
    {
        const T ratio = static_cast<T>(level.ratio());
        if (!(ratio > 0) || reference_power > 0)
        {
            return;
        }
        using V = simd::batch<T>;
        const auto sums = random.for_each_normal<T>(y.size(), detail::sums_with_draws<T>{gradient.data(), y.data()});
        const T n = static_cast<T>(y.size());
        const T rho = std::sqrt(simd::sum<T>(sums.squares) / n);
        if (!(rho > 0))
        {
            return;
        }
        const V factor(ratio / (n * rho) * simd::sum<T>(sums.products));
        simd::for_each_batch<T>(y.size(),
                                [&](std::size_t j, auto lanes)
                                {
                                    T* const g = gradient.data() + j;
                                    lanes.store(g, xsimd::fma(factor, lanes.load(y.data() + j), lanes.load(g)));
                                });
    }

    std::string describe() const
    {
        const std::string scale = reference_power > 0 ? ", power fixed at " + number(reference_power) : "";
        return "gaussian, " + dni::describe(level) + scale;
    }
};
}
