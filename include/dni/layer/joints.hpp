// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

#include <dni/data/per.hpp>
#include <dni/layer/number_type.hpp>

namespace dni
{
namespace detail
{
// What the layers pass on, one after the other; the data come per step.
template <class... Layers>
constexpr std::array<data::per, sizeof...(Layers) + 1> joints() noexcept
{
    std::array<data::per, sizeof...(Layers) + 1> rows{data::per::step};
    std::size_t i = 0;
    ((rows[i + 1] = Layers::gives(rows[i]), ++i), ...);
    return rows;
}

template <class Layer>
concept is_the_last_steps = requires { requires Layer::is_the_last_steps; };

template <class Layer>
concept backward_takes_last_steps = requires { requires Layer::backward_takes_last_steps; };

// Functions, because clang 14 does not evaluate a lambda in a concept while it substitutes into a template.
template <class Layer, class T>
constexpr bool computes_in() noexcept
{
    if constexpr (has_number_type<Layer>)
    {
        return std::is_same_v<typename Layer::T, T>;
    }
    return true;
}

template <class... Layers>
constexpr bool every_joint_fits() noexcept
{
    constexpr auto rows = joints<Layers...>();
    std::size_t i = 0;
    return (Layers::accepts(rows[i++]) && ...);
}
}

//! @brief Layers of one network compute in one number type.
template <class... Layers>
concept share_one_number_type = (detail::computes_in<Layers, typename detail::number_type<Layers...>::type>() && ...);

//! @brief Each layer accepts what the layer before it gives: rows per step, or rows per sequence behind last_step or mean_over_time.
template <class... Layers>
concept joints_fit = detail::every_joint_fits<Layers...>();
}
