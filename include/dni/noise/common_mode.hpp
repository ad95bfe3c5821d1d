// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>

#include <dni/core/simd.hpp>
#include <dni/noise/additive.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
namespace draws
{
//! @brief One ξ ~ N(0, 1) for all elements of a vector.
//! @verified tests/noise/additive_test.cpp
struct common
{
    using source = stream;

    template <class T, class F>
    F for_each(std::size_t n, stream& random, F f) const noexcept
    {
        const auto xi = random.normal<T>();
        return simd::for_each_batch<T>(n, shared<F, T>{f, simd::batch<T>(xi)}).f;
    }

    std::string describe() const { return "common mode"; }

private:
    template <class F, class T>
    struct shared
    {
        F f;
        simd::batch<T> xi;

        void operator()(std::size_t j, auto lanes) noexcept { f(j, lanes, xi); }
    };
};
}

//! @brief Additive Gaussian noise that all outputs of an array share: a reference or supply that moves. Gaussian, fully correlated across the vector.
//! @source compared with independent noise in recurrent networks: arXiv 2504.13778
template <class Level>
using common_mode = additive<draws::common, Level>;
}
