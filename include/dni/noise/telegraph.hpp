// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <string>

#include <dni/core/simd.hpp>
#include <dni/noise/additive.hpp>
#include <dni/noise/trajectory.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
namespace draws
{
//! @brief ξ_t = ±1, jumping at random times, τ steps apart in the mean: correlation exp(−2 |lag| / τ); both states equally likely, independent elements.
//! @details Drawn as a bridge, so that any step can be asked for: given two values h steps before and after, r = exp(−2 h / τ), the one between is that of both
//!          with probability (1 + r)² / (2 (1 + r²)) where they agree, and any where they do not.
//! @cost about log2(5 τ) + 1 uniforms an element
//! @source Machlup 1954, "Noise in semiconductors: spectrum of a two-parameter random signal", J. Appl. Phys. 25:341
//! @verified tests/noise/correlated_test.cpp
struct telegraph
{
    using source = const trajectory;

    time_in_steps dwell{10};  // τ

    template <class T, class F>
    F for_each(std::size_t n, const trajectory& at, F f) const noexcept
    {
        return detail::on_bridge<T>(*this, dwell.value / 2, at, n, f);
    }

    template <class T>
    void start(stream& random, std::size_t count, T* to) const noexcept
    {
        using V = simd::batch<T>;
        random.for_each_uniform<T>(count, [to](std::size_t j, auto lanes, const V& u) { lanes.store(to + j, xsimd::copysign(V(T{1}), u - V(T(0.5)))); });
    }

    template <class T>
    void between(stream& random, double half, std::size_t count, const T* before, const T* after, T* to) const noexcept
    {
        using V = simd::batch<T>;
        const double r = std::exp(-2 * half / dwell.value);
        // P(+) is 1/2 where the ends differ, 1/2 ± gain where both are ±1
        const V gain(static_cast<T>(r / (1 + r * r)));
        random.for_each_uniform<T>(count,
                                   [=](std::size_t j, auto lanes, const V& u)
                                   {
                                       const V up = simd::multiply_add(gain, T(0.5) * (lanes.load(before + j) + lanes.load(after + j)), V(T(0.5)));
                                       lanes.store(to + j, xsimd::copysign(V(T{1}), up - u));
                                   });
    }

    void check(const char* where) const { noise::check(dwell, where); }
    std::string describe() const { return "random telegraph, " + noise::describe(dwell) + " between jumps"; }
};
}

//! @brief Additive random telegraph noise: a trap that catches a charge and lets it go, two values and nothing between.
template <class Level>
using telegraph = additive<draws::telegraph, Level>;
}
