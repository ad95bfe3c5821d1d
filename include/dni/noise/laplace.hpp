// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <numbers>
#include <string>

#include <dni/core/simd.hpp>
#include <dni/noise/additive.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
namespace draws
{
//! @brief ξ of the density exp(−√2 |ξ|) / √2 (Laplace's, of variance 1), independent for each element; |ξ| < 12.
//! @details By the inverse of its distribution: ξ = −sign(v) ln(1 − |v|) / √2 for v uniform in (−1, 1).
//! @source Devroye 1986, "Non-Uniform Random Variate Generation", chapter II
//! @verified tests/noise/additive_test.cpp
struct laplace
{
    using source = stream;

    template <class T, class F>
    F for_each(std::size_t n, stream& random, F f) const noexcept
    {
        using V = simd::batch<T>;
        const auto inverse = [](const V& u)
        {
            const V v = simd::multiply_add(u, V(T{2}), V(T{-1}));
            return xsimd::copysign(xsimd::log(V(T{1}) - xsimd::abs(v)) * V(-std::numbers::sqrt2_v<T> / 2), v);
        };
        return random.for_each_uniform<T>(n, detail::of_changed{f, inverse}).f;
    }

    std::string describe() const { return "laplace"; }
};
}

//! @brief Additive Laplace noise of the level's standard deviation: heavier tails than Gaussian noise (excess kurtosis 3), as mixtures of good and bad
//!        devices have.
template <class Level>
using laplace = additive<draws::laplace, Level>;
}
