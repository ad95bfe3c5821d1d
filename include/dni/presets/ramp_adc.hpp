// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/crossbar/policies.hpp>
#include <dni/precision/bits.hpp>
#include <dni/precision/bound.hpp>
#include <dni/precision/quantized_cell.hpp>

namespace dni::presets
{
//! @brief Non-linearities computed by the converter itself, a ramp that is bent like tanh and sigmoid: their values have 5 bits, and products nothing between.
//! @source Yang et al. 2025, Nature Communications 16 (s41467-025-56254-6), ramps of memristors; arXiv 2512.06362, 5 bits in 65 nm CMOS
//! @verified tests/presets/presets_test.cpp
template <noise::policy Also = noise::none>
struct ramp_adc
{
    using policies = dni::policies<Also, precision::quantized_cell<precision::quantizer<precision::unit_bound>, precision::infinite, precision::infinite>>;
    static constexpr const char* source = "Yang et al. 2025, Nat. Commun. 16 (s41467-025-56254-6); arXiv 2512.06362";
    static constexpr bool chips_differ = false;

    bits gates = {5};

    template <class Network>
    void set(Network& net) const
    {
        net.converters({.gates = gates});
    }
};
}
