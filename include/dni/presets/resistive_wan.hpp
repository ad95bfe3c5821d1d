// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/crossbar/policies.hpp>
#include <dni/noise/level.hpp>
#include <dni/noise/read_noise.hpp>
#include <dni/noise/resistive_memory_wan.hpp>

namespace dni::presets
{
//! @brief Weights in pairs of resistive memory of 0 … 40 µS, read a day after they were written; every weight is read with a noise of 0.01 of the largest.
//! @source Wan et al. 2022, Nature 608:504; the read noise is aihwkit's (Rasch et al. 2021, arXiv 2104.02184)
//! @verified tests/presets/presets_test.cpp
template <noise::policy Also = noise::none>
struct resistive_wan
{
    using policies = dni::policies<noise::all<noise::resistive_memory_wan, noise::read_noise, Also>>;
    static constexpr const char* source = "Wan et al. 2022, Nature 608:504; read noise: aihwkit (arXiv 2104.02184)";

    using time = noise::devices::resistive_wan::time;

    time after = time::day;
    relative_to_wmax read = {0.01};

    template <class Network>
    void set(Network& net) const
    {
        net.set_noise(noise::resistive_memory_wan{.device = {.after = after}});
        net.set_noise(noise::read_noise{.level = read});
    }
};
}
