// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/precision/bits.hpp>
#include <dni/precision/bound.hpp>

namespace dni
{
//! @brief What of converters is set when a program runs; what is not named stays.
struct converter_settings
{
    std::optional<bits> dac = {};
    std::optional<bits> adc = {};
    std::optional<full_scale> dac_full_scale = {};
    std::optional<full_scale> adc_full_scale = {};
    std::optional<double> running_share = {};  //!< of the last step in the mean that a running bound is, in (0, 1]
    std::optional<bits> gates = {};         //!< of the quantizers inside cells (precision/quantized_cell.hpp)
    std::optional<bits> cell_state = {};
    std::optional<bits> hidden_state = {};
    std::optional<full_scale> gates_full_scale = {};
    std::optional<full_scale> cell_state_full_scale = {};
    std::optional<full_scale> hidden_state_full_scale = {};
};

//! @errors value_error when a number makes no sense
inline void check(const converter_settings& chosen, const char* where)
{
    for (const auto& resolution : {chosen.dac, chosen.adc, chosen.gates, chosen.cell_state, chosen.hidden_state})
    {
        check(resolution.value_or(bits{}), where);
    }
    for (const auto& limit : {chosen.dac_full_scale, chosen.adc_full_scale, chosen.gates_full_scale, chosen.cell_state_full_scale, chosen.hidden_state_full_scale})
    {
        check(limit.value_or(full_scale{1}), where);
    }
    if (const double share = chosen.running_share.value_or(1); !(share > 0 && share <= 1))
    {
        throw value_error(where, "a share of a running bound in (0, 1]", number(share));
    }
}

//! @brief That whatever is named in `chosen` is there.
//! @errors value_error otherwise
inline void check_there(const converter_settings& chosen, const converter_settings& there, const char* where)
{
    const auto refuse = [&](const auto& named, const auto& has, const char* what)
    {
        if (named && !has)
        {
            throw value_error(where, std::string("a precision with ") + what, "one without");
        }
    };
    refuse(chosen.dac, there.dac, "a DAC");
    refuse(chosen.adc, there.adc, "an ADC");
    refuse(chosen.dac_full_scale, there.dac_full_scale, "a DAC of a bound that can be set");
    refuse(chosen.adc_full_scale, there.adc_full_scale, "an ADC of a bound that can be set");
    refuse(chosen.running_share, there.running_share, "a running bound");
    refuse(chosen.gates, there.gates, "a quantizer of gates");
    refuse(chosen.cell_state, there.cell_state, "a quantizer of the cell state");
    refuse(chosen.hidden_state, there.hidden_state, "a quantizer of the hidden state");
    refuse(chosen.gates_full_scale, there.gates_full_scale, "a quantizer of gates of a bound that can be set");
    refuse(chosen.cell_state_full_scale, there.cell_state_full_scale, "a quantizer of the cell state of a bound that can be set");
    refuse(chosen.hidden_state_full_scale, there.hidden_state_full_scale, "a quantizer of the hidden state of a bound that can be set");
}
}
