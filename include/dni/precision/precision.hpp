// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>

//! @brief The number types of a network. Converters (quantizers at a product's input and output) join here.
namespace dni::precision
{
//! @brief Single precision throughout.
struct float32
{
    using value_type = float;
    static constexpr const char* name = "float32";
};

//! @brief Double precision throughout: for gradient checks and references, at half the speed.
struct float64
{
    using value_type = double;
    static constexpr const char* name = "float64";
};

//! @brief A precision computes in float or double.
template <class P>
concept has_value_type = std::same_as<typename P::value_type, float> || std::same_as<typename P::value_type, double>;

//! @brief A precision has a name for people.
template <class P>
concept has_name = std::convertible_to<decltype(P::name), const char*>;

//! @brief A precision names the type of weights, activations and arithmetic. Models: float32, float64.
//! Example: examples/08_write_your_own_precision.cpp.
template <class P>
concept policy = has_value_type<P> && has_name<P>;
}
