// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/core/simd.hpp>
#include <dni/noise/level.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
//! @brief Devices that are stuck, at the weights: W' = 0 with probability `at_zero`, ±w_max with probability `at_max` (each sign half of it), else W. What is
//!        stuck has no gradient.
//! @details Faults of a chip: per_chip<at_weights<stuck_at>>.
//! @cost one uniform an element, and in the adjoint
//! @source Chen et al. 2017, "Accelerator-friendly neural-network training: learning variations and defects in RRAM crossbar", DATE,
//!         doi:10.23919/DATE.2017.7926952
//! @verified tests/noise/weights_test.cpp, tests/gradient
struct stuck_at
{
    probability at_zero{0.01};
    probability at_max{0.001};
    double w_max = 0;  // written by the array

    template <class T>
    void apply(std::span<T> w, stream& random) const noexcept
    {
        using V = simd::batch<T>;
        const V most(static_cast<T>(w_max));
        const double zero = at_zero.value;
        const double both = zero + at_max.value;
        random.for_each_uniform<T>(w.size(),
                                   [=, to = w.data(), a = V(static_cast<T>(zero)), b = V(static_cast<T>((zero + both) / 2)),
                                    c = V(static_cast<T>(both))](std::size_t j, auto lanes, const V& u)
                                   {
                                       const V stuck = xsimd::select(u < a, V(T{0}), xsimd::select(u < b, -most, most));
                                       lanes.store(to + j, xsimd::select(u < c, stuck, lanes.load(to + j)));
                                   });
    }

    template <class T>
    void adjoint(std::span<T> gradient, stream& random) const noexcept
    {
        using V = simd::batch<T>;
        random.for_each_uniform<T>(gradient.size(),
                                   [to = gradient.data(), c = V(static_cast<T>(at_zero.value + at_max.value))](std::size_t j, auto lanes, const V& u)
                                   { lanes.store(to + j, xsimd::select(u < c, V(T{0}), lanes.load(to + j))); });
    }

    void check(const char* where) const
    {
        dni::check(at_zero, where);
        dni::check(at_max, where);
        if (at_zero.value + at_max.value > 1)
        {
            throw value_error(where, "probabilities of at most 1 together", number(at_zero.value + at_max.value));
        }
    }

    std::string describe() const
    {
        return "stuck at 0 with " + dni::describe(at_zero) + ", at w_max with " + dni::describe(at_max);
    }
};
}
