// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

//! The number type of a list of layers: that of the first that has one.
namespace dni::detail
{
template <class Layer>
concept has_number_type = requires { typename Layer::T; };

template <class First, class... Rest>
struct number_type : number_type<Rest...>
{
};

template <has_number_type First, class... Rest>
struct number_type<First, Rest...>
{
    using type = typename First::T;
};
}
