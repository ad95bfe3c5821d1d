// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <dni/core/simd.hpp>
#include <dni/noise/level.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
//! @brief Each element is 0 with the probability p, else unchanged and not rescaled: W' = m W, ∂L/∂W = m ∂L/∂W', m = 0 or 1.
//! @details At the weights drop-connect; with the lifetime of a chip, open devices. At the input or output it drops lines.
//! @cost one uniform an element, and in the adjoint
//! @source Wan et al. 2013, "Regularization of Neural Networks using DropConnect", ICML (PMLR 28(3):1058)
//! @verified tests/noise/weights_test.cpp, tests/gradient
struct drop_connect
{
    probability level = {};

    template <class T>
    void apply(std::span<T> w, stream& random) const noexcept
    {
        using V = simd::batch<T>;
        if (level.value > 0)
        {
            random.for_each_uniform<T>(w.size(), [to = w.data(), p = V(static_cast<T>(level.value))](std::size_t j, auto lanes, const V& u)
                                       { lanes.store(to + j, xsimd::select(u < p, V(T{0}), lanes.load(to + j))); });
        }
    }

    template <class T>
    void adjoint(std::span<T> gradient, stream& random) const noexcept
    {
        apply(gradient, random);
    }

    std::string describe() const { return "drop-connect, " + dni::describe(level); }
};
}
