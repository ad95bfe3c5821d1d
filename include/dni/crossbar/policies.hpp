// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
#include <tuple>

#include <dni/crossbar/mapping.hpp>
#include <dni/noise/site.hpp>
#include <dni/precision/precision.hpp>

namespace dni
{
//! @brief The hardware a layer computes on: which noise, which precision, and how weights are mapped to arrays.
template <noise::policy Noise = noise::none, precision::policy Precision = precision::float32, mapping::policy Mapping = mapping::whole>
struct policies
{
    using noise = Noise;
    using precision = Precision;
    using mapping = Mapping;
    using value_type = typename Precision::value_type;
};

//! @brief Policies are a noise, a precision and a mapping: `policies<Noise, Precision, Mapping>`.
template <class P>
concept hardware = noise::policy<typename P::noise> && precision::policy<typename P::precision> && mapping::policy<typename P::mapping>;

//! @brief Hardware whose products are exact in float, each of one array.
template <class Policies>
concept exact_hardware = hardware<Policies> && std::same_as<typename Policies::precision, precision::float32>
                         && mapping::one_array<typename Policies::mapping>
                         && std::tuple_size_v<typename noise::sources<typename Policies::noise>::tuple> == 0;

//! @brief The same policies with another noise.
template <hardware Policies, noise::policy Noise>
using with_noise_policy = policies<Noise, typename Policies::precision, typename Policies::mapping>;
}
