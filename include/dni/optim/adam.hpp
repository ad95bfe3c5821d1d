// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <dni/core/number.hpp>
#include <dni/core/simd.hpp>
#include <dni/core/workspace.hpp>
#include <dni/layer/parameters.hpp>
#include <dni/optim/optimizer.hpp>

namespace dni
{
//! @brief State of Adam: running means of gradient and squared gradient, and the steps so far.
template <class T>
struct adam_state
{
    aligned_vector<T> mean;
    aligned_vector<T> square;
    std::uint64_t steps = 0;

    static void for_each_part(auto& state, auto&& f)
    {
        f("mean", state.mean);
        f("square", state.square);
        f("steps", state.steps);
    }
};

namespace detail
{
template <class Adam>
void check_adam(const std::string& name, const Adam& method)
{
    check_not_negative(name + ": rate", method.rate);
    check_share(name + ": beta1", method.beta1);
    check_share(name + ": beta2", method.beta2);
    check_epsilon(name + ": epsilon", method.epsilon);
}

template <class Adam>
std::string describe_adam(const std::string& name, const Adam& method)
{
    return name + ", rate " + exact_number(method.rate) + ", beta " + exact_number(method.beta1) + " and " + exact_number(method.beta2) + ", epsilon "
           + exact_number(method.epsilon);
}
}

//! @brief Adam with decoupled weight decay:
//!            m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  w ← w − rate λ w − rate m̂ / (√v̂ + ε),
//!        m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
//! @source Loshchilov and Hutter 2019, arXiv 1711.05101; PyTorch's optim.AdamW.
//! @verified tests/optim/adam_test.cpp
struct adamw
{
    double rate = 1e-3;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double decay = 1e-2;  //!< λ

    template <class T>
    using state = adam_state<T>;

    template <class T>
    state<T> make_state(std::size_t n) const
    {
        return {aligned_vector<T>(n, T{0}), aligned_vector<T>(n, T{0})};
    }

    //! @errors value_error
    void check() const
    {
        detail::check_adam("adamw", *this);
        detail::check_not_negative("adamw: decay", decay);
    }

    std::string describe() const { return detail::describe_adam("adamw", *this) + ", decay " + exact_number(decay); }

    //! @param parameters of the network, if some are not weights: these do not decay
    //! @errors shape_error when sizes differ
    template <class T>
    void step(std::span<T> weights, std::span<const T> gradient, state<T>& past, double scheduled_rate, const parameter_table& parameters = {}) const
    {
        detail::check_table("adamw", weights.size(), parameters.size());
        detail::check_sizes("adam", weights.size(), gradient.size(), past.mean, past.square);
        ++past.steps;
        const auto t = static_cast<double>(past.steps);
        using V = simd::batch<T>;
        const V b1(static_cast<T>(beta1));
        const V b2(static_cast<T>(beta2));
        const V one_minus_b1(static_cast<T>(1 - beta1));
        const V one_minus_b2(static_cast<T>(1 - beta2));
        const V size(static_cast<T>(scheduled_rate / (1 - std::pow(beta1, t))));
        const V root(static_cast<T>(1 / std::sqrt(1 - std::pow(beta2, t))));
        const V floor(static_cast<T>(epsilon));
        parameters.for_each_stretch(
            weights.size(),
            [&](std::size_t first, std::size_t count, bool are_weights)
            {
                const V keep(static_cast<T>(are_weights ? 1 - scheduled_rate * decay : 1));
                T* const mean = past.mean.data() + first;
                T* const square = past.square.data() + first;
                simd::for_each_batch<T>(count,
                                        [&](std::size_t j, auto lanes)
                                        {
                                            const V g = lanes.load(gradient.data() + first + j);
                                            const V m = b1 * lanes.load(mean + j) + one_minus_b1 * g;
                                            const V v = b2 * lanes.load(square + j) + one_minus_b2 * g * g;
                                            const V w = keep * lanes.load(weights.data() + first + j) - size * m / (xsimd::sqrt(v) * root + floor);
                                            lanes.store(mean + j, m);
                                            lanes.store(square + j, v);
                                            lanes.store(weights.data() + first + j, w);
                                        });
            });
    }
};

//! @brief Adam: `adamw` without decay.
//! @source Kingma and Ba 2015, arXiv 1412.6980; PyTorch's optim.Adam.
//! @verified tests/optim/adam_test.cpp
struct adam
{
    double rate = 1e-3;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;

    template <class T>
    using state = adam_state<T>;

    template <class T>
    state<T> make_state(std::size_t n) const
    {
        return decoupled().template make_state<T>(n);
    }

    //! @errors value_error
    void check() const { detail::check_adam("adam", *this); }

    std::string describe() const { return detail::describe_adam("adam", *this); }

    template <class T>
    void step(std::span<T> weights, std::span<const T> gradient, state<T>& past, double scheduled_rate) const
    {
        decoupled().step(weights, gradient, past, scheduled_rate);
    }

private:
    adamw decoupled() const noexcept { return {rate, beta1, beta2, epsilon, 0}; }
};
}
