// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

//! Numbers of 16 bits, for which C++20 has no type. They are stored and read, never computed with.
namespace dni
{
//! @brief Half precision of IEEE 754 (binary16): sign, 5 bits of exponent, 10 of fraction. Up to 65504, relative rounding error 2^-11 above 2^-14.
struct float16
{
    std::uint16_t bits = 0;

    friend bool operator==(float16, float16) = default;
};

//! @brief The upper half of a float: sign, 8 bits of exponent, 7 of fraction. The range of float, relative rounding error 2^-8.
struct bfloat16
{
    std::uint16_t bits = 0;

    friend bool operator==(bfloat16, bfloat16) = default;
};

//! @brief The number itself; no float16 or bfloat16 is rounded.
//! @verified tests/core/half_precision_test.cpp
inline float widen(float16 stored) noexcept
{
    const std::uint32_t sign = (stored.bits & 0x8000u) << 16;
    const std::uint32_t exponent = (stored.bits >> 10) & 0x1Fu;
    const std::uint32_t fraction = stored.bits & 0x3FFu;
    if (exponent == 0)
    {
        const float size = static_cast<float>(fraction) * 0x1p-24f;
        return sign != 0 ? -size : size;
    }
    const std::uint32_t wide = exponent == 0x1F ? 0xFFu : exponent + (127 - 15);
    return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
}

inline float widen(bfloat16 stored) noexcept
{
    return std::bit_cast<float>(static_cast<std::uint32_t>(stored.bits) << 16);
}

//! @brief The nearest number of the narrow type, of two equally near ones that with an even last bit; what is beyond the largest becomes infinite.
//!        NaN stays NaN.
//! @verified tests/core/half_precision_test.cpp
template <class Narrow>
Narrow narrow(float value) noexcept;

template <>
inline float16 narrow<float16>(float value) noexcept
{
    const std::uint32_t sign = std::bit_cast<std::uint32_t>(value) >> 16 & 0x8000u;
    const float size = std::abs(value);
    const auto bits = std::bit_cast<std::uint32_t>(size);
    std::uint32_t rounded;
    if (std::isnan(value))
    {
        rounded = 0x7E00u;
    }
    else if (size < 0x1p-14f)
    {
        // below one the last bit of a float is 2^-24, as that of the smallest halves
        rounded = std::bit_cast<std::uint32_t>(size + 0.5f) - std::bit_cast<std::uint32_t>(0.5f);
    }
    else
    {
        const std::uint32_t up = bits + 0xFFFu + (bits >> 13 & 1u);
        rounded = up < std::bit_cast<std::uint32_t>(0x1p16f) ? (up - ((127u - 15u) << 23)) >> 13 : 0x7C00u;
    }
    return {static_cast<std::uint16_t>(sign | rounded)};
}

template <>
inline bfloat16 narrow<bfloat16>(float value) noexcept
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t rounded = std::isnan(value) ? bits | 0x00400000u : bits + 0x7FFFu + (bits >> 16 & 1u);
    return {static_cast<std::uint16_t>(rounded >> 16)};
}
}
