// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include <dni/core/simd.hpp>
#include <dni/noise/additive.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/noise/level.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
//! @brief Read noise of all weights, seen at the output: y' = y + s w_max ‖u‖ ξ, u the inputs as they entered the product, ξ ~ N(0, 1).
//! @details What weights W + s w_max ε with ε drawn afresh for each product add, at the cost of a vector instead of a matrix: Σ_k ε_k u_k is normal with the
//!          deviation ‖u‖. (It counts every input for each output, also where a crossing is not wired.) The gradient flows through ‖u‖:
//!          ∂L/∂u += s w_max (g·ξ) u / ‖u‖; where u = 0, nothing. w_max counts as a constant.
//! @cost one normal an element and ‖u‖; backward the same again
//! @source Rasch et al. 2021, arXiv 2104.02184 (aihwkit's w_noise, s = 0.0175 for phase-change memory, 0.01 for ReRAM)
//! @verified tests/crossbar/scaled_noise_test.cpp
struct read_noise
{
    relative_to_wmax level = {};
    double w_max = 0;  // written by the array

    template <class T>
    void apply(std::span<T> y, std::span<const T> u, stream& random) const noexcept
    {
        const T amplitude = static_cast<T>(level.value * w_max);
        if (amplitude > 0)
        {
            detail::add_draws(y, amplitude * norm(u), draws::normal{}, random);
        }
    }

    //! @brief The p with ∂L/∂u = p u for the part of the gradient that goes through ‖u‖, from g = ∂L/∂y'.
    template <class T>
    T pull(std::span<const T> g, std::span<const T> u, stream& random) const noexcept
    {
        const T amplitude = static_cast<T>(level.value * w_max);
        const T length = norm(u);
        if (!(amplitude > 0 && length > 0))
        {
            return T{0};
        }
        const auto sums = random.for_each_normal<T>(g.size(), detail::sums_with_draws<T>{g.data(), g.data()});
        return amplitude * simd::sum<T>(sums.products) / length;
    }

    std::string describe() const { return "read noise of the weights, " + dni::describe(level); }

private:
    template <class T>
    static T norm(std::span<const T> u) noexcept
    {
        return std::sqrt(detail::mean_square(u) * static_cast<T>(u.size()));
    }
};
}
