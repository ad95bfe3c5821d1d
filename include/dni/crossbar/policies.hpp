// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
#include <tuple>

#include <dni/noise/site.hpp>
#include <dni/precision/precision.hpp>

namespace dni
{
//! @brief The hardware a layer computes on: which noise, which precision.
template <noise::policy Noise = noise::none, precision::policy Precision = precision::float32>
struct policies
{
    using noise = Noise;
    using precision = Precision;
    using value_type = typename Precision::value_type;
};

//! @brief Policies are a noise and a precision: `policies<Noise, Precision>`.
template <class P>
concept hardware = noise::policy<typename P::noise> && precision::policy<typename P::precision>;

//! @brief Hardware whose products are exact in float.
template <class Policies>
concept exact_hardware = hardware<Policies> && std::same_as<typename Policies::precision, precision::float32>
                         && std::tuple_size_v<typename noise::sources<typename Policies::noise>::tuple> == 0;

//! @brief The same policies with another noise.
template <hardware Policies, noise::policy Noise>
using with_noise_policy = policies<Noise, typename Policies::precision>;
}
