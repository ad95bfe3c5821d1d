// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/crossbar/policies.hpp>
#include <dni/precision/bits.hpp>
#include <dni/precision/bound.hpp>
#include <dni/precision/quantized_cell.hpp>

namespace dni::presets
{
//! @brief Non-linearities computed by the converter itself, a ramp that is bent like tanh and sigmoid. 5 bits: 31 values in
//!        [−1, 1], of which tanh uses all and sigmoid the 16 from 0 on; products have nothing between.
//! @source Yang et al. 2025, Nature Communications 16 (s41467-025-56254-6), ramps of memristors; arXiv 2512.06362, 5 bits in 65 nm CMOS
//! @verified tests/presets/presets_test.cpp
template <noise::policy Also = noise::none>
struct ramp_adc
{
    using policies = dni::policies<Also, precision::quantized_cell<precision::quantizer<precision::unit_bound>, precision::infinite, precision::infinite>>;
    static constexpr const char* source = "Yang et al. 2025, Nat. Commun. 16 (s41467-025-56254-6); arXiv 2512.06362";

    bits gates = {5};

    template <class Network>
    void set(Network& net) const
    {
        net.converters({.gates = gates});
    }
};
}
