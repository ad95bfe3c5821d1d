// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include <dni/core/number.hpp>
#include <dni/core/simd.hpp>
#include <dni/noise/level.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
//! @brief Error of programming that depends on the conductance, at the weights: W' = W + s w_max (c0 + c1 g + c2 g²) ξ, g = |W| / w_max, ξ ~ N(0, 1).
//! @details The constants are those of phase-change memory (deviation in µS over g_max = 25 µS), so s = 1 is the measured error. w_max counts as a
//!          constant for the gradient: ∂L/∂W = (1 + s (c1 + 2 c2 g) sign(W) ξ) ∂L/∂W'.
//! @cost one normal an element, and in the adjoint
//! @source Joshi et al. 2020, Nature Communications 11:2473; the form as in Rasch et al. 2021, arXiv 2104.02184 (aihwkit)
//! @verified tests/noise/weights_test.cpp, tests/gradient
struct programming
{
    spread level = {};
    double c0 = 0.2635 / 25;
    double c1 = 1.9650 / 25;
    double c2 = -1.1731 / 25;
    double w_max = 0;  // written by the array

    template <class T>
    void apply(std::span<T> w, stream& random) const noexcept
    {
        using V = simd::batch<T>;
        if (level.value > 0 && w_max > 0)
        {
            const auto at = [this](double c, int power) { return V(static_cast<T>(level.value * c * std::pow(w_max, 1 - power))); };
            random.for_each_normal<T>(w.size(),
                                      [to = w.data(), a = at(c0, 0), b = at(c1, 1), c = at(c2, 2)](std::size_t j, auto lanes, const V& xi)
                                      {
                                          const V v = lanes.load(to + j);
                                          const V g = xsimd::abs(v);
                                          lanes.store(to + j, simd::multiply_add(simd::multiply_add(simd::multiply_add(c, g, b), g, a), xi, v));
                                      });
        }
    }

    template <class T>
    void adjoint(std::span<T> gradient, std::span<const T> w, stream& random) const noexcept
    {
        using V = simd::batch<T>;
        if (level.value > 0 && w_max > 0)
        {
            const V b(static_cast<T>(level.value * c1));
            const V twice_c(static_cast<T>(2 * level.value * c2 / w_max));
            random.for_each_normal<T>(gradient.size(),
                                      [=, to = gradient.data(), from = w.data()](std::size_t j, auto lanes, const V& xi)
                                      {
                                          const V v = lanes.load(from + j);
                                          const V slope = xsimd::copysign(V(T{1}), v) * simd::multiply_add(twice_c, xsimd::abs(v), b);
                                          lanes.store(to + j, lanes.load(to + j) * simd::multiply_add(slope, xi, V(T{1})));
                                      });
        }
    }

    std::string describe() const
    {
        return "programming, " + dni::describe(level) + ", (" + number(c0) + " + " + number(c1) + " g + " + number(c2) + " g^2) w_max";
    }
};
}
