// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>

namespace dni
{
//! @brief An optimizer is a small value (rate and constants) that makes its state for n weights and changes the weights by a step.
//! @details
//!   | expression                              | meaning                                                                      |
//!   |-----------------------------------------|------------------------------------------------------------------------------|
//!   | `rate`                                  | the base rate, in units of weight per unit of step                           |
//!   | `check()`                               | throws value_error when a constant makes no sense                            |
//!   | `make_state<T>(n)` → `state<T>`         | zeroed vectors and, if used, the count of steps                              |
//!   | `step(weights, gradient, state, rate)`  | one step on the flat weights, at a scheduled rate; shape_error               |
//!   | `step(weights, gradient, state, rate, parameters)` | optional: decay of the weights alone, not of what stands beside them (`parameter_table`) |
//!   | `describe()`                            | optional: the method and its constants in words                              |
//!   | `state<T>::for_each_part(state, f)`     | optional: f(name, part) for its vectors and integers, to be stored           |
//!   Models: sgd, rmsprop, adam, adamw.
template <class O>
concept optimizer = std::copyable<O>
                    && requires(const O method, std::span<float> weights, std::span<const float> gradient,
                                typename O::template state<float> state) {
    { method.rate } -> std::convertible_to<double>;
    method.check();
    { method.template make_state<float>(std::size_t{}) } -> std::same_as<typename O::template state<float>>;
    method.step(weights, gradient, state, 0.1);
};

namespace detail
{
inline void check_range(const std::string& what, double value, double low, double high, const char* expected)
{
    if (!(value >= low && value < high))
    {
        throw value_error(what, expected, number(value));
    }
}

inline void check_not_negative(const std::string& what, double value)
{
    check_range(what, value, 0, std::numeric_limits<double>::infinity(), "a finite number >= 0");
}

// A share of 1 would never forget.
inline void check_share(const std::string& what, double value)
{
    check_range(what, value, 0, 1, "a number in [0, 1)");
}

// An epsilon that is zero, if only in float, would divide 0 by 0 where a weight has no gradient.
inline void check_epsilon(const std::string& what, double value)
{
    check_range(what, value, std::numeric_limits<float>::min(), 1, "a number in [1.2e-38, 1)");
}

// A table without entries says that all are weights.
inline void check_table(const char* where, std::size_t weights, std::size_t parameters)
{
    if (parameters != 0 && parameters != weights)
    {
        throw shape_error(where, "the parameters of " + std::to_string(weights) + " weights", std::to_string(parameters));
    }
}

inline void check_sizes(const char* where, std::size_t weights, std::size_t gradient, const auto&... state)
{
    if (gradient != weights || (... || (state.size() != weights)))
    {
        throw shape_error(where, "a gradient and a state for " + std::to_string(weights) + " weights",
                          "a gradient of " + std::to_string(gradient) + (... + (", a vector of " + std::to_string(state.size()))));
    }
}
}
}
