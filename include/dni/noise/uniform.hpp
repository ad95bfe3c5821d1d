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
//! @brief ξ uniform in (−√3, √3), independent for each element.
//! @source as rounding errors: Widrow, Kollár and Liu 1996, "Statistical theory of quantization", IEEE Trans. Instrum. Meas. 45(2):353
//! @verified tests/noise/additive_test.cpp
struct uniform
{
    using source = stream;

    template <class T, class F>
    F for_each(std::size_t n, stream& random, F f) const noexcept
    {
        using V = simd::batch<T>;
        constexpr T half_width = std::numbers::sqrt3_v<T>;
        const auto centred = [](const V& u) { return simd::multiply_add(u, V(2 * half_width), V(-half_width)); };
        return random.for_each_uniform<T>(n, detail::of_changed{f, centred}).f;
    }

    std::string describe() const { return "uniform"; }
};
}

//! @brief Additive uniform noise of the level's standard deviation: an error that is bounded, as that of rounding to a step of √12 σ.
template <class Level>
using uniform = additive<draws::uniform, Level>;
}
