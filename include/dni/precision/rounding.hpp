// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <concepts>
#include <cstddef>

#include <dni/core/simd.hpp>
#include <dni/random/stream.hpp>

//! @brief How a converter goes from a number to a whole one.
namespace dni::precision
{
//! @brief To the nearest, ties to the even one.
struct nearest
{
    static constexpr bool draws = false;
    static constexpr const char* name = "nearest";

    template <class V>
    static V round(const V& x, stream&) noexcept
    {
        return xsimd::nearbyint(x);
    }
};

//! @brief Up or down at random, so that the mean is the number itself: ⌊x⌋ + 1 with the probability x − ⌊x⌋.
//! @source Gupta et al. 2015, "Deep learning with limited numerical precision", arXiv 1502.02551
//! @cost one uniform number an element
struct stochastic
{
    static constexpr bool draws = true;
    static constexpr const char* name = "stochastic";

    template <class V>
    static V round(const V& x, stream& random) noexcept
    {
        using T = simd::element_t<V>;
        alignas(64) std::array<T, V::size> u;
        for (T& one : u)
        {
            one = random.uniform();
        }
        const V down = xsimd::floor(x);
        return down + xsimd::select(V::load_aligned(u.data()) < x - down, V(T{1}), V(T{0}));
    }
};

//! @brief A kind of rounding: `round(batch, stream)`, whether it draws, and a name. Models: nearest, stochastic.
template <class R>
concept rounding = requires(const simd::batch<float> x, stream& random) {
    {
        R::round(x, random)
    } -> std::same_as<simd::batch<float>>;
    {
        R::draws
    } -> std::convertible_to<bool>;
    {
        R::name
    } -> std::convertible_to<const char*>;
};
}
