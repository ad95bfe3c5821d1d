// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/core/simd.hpp>
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
    global  //!< one factor for the array: Σ |W as written| / Σ |W as read|, as a calibration read gives it
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
//!          straight through: it is that of ideal devices.
//! @tparam Device  one kind of device:
//!   | expression                        | meaning                                                                     |
//!   |-----------------------------------|-----------------------------------------------------------------------------|
//!   | `g_max`                           | µS, what w_max is mapped to                                                  |
//!   | `realise(V target, const device_normals<V>&)` | conductances<V> of SIMD batches of devices aimed at `target` µS   |
//!   | `describe()`, `check(where)`      | kind and age in words; value_error for constants that make no sense           |
//! @cost six normals a weight and the device's functions twice, when weights are written (once a pass)
//! @verified tests/noise/devices_test.cpp
template <class Device>
struct device_pairs
{
    Device device = {};
    noise::compensation compensation = noise::compensation::none;
    double w_max = 0;  // written by the array

    template <class T>
    void apply(std::span<T> w, const device_draws& draws) const noexcept
    {
        using V = simd::batch<T>;
        if (!(w_max > 0))
        {
            return;
        }
        normals_of_side positive(draws, 0);
        normals_of_side negative(draws, 1);
        const V to_conductance(static_cast<T>(Device::g_max / w_max));
        const V to_weight(static_cast<T>(w_max / Device::g_max));
        V written(T{0});
        V read(T{0});
        simd::for_each_batch<T>(w.size(),
                                [&](std::size_t j, auto lanes)
                                {
                                    const V target = lanes.load(w.data() + j) * to_conductance;
                                    const auto plus = device.realise(xsimd::max(target, V(T{0})), positive.template next<V>());
                                    const auto minus = device.realise(xsimd::max(-target, V(T{0})), negative.template next<V>());
                                    const V now = plus.read - minus.read;
                                    written += there<T>(lanes, xsimd::abs(plus.written - minus.written));
                                    read += there<T>(lanes, xsimd::abs(now));
                                    lanes.store(w.data() + j, now * to_weight);
                                });
        const T left = simd::sum<T>(read);
        if (compensation == noise::compensation::global && left > 0)
        {
            const T factor = simd::sum<T>(written) / left;
            for (T& v : w)
            {
                v *= factor;
            }
        }
    }

    void check(const char* where) const { device.check(where); }

    std::string describe() const
    {
        return device.describe() + ", pairs of devices, g_max = " + number(Device::g_max) + " uS"
               + (compensation == noise::compensation::global ? ", global compensation" : ", no compensation");
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

    // Zero beyond the end of the vector.
    template <class T>
    static simd::batch<T> there(const simd::whole<T>&, const simd::batch<T>& values) noexcept
    {
        return values;
    }

    template <class T>
    static simd::batch<T> there(const simd::part<T>& lanes, const simd::batch<T>& values) noexcept
    {
        alignas(64) std::array<T, simd::width<T>> kept{};
        lanes.store(kept.data(), values);
        return simd::batch<T>::load_aligned(kept.data());
    }
};
}
