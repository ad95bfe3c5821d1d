// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/core/simd.hpp>
#include <dni/noise/device_pairs.hpp>

namespace dni::noise
{
namespace devices
{
//! @brief Resistive memory of HfOx and a conductive metal oxide, conductances in µS; g_min = 9 stands for the weight 0:
//!            written  G = target + (0.0112 + 0.0113 target) ξ                     (accepted within 2 % of the target)
//!            later    G − 0.0890 ln t + (0.0420 ln t + 0.4118) ξ for t = age >= 1 s, within [g_min, g_max]
//! @source Falcone et al. (analog CMO/HfOx ReRAM) with the constants of aihwkit (Rasch et al. 2021, arXiv 2104.02184)
//! @verified tests/noise/devices_test.cpp
struct resistive_oxide
{
    static constexpr double g_min = 9;
    static constexpr double g_max = 88.19 - g_min;  // what is above g_min

    seconds age = {0};         // since the devices were written; below 1 s nothing has moved
    double written_scale = 1;  // of the error of writing
    double later_scale = 1;    // of what comes later

    template <class V>
    conductances<V> realise(const V& target, const device_normals<V>& draws) const noexcept
    {
        using T = simd::element_t<V>;
        const auto constant = [](double value) { return V(static_cast<T>(value)); };
        const auto bounded = [&](const V& v) { return xsimd::min(xsimd::max(v, V(T{0})), constant(g_max)); };
        const V deviation = simd::multiply_add(target + constant(g_min), constant(0.01129027418), constant(0.0112185391));
        const V written = simd::multiply_add(deviation * constant(written_scale), draws.written, target);
        if (age.value < 1)
        {
            return {bounded(written), bounded(written)};
        }
        const double logarithm = std::log(age.value);
        const V shift = constant(-0.08900206 * logarithm * later_scale);
        const V spread = constant((0.04201137 * logarithm + 0.41183342) * later_scale);
        return {bounded(written), bounded(simd::multiply_add(spread, draws.later, written + shift))};
    }

    void check(const char* where) const
    {
        noise::check(age, where);
        for (const double scale : {written_scale, later_scale})
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
        return "resistive memory (HfOx), read " + number(age.value) + " s after writing" + part("written", written_scale) + part("later", later_scale);
    }
};
}

//! @brief Weights in HfOx resistive memory, in pairs of devices.
using resistive_memory_oxide = device_pairs<devices::resistive_oxide>;
}
