// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/crossbar/policies.hpp>
#include <dni/noise/resistive_memory_oxide.hpp>

namespace dni::presets
{
//! @brief Weights in pairs of HfOx resistive memory of 9 … 88 µS, written to within 2 % and read a day later.
//! @details Not as in aihwkit: a pair of devices for each weight instead of one, and no noise of reading.
//! @source Falcone et al. (analog CMO/HfOx ReRAM), with the constants of aihwkit
//! @verified tests/presets/presets_test.cpp
template <noise::policy Also = noise::none>
struct resistive_oxide
{
    using policies = dni::policies<noise::all<noise::resistive_memory_oxide, Also>>;
    static constexpr const char* source = "Falcone et al. (analog CMO/HfOx ReRAM), constants of aihwkit";

    noise::seconds age = {86400};

    template <class Network>
    void set(Network& net) const
    {
        net.set_noise(noise::resistive_memory_oxide{.device = {.age = age}});
    }
};
}
