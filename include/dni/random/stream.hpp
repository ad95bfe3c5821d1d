// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>
#include <span>
#include <type_traits>
#include <utility>

#include <xsimd/xsimd.hpp>

#include <dni/core/simd.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief A stream of random numbers named by a key: xoshiro128++ in sixteen lanes.
//! @details The sixteen lanes exist whatever the SIMD width is, so integers and uniforms are the same bits on every instruction set; normals
//!          agree to the rounding of logarithm, sine and cosine. Within one build all draws are the same bits on any number of threads.
//!          Draws are made in float and widened where double is asked for: noise needs no finer steps. Seeding costs about as much as 16 draws.
//! @source Blackman and Vigna 2021, "Scrambled Linear Pseudorandom Number Generators", ACM TOMS 47(4); Box and Muller 1958.
//! @verified tests/random/stream_test.cpp
class stream
{
public:
    using result_type = std::uint32_t;

    explicit stream(key k) noexcept
    {
        const auto low = static_cast<std::uint32_t>(k.value());
        const auto high = static_cast<std::uint32_t>(k.value() >> 32);
        for (std::uint32_t word = 0; word < 4; ++word)
        {
            for (std::uint32_t part = 0; part < parts; ++part)
            {
                const words index = lane_indices() + words(word * lanes + part * std::uint32_t{words::size});
                generator_.state[word][part] = scramble(scramble(words(low) ^ (index * words(0x9E3779B9u))) + words(high));
            }
        }
    }

    static constexpr result_type min() noexcept { return 0; }
    static constexpr result_type max() noexcept { return std::numeric_limits<result_type>::max(); }

    //! @brief 32 uniform bits.
    result_type operator()() noexcept
    {
        if (words_used_ == lanes)
        {
            for (std::size_t part = 0; part < parts; ++part)
            {
                generator_.next(part).store_aligned(words_.data() + part * words::size);
            }
            words_used_ = 0;
        }
        return words_[words_used_++];
    }

    //! @brief Uniform in [0, 1), in steps of 2^-24.
    float uniform() noexcept { return static_cast<float>((*this)() >> 8) * 0x1p-24f; }

    //! @brief Uniform integer in [0, n), n >= 1; the bias is below n / 2^32.
    std::uint32_t below(std::uint32_t n) noexcept
    {
        return static_cast<std::uint32_t>((std::uint64_t{(*this)()} * n) >> 32);
    }

    //! @brief Standard normal draws: V is a number or a SIMD batch, float or double. |draw| < 5.9.
    template <class V = float>
    V normal() noexcept
    {
        using T = simd::element_t<V>;
        if (normals_used_ == normals_.size())
        {
            const auto fresh = generator_.draw_normals();
            for (std::size_t i = 0; i < fresh.size(); ++i)
            {
                fresh[i].store_aligned(normals_.data() + i * floats::size);
            }
            normals_used_ = 0;
        }
        const float* draws = normals_.data() + normals_used_;
        if constexpr (std::is_same_v<V, T>)
        {
            normals_used_ += 1;
            return static_cast<T>(*draws);
        }
        else
        {
            static_assert(2 * lanes % V::size == 0);
            normals_used_ += V::size;
            if constexpr (std::is_same_v<T, float>)
            {
                return V::load_unaligned(draws);
            }
            else
            {
                alignas(64) std::array<T, V::size> wide;
                for (std::size_t i = 0; i < V::size; ++i)
                {
                    wide[i] = static_cast<T>(draws[i]);
                }
                return V::load_aligned(wide.data());
            }
        }
    }

    //! @brief A standard normal for each of n elements, in SIMD batches: f(first element, lanes, draws) as in `simd::for_each_batch`. Returns f.
    //! @details The draws are those of a fresh stream's `normal`, but in float they never leave the registers. A function of its own: what is
    //!          around it then takes no register from the loop.
    template <class T, class F>
    [[gnu::noinline]] F for_each_normal(std::size_t n, F f) noexcept
    {
        if constexpr (std::is_same_v<T, float>)
        {
            auto own = generator_;
            std::size_t j = 0;
            for (; j + normals_.size() <= n; j += normals_.size())
            {
                const auto draws = own.draw_normals();
                for (std::size_t i = 0; i < draws.size(); ++i)
                {
                    f(j + i * floats::size, simd::whole<float>{}, draws[i]);
                }
            }
            if (j < n)
            {
                const auto draws = own.draw_normals();
                for (std::size_t i = 0; j < n; ++i, j += floats::size)
                {
                    if (n - j >= floats::size)
                    {
                        f(j, simd::whole<float>{}, draws[i]);
                    }
                    else
                    {
                        f(j, simd::part<float>{n - j}, draws[i]);
                    }
                }
            }
            generator_ = own;
        }
        else
        {
            simd::for_each_batch<T>(n, [&](std::size_t j, auto lanes_of_batch) { f(j, lanes_of_batch, normal<simd::batch<T>>()); });
        }
        return f;
    }

    //! @brief A uniform number in (0, 1), an odd multiple of 2^-24, for each of n elements: f(first element, lanes, draws), as above. Returns f.
    //! @details The same numbers whatever the SIMD width is, in float and in double.
    template <class T, class F>
    [[gnu::noinline]] F for_each_uniform(std::size_t n, F f) noexcept
    {
        using V = simd::batch<T>;
        alignas(64) std::array<float, lanes> narrow;
        alignas(64) std::array<T, lanes> draws;
        for (std::size_t first = 0; first < n; first += lanes)
        {
            for (std::size_t part = 0; part < parts; ++part)
            {
                const floats u = simd::multiply_add(generator::to_float(generator_.next(part) >> 9), floats(0x1p-23f), floats(0x1p-24f));
                u.store_aligned(narrow.data() + part * floats::size);
            }
            std::copy(narrow.begin(), narrow.end(), draws.begin());
            simd::for_each_batch<T>(std::min<std::size_t>(lanes, n - first), [&](std::size_t j, auto lanes_of_batch)
                                    { f(first + j, lanes_of_batch, V::load_unaligned(draws.data() + j)); });
        }
        return f;
    }

private:
    using words = simd::batch<std::uint32_t>;
    using floats = simd::batch<float>;
    static constexpr std::uint32_t lanes = 16;
    static constexpr std::uint32_t parts = lanes / words::size;

    static words lane_indices() noexcept
    {
        alignas(64) std::array<std::uint32_t, words::size> index;
        for (std::uint32_t i = 0; i < words::size; ++i)
        {
            index[i] = i;
        }
        return words::load_aligned(index.data());
    }

    // The finalizer of MurmurHash3 (Appleby), a bijection of 32 bits.
    static words scramble(words h) noexcept
    {
        h = (h ^ (h >> 16)) * words(0x85EBCA6Bu);
        h = (h ^ (h >> 13)) * words(0xC2B2AE35u);
        return h ^ (h >> 16);
    }

    static words rotate_left(const words& w, int by) noexcept { return (w << by) | (w >> (32 - by)); }

    // All sixteen lanes side by side.
    struct generator
    {
        words next(std::size_t part) noexcept
        {
            auto& [s0, s1, s2, s3] = state;
            const words result = rotate_left(s0[part] + s3[part], 7) + s0[part];
            const words t = s1[part] << 9;
            s2[part] = s2[part] ^ s0[part];
            s3[part] = s3[part] ^ s1[part];
            s1[part] = s1[part] ^ s2[part];
            s0[part] = s0[part] ^ s3[part];
            s2[part] = s2[part] ^ t;
            s3[part] = rotate_left(s3[part], 11);
            return result;
        }

        static floats to_float(const words& w) noexcept
        {
            return xsimd::to_float(xsimd::bitwise_cast<xsimd::batch<std::int32_t>>(w));
        }

        // ln(u) for normal u > 0: exponent and mantissa in [sqrt(1/2), sqrt(2)), polynomial of Cephes' logf (Moshier).
        static floats log(const floats& u) noexcept
        {
            const words bits = xsimd::bitwise_cast<words>(u) - words(0x3F3504F3u);
            const floats exponent = xsimd::to_float(xsimd::bitwise_cast<xsimd::batch<std::int32_t>>(bits) >> 23);
            const floats m = xsimd::bitwise_cast<floats>((bits & words(0x007FFFFFu)) + words(0x3F3504F3u)) - floats(1.0f);
            floats p = floats(7.0376836292e-2f);
            for (const float coefficient : {-1.1514610310e-1f, 1.1676998740e-1f, -1.2420140846e-1f, 1.4249322787e-1f, -1.6668057665e-1f,
                                            2.0000714765e-1f, -2.4999993993e-1f, 3.3333331174e-1f})
            {
                p = simd::multiply_add(p, m, floats(coefficient));
            }
            const floats square = m * m;
            return simd::multiply_add(exponent, floats(std::numbers::ln2_v<float>), simd::multiply_add(square, simd::multiply_add(p, m, floats(-0.5f)), m));
        }

        // Taylor polynomials on [−π/2, π/2]: remainders 6e-8 and 7e-9.
        static floats sine(const floats& x, const floats& square) noexcept
        {
            floats p = floats(-1.0f / 39916800.0f);
            for (const float coefficient : {1.0f / 362880.0f, -1.0f / 5040.0f, 1.0f / 120.0f, -1.0f / 6.0f})
            {
                p = simd::multiply_add(p, square, floats(coefficient));
            }
            return simd::multiply_add(p * square, x, x);
        }

        static floats cosine(const floats& square) noexcept
        {
            floats p = floats(1.0f / 479001600.0f);
            for (const float coefficient : {-1.0f / 3628800.0f, 1.0f / 40320.0f, -1.0f / 720.0f, 1.0f / 24.0f, -0.5f})
            {
                p = simd::multiply_add(p, square, floats(coefficient));
            }
            return simd::multiply_add(p, square, floats(1.0f));
        }

        // Box and Muller: radius sqrt(−2 ln u) from 24 bits, angle from the whole second word. The angle covers half the circle;
        // the sign of the cosine, taken from the lowest bit, covers the other half. Of 2 · lanes draws, those of the cosine come first.
        std::array<floats, std::size_t{2} * parts> draw_normals() noexcept
        {
            std::array<floats, std::size_t{2} * parts> draws;
            for (std::size_t part = 0; part < parts; ++part)
            {
                const words first = next(part);
                const words second = next(part);
                const floats u = simd::multiply_add(to_float(first >> 8), floats(0x1p-24f), floats(0x1p-25f));
                const floats radius = xsimd::sqrt(floats(-2.0f) * log(u));
                const floats angle = to_float(second) * floats(std::numbers::pi_v<float> * 0x1p-32f);
                const floats square = angle * angle;
                const floats signed_radius = xsimd::bitwise_cast<floats>(xsimd::bitwise_cast<words>(radius) ^ (second << 31));
                draws[part] = signed_radius * cosine(square);
                draws[parts + part] = radius * sine(angle, square);
            }
            return draws;
        }

        std::array<std::array<words, parts>, 4> state;
    };

    generator generator_;
    alignas(64) std::array<std::uint32_t, lanes> words_;
    alignas(64) std::array<float, std::size_t{2} * lanes> normals_;
    std::size_t words_used_ = lanes;
    std::size_t normals_used_ = std::size_t{2} * lanes;
};

//! @brief Puts the elements into a random order (Fisher and Yates), the same for the same stream.
template <class T>
void shuffle(std::span<T> elements, stream& random) noexcept
{
    for (std::size_t i = elements.size(); i > 1; --i)
    {
        std::swap(elements[i - 1], elements[random.below(static_cast<std::uint32_t>(i))]);
    }
}
}
