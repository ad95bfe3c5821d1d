// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/crossbar/policies.hpp>
#include <dni/noise/phase_change_memory.hpp>

namespace dni::presets
{
//! @brief Weights in pairs of phase-change memory of 0 … 25 µS, read a day after they were written, one digital factor for an array making up for the drift.
//! @source Joshi et al. 2020, Nature Communications 11:2473; Nandakumar et al. 2019 (ICECS); the ranges as in aihwkit (Rasch et al. 2021, arXiv 2104.02184)
//! @verified tests/presets/presets_test.cpp
template <noise::policy Also = noise::none>
struct phase_change
{
    using policies = dni::policies<noise::all<noise::phase_change_memory, Also>>;
    static constexpr const char* source = "Joshi et al. 2020, Nat. Commun. 11:2473; Nandakumar et al. 2019 (ICECS); ranges as in aihwkit (arXiv 2104.02184)";

    noise::seconds age = {86400};
    noise::compensation compensation = noise::compensation::global;

    template <class Network>
    void set(Network& net) const
    {
        net.set_noise(noise::phase_change_memory{.device = {.age = age}, .compensation = compensation});
    }
};
}
