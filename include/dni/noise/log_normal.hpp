// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <dni/core/math.hpp>
#include <dni/core/simd.hpp>
#include <dni/noise/level.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
//! @brief y' = y exp(s ξ − s² / 2), ξ ~ N(0, 1), independent for each element: gains that never change sign. ∂L/∂y = exp(s ξ − s² / 2) ∂L/∂y'.
//! @details The mean is corrected: the factor is 1 in the mean, with variance exp(s²) − 1; without −s² / 2 it would be exp(s² / 2). For the conductances of
//!          resistive memories, whose logarithm is what is normal.
//! @cost one normal and one exponential an element, and in the adjoint
//! @source of resistive memories: Ambrogio et al. 2014, "Statistical fluctuations in HfOx resistive-switching memory", IEEE Trans. Electron Devices 61(8):2912
//! @verified tests/noise/multiplicative_test.cpp, tests/gradient
struct log_normal
{
    spread level = {};

    template <class T>
    void apply(std::span<T> y, stream& random) const noexcept
    {
        using V = simd::batch<T>;
        if (level.value > 0)
        {
            const T s = static_cast<T>(level.value);
            random.for_each_normal<T>(y.size(), [at = y.data(), slope = V(s), shift = V(-s * s / 2)](std::size_t j, auto lanes, const V& xi)
                                      { lanes.store(at + j, lanes.load(at + j) * math::exp(V(simd::multiply_add(xi, slope, shift)))); });
        }
    }

    template <class T>
    void adjoint(std::span<T> gradient, stream& random) const noexcept
    {
        apply(gradient, random);
    }

    std::string describe() const { return "log-normal, " + dni::describe(level) + " of the logarithm"; }
};
}
