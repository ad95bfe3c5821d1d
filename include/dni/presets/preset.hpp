// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
#include <string_view>

#include <dni/crossbar/policies.hpp>

namespace dni
{
//! @brief A preset is policies and their values: with `using chip = presets::phase_change<>`, `recurrent<cell::lstm, chip::policies>` and
//!        `chip{.age = {3600}}.set(net)`. One more noise beside its own is an argument: presets::phase_change<noise::gaussian<snr_db>>.
//! @details `source` says where the values are from, `chips_differ` whether a chip has errors of its own, so that populations of chips make sense. `set(net)` gives
//!          a network its values, each in its unit; those that make no sense are refused by the models, with value_error.
template <class P>
concept preset = hardware<typename P::policies> && requires {
    {
        P::source
    } -> std::convertible_to<std::string_view>;
    {
        P::chips_differ
    } -> std::convertible_to<bool>;
};
}
