// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/math.hpp>
#include <dni/core/number.hpp>
#include <dni/core/simd.hpp>
#include <dni/noise/device_pairs.hpp>

namespace dni::noise
{
namespace devices
{
//! @brief Phase-change memory, conductances in µS, ĝ = target / g_max:
//!            written  G = max(target + s ξ, 0),   s = −1.1731 ĝ² + 1.9650 ĝ + 0.2635
//!            drift    G (t / t0)^−ν,  t = age + t0, t0 = 20 s,  ν = |µ + σ ξ|, µ = −0.0155 ln ĝ + 0.0244 within [0.049, 0.1],
//!                     σ = −0.0125 ln ĝ − 0.0059 within [0.008, 0.045]
//!            read     max(G + G Q sqrt(ln((t + t_r) / (2 t_r))) ξ, 0),  Q = min(0.0088 / ĝ^0.65, 0.2), t_r = 250 ns
//! @source Nandakumar et al. 2019 (ICECS); Joshi et al. 2020, Nature Communications 11:2473; the ranges as in aihwkit
//! @verified tests/noise/devices_test.cpp
struct phase_change
{
    static constexpr double g_max = 25;

    seconds age = {0};             // since the devices were written
    double written_scale = 1;      // of s
    double drift_scale = 1;        // of ν
    double read_scale = 1;         // of Q

    template <class V>
    conductances<V> realise(const V& target, const device_normals<V>& draws) const noexcept
    {
        using T = simd::element_t<V>;
        const auto constant = [](double value) { return V(static_cast<T>(value)); };
        const double t0 = 20;
        const double t = age.value + t0;
        const double t_read = 250e-9;

        const V g = target * constant(1 / g_max);
        const V deviation = simd::multiply_add(simd::multiply_add(constant(-1.1731), g, constant(1.9650)), g, constant(0.2635));
        const V written = xsimd::max(simd::multiply_add(deviation * constant(written_scale), draws.written, target), V(T{0}));

        const V logarithm = xsimd::log(xsimd::max(g, constant(1e-6)));
        const V mean = xsimd::min(xsimd::max(simd::multiply_add(constant(-0.0155), logarithm, constant(0.0244)), constant(0.049)), constant(0.1));
        const V width = xsimd::min(xsimd::max(simd::multiply_add(constant(-0.0125), logarithm, constant(-0.0059)), constant(0.008)), constant(0.045));
        const V exponent = xsimd::abs(simd::multiply_add(width, draws.later, mean)) * constant(drift_scale);
        const V drifted = written * math::exp(V(exponent * constant(-std::log(t / t0))));

        const V q = xsimd::min(constant(0.0088) * math::exp(V(logarithm * constant(-0.65))), constant(0.2));
        const V noise = drifted * q * constant(read_scale * std::sqrt(std::log((t + t_read) / (2 * t_read))));
        return {written, xsimd::max(simd::multiply_add(noise, draws.read, drifted), V(T{0}))};
    }

    void check(const char* where) const
    {
        noise::check(age, where);
        for (const double scale : {written_scale, drift_scale, read_scale})
        {
            if (!(scale >= 0 && scale <= 100))
            {
                throw value_error(where, "scales from 0 to 100", number(scale));
            }
        }
    }

    std::string describe() const
    {
        const auto part = [](const char* name, double scale) { return scale == 1 ? std::string() : std::string(", ") + name + " x " + number(scale); };
        return "phase-change memory, read " + number(age.value) + " s after writing" + part("written", written_scale) + part("drift", drift_scale)
               + part("read", read_scale);
    }
};
}

//! @brief Weights in phase-change memory: errors of writing, drift in time and 1/f read noise, in pairs of devices.
//! @details net.set_noise(noise::phase_change_memory{.device = {.age = {3600}}, .compensation = noise::compensation::global}).
using phase_change_memory = device_pairs<devices::phase_change>;
}
