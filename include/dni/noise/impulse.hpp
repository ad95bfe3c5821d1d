// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <string>

#include <dni/core/number.hpp>
#include <dni/core/simd.hpp>
#include <dni/noise/additive.hpp>
#include <dni/noise/level.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
namespace draws
{
//! @brief ξ = ±1/√p with the probability p / 2 each, else 0, independent for each element: of variance 1.
//! @source impulsive noise: Middleton 1977, IEEE Trans. Electromagn. Compat. 19(3):106, here of one amplitude
//! @verified tests/noise/additive_test.cpp
struct impulse
{
    using source = stream;

    probability hit{0.01};

    template <class T, class F>
    F for_each(std::size_t n, stream& random, F f) const noexcept
    {
        using V = simd::batch<T>;
        const T p = static_cast<T>(hit.value);
        const V low(p / 2);
        const V high(1 - p / 2);
        const V height(p > 0 ? 1 / std::sqrt(p) : T{0});
        const auto choose = [=](const V& u) { return xsimd::select(u < low, -height, xsimd::select(u > high, height, V(T{0}))); };
        return random.for_each_uniform<T>(n, detail::of_changed{f, choose}).f;
    }

    void check(const char* where) const { dni::check(hit, where); }
    std::string describe() const { return "impulses, " + dni::describe(hit); }
};
}

//! @brief Additive impulses: most elements are exact, a few (1 % unless said otherwise) are far off, at the level's power in the mean.
template <class Level>
using impulse = additive<draws::impulse, Level>;
}
