// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

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

//! @brief The same policies with another noise.
template <hardware Policies, noise::policy Noise>
using with_noise_policy = policies<Noise, typename Policies::precision, typename Policies::mapping>;
}
