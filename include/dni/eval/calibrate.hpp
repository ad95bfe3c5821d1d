// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/batches.hpp>
#include <dni/eval/power_meter.hpp>
#include <dni/layer/network.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief Mean signal power at the output of one crossbar, in the squared unit of its pre-activations.
struct crossbar_power
{
    std::size_t layer = 0;
    std::string name;
    double power = 0;
};

//! @brief Measures the signal power at the output of every product over a data set, in exact arithmetic.
//! @verified tests/eval/calibrate_test.cpp
template <class Network>
std::vector<crossbar_power> calibrate(const Network& net, const data::sequences& data)
{
    auto metered = with_noise<noise::power_meter>(net);
    for (const auto& batch : evaluation_batches<typename Network::value_type>(data))
    {
        metered.infer(batch, {});
    }
    std::vector<crossbar_power> powers;
    metered.for_each_crossbar([&](std::size_t layer, const std::string& name, const auto& bar)
                              { bar.noise().for_each([&](const auto& meter) { powers.push_back({layer, name, meter.power()}); }); });
    return powers;
}

//! @brief Makes the relative noise at each product's output one constant sigma, as a chip has it: r · sqrt(power). An empty list takes that back.
//! @errors value_error when the powers are not those of this network's crossbars
//! @verified tests/eval/calibrate_test.cpp
template <class Network>
void use_calibration(Network& net, const std::vector<crossbar_power>& powers)
{
    std::size_t next = 0;
    net.for_each_crossbar(
        [&](std::size_t layer, const std::string& name, auto& bar)
        {
            const bool fits = next < powers.size() && powers[next].layer == layer && powers[next].name == name && powers[next].power > 0;
            if (!powers.empty() && !fits)
            {
                throw value_error("use_calibration", "a positive power for crossbar " + name + " of layer " + std::to_string(layer),
                                  next < powers.size() ? powers[next].name + " of layer " + std::to_string(powers[next].layer) : "none");
            }
            const double power = powers.empty() ? 0.0 : powers[next].power;
            ++next;
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
        });
}
}
