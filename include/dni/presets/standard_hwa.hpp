// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/crossbar/mapping.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/noise/level.hpp>
#include <dni/noise/phase_change_memory.hpp>
#include <dni/noise/read_noise.hpp>
#include <dni/precision/bits.hpp>
#include <dni/precision/bound.hpp>
#include <dni/precision/converted.hpp>

namespace dni::presets
{
//! @brief The model that studies of training for analog hardware are compared on: phase-change memory with the full range for each output in arrays of at most 512
//!        inputs, 8-bit DAC and ADC (full scale 10), noise of 0.04 w_max max|u| at each output, every weight read with a noise of 0.0175 of the largest.
//! @details Not as in aihwkit: the DAC is scaled to each input vector instead of a learned range; the noise of reading counts every weight as the largest, and
//!          largest means that of the array; the bias passes noise and ADC; no output scales that are learned, no clipping of weights; no IR drop, for 512
//!          inputs are more than the first order of `noise::ir_drop` is good for. The full scale is in the unit of the product: `calibrate_converters` fits
//!          it to a network.
//! @source Rasch et al. 2023, Nature Communications 14:5282 (arXiv 2302.08469); aihwkit's StandardHWATrainingPreset
//! @verified tests/presets/presets_test.cpp
template <noise::policy Also = noise::none>
struct standard_hwa
{
    using policies = dni::policies<noise::all<noise::phase_change_memory, noise::read_noise, noise::gaussian<relative_to_largest_product>, Also>,
                                   precision::converted<precision::dac<>, precision::adc<precision::constant_bound>>, mapping::tiles<512>>;
    static constexpr const char* source = "Rasch et al. 2023, Nat. Commun. 14:5282";

    noise::seconds age = {86400};
    noise::compensation compensation = noise::compensation::global;
    relative_to_wmax read = {0.0175};
    relative_to_largest_product output = {0.04};
    bits dac = {8};
    bits adc = {8};
    full_scale adc_full_scale = {10};

    template <class Network>
    void set(Network& net) const
    {
        net.set_noise(noise::phase_change_memory{.device = {.age = age}, .compensation = compensation, .range = noise::full_range::column});
        net.set_noise(noise::read_noise{.level = read});
        net.set_noise(noise::gaussian<relative_to_largest_product>{.level = output});
        net.converters({.dac = dac, .adc = adc, .adc_full_scale = adc_full_scale});
    }
};
}
