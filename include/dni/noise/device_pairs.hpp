// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/core/simd.hpp>
#include <dni/noise/crossing.hpp>
#include <dni/noise/device_draws.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
//! @brief A time in seconds.
struct seconds
{
    double value = 0;

    friend bool operator==(seconds, seconds) = default;
};

//! @errors value_error unless it is in [0, 1e10], some 300 years
inline void check(seconds time, const char* where)
{
    if (!(time.value >= 0 && time.value <= 1e10))
    {
        throw value_error(where, "0 to 1e10 s", number(time.value));
    }
}

//! @brief How what the devices lose is made up for in the digital part.
enum class compensation
{
    none,
    global,  //!< one factor for the array: Σ |W as written| / Σ |W as read|, as a calibration read gives it
    column   //!< such a factor for each output
};

//! @brief What reaches the largest conductance.
enum class full_range
{
    array,  //!< the largest weight of the array
    column  //!< the largest weight of each output, whose products are scaled back in the digital part
};

//! @brief The conductance of some devices in µS: as they were written, and as they are read later.
template <class V>
struct conductances
{
    V written;
    V read;
};

//! @brief Three independent standard normals for each device: two stay with what is written, one is fresh when it is read.
template <class V>
struct device_normals
{
    V written;
    V later;
    V read;
};

//! @brief Weights as pairs of devices: W' = (G⁺ − G⁻) w_max / g_max. One device of a pair is aimed at |W| g_max / w_max, the other, by the sign of W, at 0.
//! @details Acts at the weights. What is written stays with the lifetime, a chip unless said otherwise; what is read is fresh for each pass. The gradient goes
//!          straight through: it is that of ideal devices. Where each output has the full range, w_max is that of the output: its devices are then as large
//!          as those of any other, and their errors relatively as small. Compensation and scale are exact.
//! @tparam Device  one kind of device:
//!   | expression                        | meaning                                                                     |
//!   |-----------------------------------|-----------------------------------------------------------------------------|
//!   | `g_max`                           | µS, what w_max is mapped to                                                  |
//!   | `realise(V target, const device_normals<V>&)` | conductances<V> of SIMD batches of devices aimed at `target` µS   |
//!   | `describe()`, `check(where)`      | kind and age in words; value_error for constants that make no sense           |
//! @cost six normals a weight and the device's functions twice, when weights are written (once a pass)
//! @source compensation: Joshi et al. 2020, Nature Communications 11:2473 (global); Le Gallo et al. 2023, Nature Electronics 6:680 (scale and offset of
//!         each column); range: Rasch et al. 2023, Nature Communications 14:5282 (weights scaled by column)
//! @verified tests/noise/devices_test.cpp, tests/crossbar/devices_test.cpp
template <class Device>
struct device_pairs
{
    Device device = {};
    noise::compensation compensation = noise::compensation::none;
    full_range range = full_range::array;
    double w_max = 0;  // written by the array

    template <class T>
    void apply(std::span<T> w, const device_draws& draws) const
    {
        using V = simd::batch<T>;
        if (!(w_max > 0))
        {
            return;
        }
        const auto factors = range == full_range::column ? factors_to_full_range(std::span<const T>(w), draws.crossings) : std::vector<T>{};
        for (std::size_t j = 0; j < w.size() && !factors.empty(); ++j)
        {
            w[j] *= factors[column_of(draws.crossings, j)];
        }
        normals_of_side positive(draws, 0);
        normals_of_side negative(draws, 1);
        const V to_conductance(static_cast<T>(Device::g_max / w_max));
        const V to_weight(static_cast<T>(w_max / Device::g_max));
        std::vector<T> written(w.size());
        simd::for_each_batch<T>(w.size(),
                                [&](std::size_t j, auto lanes)
                                {
                                    const V target = lanes.load(w.data() + j) * to_conductance;
                                    const auto plus = device.realise(xsimd::max(target, V(T{0})), positive.template next<V>());
                                    const auto minus = device.realise(xsimd::max(-target, V(T{0})), negative.template next<V>());
                                    lanes.store(written.data() + j, (plus.written - minus.written) * to_weight);
                                    lanes.store(w.data() + j, (plus.read - minus.read) * to_weight);
                                });
        if (compensation != noise::compensation::none)
        {
            compensate(w, std::span<const T>(written), compensation == noise::compensation::column ? draws.crossings : std::span<const crossing>{});
        }
        for (std::size_t j = 0; j < w.size() && !factors.empty(); ++j)
        {
            w[j] /= factors[column_of(draws.crossings, j)];
        }
    }

    void check(const char* where) const { device.check(where); }

    std::string describe() const
    {
        return device.describe() + ", pairs of devices, g_max = " + number(Device::g_max) + " uS"
               + (range == full_range::column ? " for the largest weight of each output" : "")
               + (compensation == noise::compensation::column   ? ", compensation of each output"
                  : compensation == noise::compensation::global ? ", global compensation"
                                                                : ", no compensation");
    }

private:
    class normals_of_side
    {
    public:
        normals_of_side(const device_draws& draws, std::uint64_t side) noexcept
            : written_{draws.written.with(side).with(0)}, later_{draws.written.with(side).with(1)}, read_{draws.read.with(side).with(2)}
        {
        }

        template <class V>
        device_normals<V> next() noexcept
        {
            return {written_.normal<V>(), later_.normal<V>(), read_.normal<V>()};
        }

    private:
        stream written_, later_, read_;
    };

    static std::size_t column_of(std::span<const crossing> crossings, std::size_t j) noexcept { return crossings.empty() ? 0 : crossings[j].output; }

    static std::size_t columns(std::span<const crossing> crossings) noexcept
    {
        std::uint32_t last = 0;
        for (const crossing& c : crossings)
        {
            last = std::max(last, c.output);
        }
        return std::size_t{1} + last;
    }

    // What makes the largest weight of each column w_max; a column of zeros stays.
    template <class T>
    std::vector<T> factors_to_full_range(std::span<const T> w, std::span<const crossing> crossings) const
    {
        std::vector<T> factors(columns(crossings));
        for (std::size_t j = 0; j < w.size(); ++j)
        {
            T& largest = factors[column_of(crossings, j)];
            largest = std::max(largest, std::abs(w[j]));
        }
        std::ranges::transform(factors, factors.begin(), [this](T largest) { return largest > 0 ? static_cast<T>(w_max) / largest : T{1}; });
        return factors;
    }

    // Each column is multiplied by what it was written as over what it is read as.
    template <class T>
    static void compensate(std::span<T> w, std::span<const T> written, std::span<const crossing> crossings)
    {
        struct sums
        {
            double written = 0;
            double read = 0;
        };
        std::vector<sums> of(columns(crossings));
        for (std::size_t j = 0; j < w.size(); ++j)
        {
            sums& column = of[column_of(crossings, j)];
            column.written += std::abs(static_cast<double>(written[j]));
            column.read += std::abs(static_cast<double>(w[j]));
        }
        for (std::size_t j = 0; j < w.size(); ++j)
        {
            const sums& column = of[column_of(crossings, j)];
            w[j] *= column.read > 0 ? static_cast<T>(column.written / column.read) : T{1};
        }
    }
};
}
