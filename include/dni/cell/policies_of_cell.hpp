// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
#include <type_traits>

#include <dni/cell/cell.hpp>
#include <dni/cell/noise_at_rows.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/noise/site.hpp>
#include <dni/precision/converter.hpp>
#include <dni/precision/converter_settings.hpp>
#include <dni/precision/quantized_cell.hpp>

namespace dni
{
namespace detail
{
// A quantizer at the points of a role, and what sets it.
template <class Quantizer, cell::role Role, auto Resolution, auto FullScale>
struct quantizer_at
{
    struct model : Quantizer
    {
        static constexpr auto resolution_setting = Resolution;
        static constexpr auto full_scale_setting = FullScale;
    };

    using type = noise::at_points<model, noise::points_of<Role>>;
};

template <cell::role Role, auto Resolution, auto FullScale>
struct quantizer_at<precision::infinite, Role, Resolution, FullScale>
{
    using type = noise::none;
};

template <class Of, class Settings = converter_settings>
using quantizers_in = noise::all<
    typename quantizer_at<typename Of::gates, cell::role::gate, &Settings::gates, &Settings::gates_full_scale>::type,
    typename quantizer_at<typename Of::cell_state, cell::role::cell_state, &Settings::cell_state, &Settings::cell_state_full_scale>::type,
    typename quantizer_at<typename Of::hidden_state, cell::role::hidden_state, &Settings::hidden_state, &Settings::hidden_state_full_scale>::type>;

// Quantizers are behind the noise.
template <class Policies, class Cell>
struct policies_inside : Policies
{
    using noise =
        typename dni::noise::detail::inside<dni::noise::all<typename Policies::noise, quantizers_in<precision::quantizers_of<typename Policies::precision>>>, Cell>::type;
};

template <class Policies>
using noises_of = typename noise::detail::parts<typename Policies::noise>::type;

template <class Policies, class Cell>
struct of_cell
{
    using type = Policies;
};

template <class Policies, class Cell>
    requires noise::detail::acts_inside<typename Policies::noise> || precision::has_quantizers<typename Policies::precision>
struct of_cell<Policies, Cell>
{
    using inside = policies_inside<Policies, Cell>;
    using type = std::conditional_t<std::same_as<noises_of<inside>, noises_of<Policies>>, Policies, inside>;
};
}

//! @brief The same policies with the noise and the quantizers at the points of a cell, each by itself: what the crossbar of the cell has. Where there are
//!        none, the policies themselves.
template <hardware Policies, class Cell>
using policies_of_cell = typename detail::of_cell<Policies, Cell>::type;
}
