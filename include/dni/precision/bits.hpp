// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include <dni/core/error.hpp>

namespace dni
{
//! @brief The resolution of a converter: n bits, 2 <= n <= 24, give 2ⁿ − 1 values, as many below zero as above. Infinite precision is a type,
//!        `precision::infinite`.
struct bits
{
    int value = 8;

    //! @brief Steps from zero to the bound: 2ⁿ⁻¹ − 1.
    constexpr int steps() const noexcept { return (1 << (value - 1)) - 1; }

    friend bool operator==(bits, bits) = default;
};

//! @errors value_error beyond 2 … 24 bits
inline void check(bits resolution, const char* where)
{
    if (resolution.value < 2 || resolution.value > 24)
    {
        throw value_error(where, "2 to 24 bits", std::to_string(resolution.value));
    }
}

inline std::string describe(bits resolution) { return std::to_string(resolution.value) + " bits"; }
}
