// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/core/simd.hpp>

namespace dni
{
//! @brief The bound of a converter: the largest magnitude it gives, in the unit of what it converts.
struct full_scale
{
    double value = 0;

    friend bool operator==(full_scale, full_scale) = default;
};

//! @errors value_error for one that is not positive and finite
inline void check(full_scale limit, const char* where)
{
    if (!(limit.value > 0) || !std::isfinite(limit.value))
    {
        throw value_error(where, "a positive, finite full scale", std::to_string(limit.value));
    }
}
}

//! @brief Where a converter's bound b comes from. It is a constant for the gradient, unless the kind says otherwise.
namespace dni::precision
{
//! @brief One bound for all vectors, set when the program runs. What is beyond saturates and has no gradient.
struct constant_bound
{
    static constexpr bool clips = true;
    full_scale limit{10};

    template <class T>
    T of(std::span<const T>) const noexcept
    {
        return static_cast<T>(limit.value);
    }

    std::string kind() const { return "constant bound"; }
};

//! @brief b = 1: what a sigmoid or a hyperbolic tangent gives has no other.
struct unit_bound
{
    static constexpr bool clips = true;

    template <class T>
    T of(std::span<const T>) const noexcept
    {
        return T{1};
    }

    std::string kind() const { return "bound 1"; }
};

//! @brief b = max|v| of each vector (one sample, one step): nothing saturates. The input of a product is known before it is converted, so a DAC can
//!        have it; an ADC cannot.
struct abs_max
{
    static constexpr bool clips = false;

    template <class T>
    T of(std::span<const T> v) const noexcept
    {
        return simd::largest_magnitude(v);
    }

    std::string kind() const { return "bound max|v| of each vector"; }
};

//! @brief A constant bound that is doubled for a vector that would saturate, at most `doublings` times: as if the product were done again with half the
//!        input, and its result doubled. Each doubling doubles the step as well; noise is not drawn again.
//! @source Gokmen, Onen, Haensch 2017, "Training Deep Convolutional Neural Networks with Resistive Cross-Point Devices", Front. Neurosci. 11:538 (bound management)
struct managed_bound
{
    static constexpr bool clips = true;
    full_scale limit{10};
    int doublings = 3;

    template <class T>
    T of(std::span<const T> v) const noexcept
    {
        const T largest = simd::largest_magnitude(v);
        T b = static_cast<T>(limit.value);
        for (int i = 0; i < doublings && largest > b; ++i)
        {
            b *= 2;
        }
        return b;
    }

    std::string kind() const { return "constant bound, doubled up to " + std::to_string(doublings) + " times where a vector would saturate"; }
};

//! @brief A bound that is trained with the weights, one for each DAC and ADC of a crossbar: b = eᵗ. So b stays positive while |t| is below 80, and a
//!        step of t changes b by a share of itself, be it 0.1 or 100.
//! @details t is a parameter of the network behind the biases of its layer, `adc_log_bound_l0` or `dac_log_bound_l0_reverse` [1] (of a dense layer without suffix):
//!          optimised, clipped and stored with the weights, but no weight: no decay. It starts from ln of the full scale that `network::converters` sets or
//!          `calibrate_converters` finds. Its gradient is the exact one of round(x) = x + r with r held, so, with q what v becomes,
//!              ∂q/∂v = 1,  ∂q/∂t = b ∂q/∂b = q − v   where |v| ≤ b,
//!              ∂q/∂v = 0,  ∂q/∂t = q = ±b            beyond.
//!          ∂L/∂t is the sum over all elements, steps and samples, without a gradient scale: Adam and RMSprop do not see one, under SGD take a small rate.
//! @source beyond b: Choi et al. 2018, "PACT", arXiv 1805.06085; within: Esser et al. 2020, "Learned Step Size Quantization", arXiv 1902.08153, eq. 3;
//!         by its logarithm: Jain et al. 2020, "Trained Quantization Thresholds", arXiv 1903.08066
//! @cost a rounding an element more on the way back
//! @verified tests/precision/converter_test.cpp, tests/gradient/learned_bound_test.cpp, tests/train/learned_bound_test.cpp
struct learned_bound
{
    static constexpr bool clips = true;
    static constexpr bool trained = true;
    static constexpr const char* parameter = "log_bound";
    full_scale limit{10};   //!< b as it was when the array was last programmed
    std::size_t place = 0;  //!< of t in the flat vector of weights

    template <class T>
    T of(std::span<const T>) const noexcept
    {
        return static_cast<T>(limit.value);
    }

    //! @brief t of a bound, and the bound of t.
    static double number_of(full_scale bound) noexcept { return std::log(bound.value); }
    void take(double t) noexcept { limit.value = std::exp(t); }

    std::string kind() const { return "learned bound"; }
};

//! @brief A bound that follows the data, one for each DAC and ADC of a crossbar: after each step of training
//!            b ← (1 − share) b + share · mean of max|v| over the vectors (samples, steps, arrays) of the step.
//!        Within a step, and in inference, it is constant.
//! @details b stands among the parameters, `dac_bound_l0` [1], and is stored with the weights; its gradient is zero, so optimizers leave it. It starts from
//!          the full scale that `network::converters` sets or `calibrate_converters` finds. What is beyond saturates, about half of the vectors in their largest
//!          element, and has no gradient.
//!          A trainer moves it; who trains without one calls `network::follow` after each step.
//! @cost one pass over the vectors on the way back
//! @verified tests/train/learned_bound_test.cpp
struct running_bound
{
    static constexpr bool clips = true;
    static constexpr bool trained = false;
    static constexpr const char* parameter = "bound";
    full_scale limit{10};   //!< b as it was when the array was last programmed
    std::size_t place = 0;  //!< of b in the flat vector of weights
    double share = 0.1;     //!< of the last step in the mean, dimensionless
    double reached = -1;    //!< mean of max|v| in the last backward pass; negative before the first

    template <class T>
    T of(std::span<const T>) const noexcept
    {
        return static_cast<T>(limit.value);
    }

    static double number_of(full_scale bound) noexcept { return bound.value; }
    void take(double b) noexcept { limit.value = b; }

    std::string kind() const { return "bound that is a running mean of max|v|, share " + exact_number(share); }
};

//! @brief A kind of bound: a small type with these members.
//! @details
//!   | expression               | meaning                                                                       |
//!   |--------------------------|-------------------------------------------------------------------------------|
//!   | `of(span<const T> v)`    | b for this vector; where it is not positive, the vector is not converted        |
//!   | `clips`                  | whether an element may be beyond b                                            |
//!   | `kind()`                 | what it is, for people                                                        |
//!   | `limit`                  | optional: a `full_scale` that `network::converters` sets                           |
//!   Models: constant_bound, unit_bound, abs_max, managed_bound, learned_bound, running_bound.
template <class B>
concept bound_kind = std::copyable<B> && requires(const B kind, std::span<const float> v) {
    {
        kind.of(v)
    } -> std::same_as<float>;
    {
        kind.kind()
    } -> std::convertible_to<std::string>;
    {
        B::clips
    } -> std::convertible_to<bool>;
};

//! @brief A bound that is known before the values are: the only kind an ADC can have.
template <class B>
concept known_bound = bound_kind<B> && requires(const B kind) {
    {
        kind.limit
    } -> std::convertible_to<full_scale>;
};

//! @brief A bound that is a parameter of the network, among its weights.
template <class B>
concept bound_with_parameter = known_bound<B> && requires(B kind) {
    kind.take(B::number_of(kind.limit));
    kind.place;
    B::parameter;
    B::trained;
};

//! @brief One whose gradient moves it, and one that follows what is converted.
template <class B>
concept trained_bound = bound_with_parameter<B> && B::trained;
template <class B>
concept following_bound = bound_with_parameter<B> && !B::trained;

//! @brief One that is none: what may stand inside a cell, whose parameters are those of its products.
template <class B>
concept bound_without_parameter = bound_kind<B> && !bound_with_parameter<B>;
}
