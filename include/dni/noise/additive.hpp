// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>

#include <dni/core/number.hpp>
#include <dni/core/simd.hpp>
#include <dni/noise/level.hpp>
#include <dni/random/stream.hpp>

//! @brief Noise that is added: y' = y + A ξ. What ξ is like is one choice, how A follows from the level another.
namespace dni::noise
{
namespace detail
{
// Σ y² and Σ g ξ over the batches of a vector.
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
        squares = simd::multiply_add(v, v, squares);
        products = simd::multiply_add(lanes.load(gradient + j), draws, products);
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
        sum = simd::multiply_add(v, v, sum);
    }
};

template <class T>
[[gnu::always_inline]] inline T mean_square(std::span<const T> y) noexcept
{
    const auto squares = simd::for_each_batch<T>(y.size(), sum_of_squares<T>{y.data()});
    return y.empty() ? T{0} : simd::sum<T>(squares.sum) / static_cast<T>(y.size());
}

// f for draws that are made of others: it is given change(draws).
template <class F, class Change>
struct of_changed
{
    F f;
    [[no_unique_address]] Change change;

    void operator()(std::size_t j, auto lanes, const auto& draws) noexcept { f(j, lanes, change(draws)); }
};

template <class F, class Change>
of_changed(F, Change) -> of_changed<F, Change>;

// y += amplitude · ξ
template <class T, class Draws>
[[gnu::always_inline]] inline void add_draws(std::span<T> y, T amplitude, const Draws& draws, typename Draws::source& random) noexcept
{
    using V = simd::batch<T>;
    draws.template for_each<T>(y.size(), random, [at = y.data(), scale = V(amplitude)](std::size_t j, auto lanes, const V& xi)
                               { lanes.store(at + j, simd::multiply_add(xi, scale, lanes.load(at + j))); });
}
}

//! @brief Additive noise y' = y + A ξ; the gradient passes but where A depends on y.
//! @tparam Draws what ξ is like, of mean 0 and variance 1: `draws::normal` and those of the other headers, or your own:
//!   | expression                  | meaning                                                                                                   |
//!   |-----------------------------|-----------------------------------------------------------------------------------------------------------|
//!   | `source`                    | what it draws from: `stream`, or `trajectory` where draws of different steps are related                   |
//!   | `for_each<T>(n, source&, f)`| f(first element, lanes, SIMD batch of ξ) for n elements, as `simd::for_each_batch` walks them; returns f    |
//!   | `describe()`                | a few words                                                                                               |
//! @tparam Level how A follows: `sigma`, `relative_to_wmax`, `relative_to_largest_product` or `snr_db`
template <class Draws, class Level>
struct additive;

//! @brief A = σ.
//! @details Use where the error does not follow the signal. A network trained under an absolute level can escape the noise by growing its
//!          weights (Borras et al. 2022, "Walking Noise", arXiv 2212.10430).
//! @cost one draw an element
//! @verified tests/noise/gaussian_test.cpp, tests/noise/additive_test.cpp, tests/gradient
template <class Draws>
struct additive<Draws, sigma>
{
    sigma level = {};
    [[no_unique_address]] Draws draws = {};

    template <class T>
    [[gnu::always_inline]] void apply(std::span<T> y, typename Draws::source& random) const noexcept
    {
        if (level.value > 0)
        {
            detail::add_draws(y, static_cast<T>(level.value), draws, random);
        }
    }

    std::string describe() const { return draws.describe() + ", " + dni::describe(level); }
};

//! @brief A = σ w_max, w_max = max |W| over the array's clean weights when they were written: the level in units of the largest conductance.
//! @details At the weights W + σ w_max ξ (aihwkit's additive modifier), at the output the output noise of an array whose weights are mapped to ±1 and whose
//!          inputs are scaled by a constant: with a scale of α, σ α. w_max counts as a constant for the gradient, which passes.
//! @cost one draw an element, and the maximum when the array is written
//! @source Rasch et al. 2021, arXiv 2104.02184 (aihwkit)
//! @verified tests/noise/additive_test.cpp, tests/gradient
template <class Draws>
struct additive<Draws, relative_to_wmax>
{
    relative_to_wmax level = {};
    double w_max = 0;  // written by the array
    [[no_unique_address]] Draws draws = {};

    template <class T>
    [[gnu::always_inline]] void apply(std::span<T> y, typename Draws::source& random) const noexcept
    {
        const T amplitude = static_cast<T>(level.value * w_max);
        if (amplitude > 0)
        {
            detail::add_draws(y, amplitude, draws, random);
        }
    }

    std::string describe() const { return draws.describe() + ", " + dni::describe(level); }
};

//! @brief A = σ w_max α, α = max |u| over the inputs of the product: the level in units of what the largest conductance gives for the largest input.
//! @details Output noise of an array whose weights are mapped to ±1 and whose inputs are scaled, each vector by its largest: y = α w_max (W/w_max · u/α + σ ξ).
//!          Acts at the output, bias included; where u = 0, nothing. α and w_max count as constants for the gradient, which passes.
//! @cost one draw an element, max |u|, and the maximum of the weights when the array is written
//! @source Rasch et al. 2021, arXiv 2104.02184 (aihwkit's out_noise with noise management ABS_MAX: σ = 0.06, in its training presets 0.1)
//! @verified tests/crossbar/scaled_noise_test.cpp, tests/crossbar/mapping_test.cpp
template <class Draws>
    requires std::same_as<typename Draws::source, stream>
struct additive<Draws, relative_to_largest_product>
{
    relative_to_largest_product level = {};
    double w_max = 0;  // written by the array
    [[no_unique_address]] Draws draws = {};

    template <class T>
    [[gnu::always_inline]] void apply(std::span<T> y, std::span<const T> u, stream& random) const noexcept
    {
        const T amplitude = static_cast<T>(level.value * w_max);
        if (amplitude > 0)
        {
            detail::add_draws(y, amplitude * simd::largest_magnitude(u), draws, random);
        }
    }

    std::string describe() const { return draws.describe() + ", " + dni::describe(level); }
};

//! @brief A = r ρ, ρ² = mean(y²), r = 10^(−SNR/20): the ratio of signal and noise power is that of the level.
//! @details ρ belongs to one vector (one sample, one step, one product), so it depends on no other sample. It is part of the computation:
//!          ∂L/∂y = g + (r / (n ρ)) (g·ξ) y with g = ∂L/∂y'; where ρ = 0, y' = y and ∂L/∂y = g. With a stored `reference_power` > 0 (a
//!          calibration, in the squared unit of y) ρ² is that constant, as a chip has it, and the gradient passes unchanged.
//! @cost forward one draw an element and the mean square; backward the same again
//! @source Qin and Vucinic 2018, arXiv 1807.06555; the scale and its gradient are declared in docs/design.md
//! @verified tests/noise/gaussian_test.cpp, tests/noise/additive_test.cpp, tests/gradient
template <class Draws>
struct additive<Draws, snr_db>
{
    snr_db level = {};
    double reference_power = 0;
    [[no_unique_address]] Draws draws = {};

    template <class T>
    [[gnu::always_inline]] void apply(std::span<T> y, typename Draws::source& random) const noexcept
    {
        const T ratio = static_cast<T>(level.ratio());
        if (ratio > 0)
        {
            const T power = reference_power > 0 ? static_cast<T>(reference_power) : detail::mean_square(std::span<const T>(y));
            detail::add_draws(y, ratio * std::sqrt(power), draws, random);
        }
    }

    template <class T>
    void adjoint(std::span<T> gradient, std::span<const T> y, typename Draws::source& random) const noexcept
    {
        const T ratio = static_cast<T>(level.ratio());
        if (!(ratio > 0) || reference_power > 0)
        {
            return;
        }
        using V = simd::batch<T>;
        const auto sums = draws.template for_each<T>(y.size(), random, detail::sums_with_draws<T>{gradient.data(), y.data()});
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
                                    lanes.store(g, simd::multiply_add(factor, lanes.load(y.data() + j), lanes.load(g)));
                                });
    }

    std::string describe() const
    {
        const std::string scale = reference_power > 0 ? ", power fixed at " + number(reference_power) : "";
        return draws.describe() + ", " + dni::describe(level) + scale;
    }
};
}
