// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <dni/core/simd.hpp>
#include <dni/noise/level.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
//! @brief y' = y (1 + s ξ), ξ ~ N(0, 1), independent for each element: gains that vary. ∂L/∂y = (1 + s ξ) ∂L/∂y'.
//! @details At the weights W (1 + s ξ), the error of each device in proportion to its conductance; with the lifetime of a chip, the mismatch of gains.
//! @cost one normal an element, and in the adjoint
//! @source Borras et al. 2022, "Walking Noise", arXiv 2212.10430
//! @verified tests/noise/multiplicative_test.cpp, tests/gradient
struct multiplicative
{
    spread level = {};

    template <class T>
    void apply(std::span<T> y, stream& random) const noexcept
    {
        using V = simd::batch<T>;
        if (level.value > 0)
        {
            random.for_each_normal<T>(y.size(), [at = y.data(), s = V(static_cast<T>(level.value))](std::size_t j, auto lanes, const V& xi)
                                      { lanes.store(at + j, lanes.load(at + j) * simd::multiply_add(xi, s, V(T{1}))); });
        }
    }

    template <class T>
    void adjoint(std::span<T> gradient, stream& random) const noexcept
    {
        apply(gradient, random);
    }

    std::string describe() const { return "multiplicative, " + dni::describe(level); }
};
}
