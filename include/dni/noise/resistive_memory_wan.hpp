// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/core/simd.hpp>
#include <dni/noise/device_pairs.hpp>

namespace dni::noise
{
namespace devices
{
//! @brief Resistive memory of Wan et al., conductances in µS, ĝ = target / g_max: read = max(target + s ξ, 0), s = Σ_i c_i ĝ^i of the fourth degree, whose
//!        constants were fitted 1 s, 1 day and 2 days after writing.
//! @details The errors of the three times are not followed device by device: ξ is the same. Read noise of short time is not part of it; aihwkit advises
//!          `read_noise` of 0.01 beside it.
//! @source Wan et al. 2022, Nature 608; the polynomials were read off its figures by aihwkit (Rasch et al. 2021, arXiv 2104.02184)
//! @verified tests/noise/devices_test.cpp
struct resistive_wan
{
    enum class time
    {
        second,
        day,
        two_days
    };

    static constexpr double g_max = 40;

    time after = time::second;
    double scale = 1;  // of s

    template <class V>
    conductances<V> realise(const V& target, const device_normals<V>& draws) const noexcept
    {
        const V written = moved(target, draws.written, time::second);
        return {written, after == time::second ? written : moved(target, draws.written, after)};
    }

    void check(const char* where) const
    {
        if (!(scale >= 0 && scale <= 100))
        {
            throw value_error(where, "a scale from 0 to 100", number(scale));
        }
    }

    std::string describe() const
    {
        constexpr const char* times[] = {"1 s", "1 day", "2 days"};
        return std::string("resistive memory (Wan), read ") + times[static_cast<std::size_t>(after)] + " after writing"
               + (scale == 1 ? "" : ", x " + number(scale));
    }

private:
    template <class V>
    V moved(const V& target, const V& xi, time at) const noexcept
    {
        using T = simd::element_t<V>;
        static constexpr std::array<std::array<double, 5>, 3> fitted{{{0.348, 16.030, -43.853, 45.393, -16.815},
                                                                      {0.701, 22.086, -50.773, 47.095, -16.458},
                                                                      {0.782, 20.274, -43.507, 37.062, -11.934}}};
        const auto& c = fitted[static_cast<std::size_t>(at)];
        const V g = target * V(static_cast<T>(1 / g_max));
        V deviation(static_cast<T>(c[4]));
        for (std::size_t i = 4; i-- > 0;)
        {
            deviation = simd::multiply_add(deviation, g, V(static_cast<T>(c[i])));
        }
        return xsimd::max(simd::multiply_add(deviation * V(static_cast<T>(scale)), xi, target), V(T{0}));
    }
};
}

//! @brief Weights in the resistive memory of Wan et al. 2022, in pairs of devices.
using resistive_memory_wan = device_pairs<devices::resistive_wan>;
}
