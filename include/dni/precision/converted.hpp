// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

#include <dni/precision/bits.hpp>
#include <dni/precision/bound.hpp>
#include <dni/precision/converter.hpp>
#include <dni/precision/precision.hpp>

namespace dni
{
namespace precision
{
//! @brief Another precision with converters at the input and at the output of every product:
//!            converted<dac<>, adc<constant_bound>>,   converted<infinite, adc<constant_bound, stochastic>, stored_as<bfloat16>>.
//! @details Bits and constant bounds are run-time values: network::converters({.dac = bits{8}, .adc = bits{8}, .adc_full_scale = full_scale{10}}).
template <input_converter Dac, output_converter Adc, policy Base = float32>
struct converted : Base
{
    using dac = Dac;
    using adc = Adc;
};

namespace detail
{
template <class P>
struct converters
{
    using dac = infinite;
    using adc = infinite;
};

template <class P>
    requires requires {
        typename P::dac;
        typename P::adc;
    }
struct converters<P>
{
    using dac = typename P::dac;
    using adc = typename P::adc;
};
}

//! @brief The converter of a precision at a product's input, `infinite` where it has none.
template <class P>
using dac_of = typename detail::converters<P>::dac;

//! @brief The converter of a precision at a product's output, `infinite` where it has none.
template <class P>
using adc_of = typename detail::converters<P>::adc;
}

//! @brief What of converters is set when a program runs; what is not named stays.
struct converter_settings
{
    std::optional<bits> dac = {};
    std::optional<bits> adc = {};
    std::optional<full_scale> dac_full_scale = {};
    std::optional<full_scale> adc_full_scale = {};
};

//! @errors value_error when a number makes no sense
inline void check(const converter_settings& chosen, const char* where)
{
    for (const auto& resolution : {chosen.dac, chosen.adc})
    {
        check(resolution.value_or(bits{}), where);
    }
    for (const auto& limit : {chosen.dac_full_scale, chosen.adc_full_scale})
    {
        check(limit.value_or(full_scale{1}), where);
    }
}

//! @brief That whatever is named in `chosen` is there.
//! @errors value_error otherwise
inline void check_there(const converter_settings& chosen, const converter_settings& there, const char* where)
{
    const auto refuse = [&](bool named, bool has, const char* what)
    {
        if (named && !has)
        {
            throw value_error(where, std::string("a precision with ") + what, "one without");
        }
    };
    refuse(chosen.dac.has_value(), there.dac.has_value(), "a DAC");
    refuse(chosen.adc.has_value(), there.adc.has_value(), "an ADC");
    refuse(chosen.dac_full_scale.has_value(), there.dac_full_scale.has_value(), "a DAC of a bound that can be set");
    refuse(chosen.adc_full_scale.has_value(), there.adc_full_scale.has_value(), "an ADC of a bound that can be set");
}
}
