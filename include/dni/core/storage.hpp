// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <dni/core/half_precision.hpp>
#include <dni/core/simd.hpp>

//! How the numbers of a matrix lie in memory while products compute in T: as T, or in fewer bits, widened when they are read.
namespace dni
{
//! @brief Integers stand for number / scale, one scale for each column of the matrix.
template <class Stored>
inline constexpr bool has_scale = std::same_as<Stored, std::int8_t> || std::same_as<Stored, std::int16_t>;

//! @brief What numbers of type T can be stored as: T itself, bfloat16, float16, or std::int8_t and std::int16_t with a scale for each column.
template <class Stored, class T>
concept storage_of = std::same_as<Stored, T> || std::same_as<Stored, bfloat16> || std::same_as<Stored, float16> || has_scale<Stored>;

//! @brief The scale of numbers up to `largest`: the greatest integer then stands for it. Integers are as many below zero as above.
template <class Stored, class T>
T scale_for(T largest) noexcept
    requires has_scale<Stored>
{
    return largest / static_cast<T>(std::numeric_limits<Stored>::max());
}

//! @brief The number as it is stored, rounded to nearest, ties to even. A double goes by way of float to 16 bits.
//! @param scale of its column, for integers. Where it is no number, neither are the products: a NaN among the numbers is not lost.
template <class Stored, class T>
Stored to_storage(T value, [[maybe_unused]] T scale) noexcept
{
    if constexpr (std::same_as<Stored, T>)
    {
        return value;
    }
    else if constexpr (has_scale<Stored>)
    {
        constexpr T most{std::numeric_limits<Stored>::max()};
        const T rounded = std::nearbyint(value / scale);
        return rounded >= -most && rounded <= most ? static_cast<Stored>(rounded) : Stored{0};
    }
    else
    {
        return narrow<Stored>(static_cast<float>(value));
    }
}

//! @brief The number a stored one stands for; that of an integer is to be multiplied by the scale of its column.
template <class T, class Stored>
T from_storage(Stored stored) noexcept
{
    if constexpr (std::is_arithmetic_v<Stored>)
    {
        return static_cast<T>(stored);
    }
    else
    {
        return static_cast<T>(widen(stored));
    }
}

namespace simd
{
//! @brief `from_storage` of a batch of neighbours.
//! @verified tests/core/storage_test.cpp
template <class T, class Stored>
[[gnu::always_inline]] inline batch<T> load_stored(const Stored* from) noexcept
{
    if constexpr (std::same_as<Stored, T>)
    {
        return batch<T>::load_unaligned(from);
    }
    else
    {
#if defined(__AVX512F__)
        if constexpr (std::same_as<T, float> && std::same_as<Stored, bfloat16>)
        {
            const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
            return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
        }
        else if constexpr (std::same_as<T, float> && std::same_as<Stored, float16>)
        {
            return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
        }
        else if constexpr (std::same_as<T, float> && std::same_as<Stored, std::int8_t>)
        {
            return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))));
        }
        else if constexpr (std::same_as<T, float> && std::same_as<Stored, std::int16_t>)
        {
            return _mm512_cvtepi32_ps(_mm512_cvtepi16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from))));
        }
#elif defined(__AVX2__)
        if constexpr (std::same_as<T, float> && std::same_as<Stored, bfloat16>)
        {
            const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
            return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
        }
#if defined(__F16C__)
        else if constexpr (std::same_as<T, float> && std::same_as<Stored, float16>)
        {
            return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
        }
#endif
        else if constexpr (std::same_as<T, float> && std::same_as<Stored, std::int8_t>)
        {
            return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from))));
        }
        else if constexpr (std::same_as<T, float> && std::same_as<Stored, std::int16_t>)
        {
            return _mm256_cvtepi32_ps(_mm256_cvtepi16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))));
        }
#endif
        alignas(64) std::array<T, width<T>> lanes;
        for (std::size_t i = 0; i < lanes.size(); ++i)
        {
            lanes[i] = from_storage<T>(from[i]);
        }
        return batch<T>::load_aligned(lanes.data());
    }
}
}
}
