// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <dni/core/number.hpp>
#include <dni/core/simd.hpp>
#include <dni/core/workspace.hpp>
#include <dni/optim/optimizer.hpp>

namespace dni
{
//! @brief RMSprop: v ← α v + (1 − α) g²,  b ← µ b + g / (√v + ε),  w ← w − rate b.
//! @source Tieleman and Hinton 2012, lecture 6.5; PyTorch's optim.RMSprop.
//! @verified tests/optim/rmsprop_test.cpp
struct rmsprop
{
    double rate = 1e-2;
    double smoothing = 0.99;  //!< α
    double epsilon = 1e-8;
    double momentum = 0;  //!< µ

    template <class T>
    struct state
    {
        aligned_vector<T> square;
        aligned_vector<T> velocity;

        static void for_each_part(auto& state, auto&& f)
        {
            f("square", state.square);
            f("velocity", state.velocity);
        }
    };

    template <class T>
    state<T> make_state(std::size_t n) const
    {
        return {aligned_vector<T>(n, T{0}), aligned_vector<T>(n, T{0})};
    }

    //! @errors value_error
    void check() const
    {
        detail::check_not_negative("rmsprop: rate", rate);
        detail::check_share("rmsprop: smoothing", smoothing);
        detail::check_epsilon("rmsprop: epsilon", epsilon);
        detail::check_share("rmsprop: momentum", momentum);
    }

    std::string describe() const
    {
        return "rmsprop, rate " + exact_number(rate) + ", smoothing " + exact_number(smoothing) + ", epsilon " + exact_number(epsilon) + ", momentum "
               + exact_number(momentum);
    }

    template <class T>
    void step(std::span<T> weights, std::span<const T> gradient, state<T>& past, double scheduled_rate) const
    {
        detail::check_sizes("rmsprop", weights.size(), gradient.size(), past.square, past.velocity);
        using V = simd::batch<T>;
        const V alpha(static_cast<T>(smoothing));
        const V rest(static_cast<T>(1 - smoothing));
        const V floor(static_cast<T>(epsilon));
        const V mu(static_cast<T>(momentum));
        const V size(static_cast<T>(scheduled_rate));
        simd::for_each_batch<T>(weights.size(),
                                [&](std::size_t j, auto lanes)
                                {
                                    const V g = lanes.load(gradient.data() + j);
                                    const V v = alpha * lanes.load(past.square.data() + j) + rest * g * g;
                                    const V b = mu * lanes.load(past.velocity.data() + j) + g / (xsimd::sqrt(v) + floor);
                                    lanes.store(past.square.data() + j, v);
                                    lanes.store(past.velocity.data() + j, b);
                                    lanes.store(weights.data() + j, lanes.load(weights.data() + j) - size * b);
                                });
    }
};
}
