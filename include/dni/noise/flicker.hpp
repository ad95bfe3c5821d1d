// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/simd.hpp>
#include <dni/noise/additive.hpp>
#include <dni/noise/trajectory.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
namespace draws
{
//! @brief ξ_t = (1/√K) Σ_k ε_k, k = 0 … K − 1, where ε_k ~ N(0, 1) is drawn anew every 2^k steps: power near 1/f from one in 2^K steps to one in two.
//! @details N(0, 1) at each step; correlation Σ_k max(0, 1 − lag / 2^k) / K; independent elements. Where an octave's draws change is random, the same for all
//!          elements, so the process is stationary.
//! @cost K normals an element
//! @source the algorithm of Voss, told by Gardner 1978, "White and brown music, fractal curves and one-over-f fluctuations", Scientific American 238(4)
//! @verified tests/noise/correlated_test.cpp
struct flicker
{
    using source = const trajectory;

    int octaves = 10;  // K

    template <class T, class F>
    F for_each(std::size_t n, const trajectory& at, F f) const noexcept
    {
        using V = simd::batch<T>;
        const V scale(static_cast<T>(1 / std::sqrt(static_cast<double>(octaves))));
        alignas(64) detail::piece_of<T> sum;
        detail::for_each_piece(n,
                               [&](std::size_t first, std::size_t count)
                               {
                                   sum.fill(T{0});
                                   for (int k = 0; k < octaves; ++k)
                                   {
                                       const key octave = at.source.with(static_cast<std::uint64_t>(k));
                                       const std::uint64_t shift = octave.value() & ((std::uint64_t{1} << k) - 1);
                                       stream random{octave.with((at.step + shift) >> k).with(first)};
                                       random.for_each_normal<T>(count, [to = sum.data()](std::size_t j, auto lanes, const V& xi)
                                                                 { lanes.store(to + j, lanes.load(to + j) + xi); });
                                   }
                                   simd::for_each_batch<T>(count, [&](std::size_t j, auto lanes) { f(first + j, lanes, scale * lanes.load(sum.data() + j)); });
                               });
        return f;
    }

    void check(const char* where) const
    {
        if (octaves < 1 || octaves > 40)
        {
            throw value_error(where, "1 to 40 octaves", std::to_string(octaves));
        }
    }

    std::string describe() const { return "flicker (1/f), " + std::to_string(octaves) + " octaves"; }
};
}

//! @brief Additive flicker noise: as much power in each octave of frequency, the slow ones included, so that averaging over time hardly helps.
template <class Level>
using flicker = additive<draws::flicker, Level>;
}
