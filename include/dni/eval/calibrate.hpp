// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/batches.hpp>
#include <dni/eval/power_meter.hpp>
#include <dni/layer/network.hpp>
#include <dni/noise/site.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief Mean signal power at the output of one crossbar, in the squared unit of its pre-activations.
struct crossbar_power
{
    std::size_t layer = 0;  //!< index in the network
    std::string name;       //!< of the crossbar in its layer: "l0", "l0_reverse", "dense"
    double power = 0;       //!< mean over samples and steps of mean(y²), bias included

    friend bool operator==(const crossbar_power&, const crossbar_power&) = default;
};

//! @brief Measures the signal power at the output of every product over a data set, in exact arithmetic.
//! @details On one thread, so the result is the same bits whatever threads the network has. The network is left as it is.
//! @errors value_error for a data set without sequences, shape_error for one of other features
//! @cost one pass over the data
//! @verified tests/eval/calibrate_test.cpp
template <class Network>
std::vector<crossbar_power> calibrate(const Network& net, const data::sequences& data)
{
    auto metered = with_noise<noise::power_meter>(net);
    metered.threads(1);
    for (const auto& batch : evaluation_batches<typename Network::value_type>(data))
    {
        metered.infer(batch, {});
    }
    std::vector<crossbar_power> powers;
    metered.for_each_crossbar([&](std::size_t layer, const std::string& name, const auto& bar)
                              { bar.noise().for_each([&](const auto& meter) { powers.push_back({layer, name, meter.power()}); }); });
    return powers;
}

namespace detail
{
// 0 stands for none: the power of each vector itself
inline void set_reference_power(auto& bar, double power)
{
    bar.noise().for_each(
        [power](auto& part)
        {
            if constexpr (requires { part.reference_power; })
            {
                if (part.where == noise::site::output)
                {
                    part.reference_power = power;
                }
            }
        });
}
}

//! @brief Makes the relative noise at each product's output one constant sigma = r · sqrt(power), r = 10^(−SNR / 20), as a chip has it.
//! @details Levels may be set before or after. Noise at inputs and weights, and noise of an absolute level, are not concerned.
//! @errors value_error when the powers are not those of this network's crossbars, one for each, positive and finite; then nothing has changed
//! @verified tests/eval/calibrate_test.cpp
template <class Network>
void use_calibration(Network& net, const std::vector<crossbar_power>& powers)
{
    std::size_t count = 0;
    net.for_each_crossbar(
        [&](std::size_t layer, const std::string& name, const auto&)
        {
            const auto in_words = [](std::size_t l, const std::string& n) { return "crossbar " + n + " of layer " + std::to_string(l); };
            if (count >= powers.size())
            {
                throw value_error("use_calibration", "the power of " + in_words(layer, name), "no more");
            }
            const auto& given = powers[count++];
            if (given.layer != layer || given.name != name || !(given.power > 0 && std::isfinite(given.power)))
            {
                throw value_error("use_calibration", "a positive power of " + in_words(layer, name),
                                  number(given.power) + " of " + in_words(given.layer, given.name));
            }
        });
    if (count != powers.size())
    {
        throw value_error("use_calibration", std::to_string(count) + " powers, one for each crossbar", std::to_string(powers.size()));
    }
    auto next = powers.begin();
    net.for_each_crossbar([&](std::size_t, const std::string&, auto& bar) { detail::set_reference_power(bar, (next++)->power); });
}

//! @brief Takes `use_calibration` back: relative noise follows the power of each vector again.
//! @verified tests/eval/calibrate_test.cpp
template <class Network>
void clear_calibration(Network& net)
{
    net.for_each_crossbar([](std::size_t, const std::string&, auto& bar) { detail::set_reference_power(bar, 0); });
}
}
