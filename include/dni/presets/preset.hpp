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
//! @details `source` says where the values are from. `set(net)`, a template, gives a network the values, each in its unit; the models refuse those that make no sense
//!          with value_error, and what was set before then stays set.
//! @verified tests/presets/presets_test.cpp
template <class P>
concept preset = std::default_initializable<P> && hardware<typename P::policies> && requires {
    {
        P::source
    } -> std::convertible_to<std::string_view>;
};
}
