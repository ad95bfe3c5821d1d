// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/simd.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
//! @brief Weights of few levels: W' = Δ round(W / Δ) with Δ = 2 w_max / (levels − 1): an odd number of levels has a zero, an even one has none.
//! @details Rounded to the nearest, half a step to the even one; with an even number of levels they lie at odd multiples of Δ / 2. The gradient goes straight
//!          through. Draws nothing.
//! @cost one division an element when weights are written
//! @source straight-through gradient: Bengio et al. 2013, arXiv 1308.3432
//! @verified tests/noise/weights_test.cpp
struct discretized
{
    static constexpr bool random = false;
    int levels = 31;
    double w_max = 0;  // written by the array

    template <class T>
    void apply(std::span<T> w, stream&) const noexcept
    {
        if (w_max > 0)
        {
            const T step = static_cast<T>(2 * w_max / (levels - 1));
            const T shift = levels % 2 == 0 ? T(0.5) : T{0};
            for (T& v : w)
            {
                v = step * (std::nearbyint(v / step - shift) + shift);
            }
        }
    }

    void check(const char* where) const
    {
        if (levels < 2 || levels > 65536)
        {
            throw value_error(where, "2 to 65536 levels", std::to_string(levels));
        }
    }

    std::string describe() const { return "discretized, " + std::to_string(levels) + " levels between -w_max and w_max"; }
};
}
