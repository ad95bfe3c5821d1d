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
//! @brief ξ_t = a ξ_{t−1} + sqrt(1 − a²) ε_t with a = exp(−1 / τ): stationary, N(0, 1) at each step, correlation exp(−|lag| / τ); independent elements.
//! @details Drawn as a bridge, so that any step can be asked for: given two values h steps before and after, the one between is normal with mean
//!          (ξ_before + ξ_after) r / (1 + r²) and variance (1 − r²) / (1 + r²), r = exp(−h / τ).
//! @cost about log2(10 τ) + 1 normals an element
//! @source Uhlenbeck and Ornstein 1930, "On the theory of the Brownian motion", Phys. Rev. 36:823
//! @verified tests/noise/correlated_test.cpp
struct ar1
{
    using source = const trajectory;

    time_in_steps time{10};  // τ

    template <class T, class F>
    F for_each(std::size_t n, const trajectory& at, F f) const noexcept
    {
        return detail::on_bridge<T>(*this, time.value, at, n, f);
    }

    template <class T>
    void start(stream& random, std::size_t count, T* to) const noexcept
    {
        random.for_each_normal<T>(count, [to](std::size_t j, auto lanes, const simd::batch<T>& xi) { lanes.store(to + j, xi); });
    }

    template <class T>
    void between(stream& random, double half, std::size_t count, const T* before, const T* after, T* to) const noexcept
    {
        using V = simd::batch<T>;
        const double r = std::exp(-half / time.value);
        const V weight(static_cast<T>(r / (1 + r * r)));
        const V deviation(static_cast<T>(std::sqrt((1 - r * r) / (1 + r * r))));
        random.for_each_normal<T>(count, [=](std::size_t j, auto lanes, const V& xi)
                                  { lanes.store(to + j, simd::multiply_add(xi, deviation, weight * (lanes.load(before + j) + lanes.load(after + j)))); });
    }

    void check(const char* where) const { noise::check(time, where); }
    std::string describe() const { return "AR(1), correlation time " + noise::describe(time); }
};
}

//! @brief Additive Gaussian noise with a memory that fades: a slow amplifier or temperature. First-order autoregressive (Ornstein and Uhlenbeck's in continuous time).
//! @source recurrent networks under it: arXiv 2504.13778
template <class Level>
using ar1 = additive<draws::ar1, Level>;
}
