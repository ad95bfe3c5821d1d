// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/crossbar/policies.hpp>
#include <dni/precision/bits.hpp>
#include <dni/precision/bound.hpp>
#include <dni/precision/converted.hpp>

namespace dni::presets
{
//! @brief Converters of 8 bits around exact products: a DAC that is scaled to each input vector, an ADC of full scale 10 in the unit of the product.
//! @details The source's full scale is 10 times what the largest weight gives for the largest input; here it is absolute, `calibrate_converters` fits it to a network.
//! @source Rasch et al. 2023, Nature Communications 14:5282
//! @verified tests/presets/presets_test.cpp
template <noise::policy Also = noise::none>
struct converters8
{
    using policies = dni::policies<Also, precision::converted<precision::dac<>, precision::adc<precision::constant_bound>>>;
    static constexpr const char* source = "Rasch et al. 2023, Nat. Commun. 14:5282";

    bits dac = {8};
    bits adc = {8};
    full_scale adc_full_scale = {10};

    template <class Network>
    void set(Network& net) const
    {
        net.converters({.dac = dac, .adc = adc, .adc_full_scale = adc_full_scale});
    }
};
}
