// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
#include <cstddef>
#include <span>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>

namespace dni
{
//! @brief An optimizer is a small value (rate and constants) that makes its state for n weights and changes the weights by a step.
//! @details
//!   | expression                              | meaning                                                                     |
//!   |-----------------------------------------|-----------------------------------------------------------------------------|
//!   | `rate`                                  | the base rate, in units of weight per unit of step                            |
//!   | `check()`                               | throws value_error when a constant makes no sense                           |
//!   | `make_state<T>(n)` → `state<T>`         | zeroed vectors and the count of steps                                        |
//!   | `step(weights, gradient, state, rate)`  | one step on the flat weights, at a scheduled rate                              |
//!   Models: sgd, rmsprop, adam, adamw.
template <class O>
concept optimizer = std::copyable<O> && requires(const O method, std::span<float> weights, std::span<const float> gradient, typename O::template state<float> state) {
    { method.rate } -> std::convertible_to<double>;
    method.check();
    { method.template make_state<float>(std::size_t{}) } -> std::same_as<typename O::template state<float>>;
    method.step(weights, gradient, state, 0.1);
};

namespace detail
{
inline void check_range(const char* what, double value, double low, double high, const char* expected)
{
    if (!(value >= low && value < high))
    {
        throw value_error(what, expected, number(value));
    }
}

inline void check_rate(const char* what, double rate)
{
    check_range(what, rate, 0, 1e6, "a finite rate >= 0");
}
}
}
