// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <dni/core/number.hpp>
#include <dni/core/simd.hpp>
#include <dni/core/workspace.hpp>
#include <dni/layer/parameters.hpp>
#include <dni/optim/optimizer.hpp>

namespace dni
{
//! @brief Gradient descent with momentum: g ← g + λ w,  v ← µ v + g,  w ← w − rate v; with Nesterov's look-ahead w ← w − rate (g + µ v).
//! @details The first step sets v = g. PyTorch's optim.SGD.
//! @source Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning", ICML.
//! @verified tests/optim/sgd_test.cpp
struct sgd
{
    double rate = 1e-2;
    double momentum = 0;  //!< µ
    bool nesterov = false;
    double decay = 0;  //!< λ

    template <class T>
    struct state
    {
        aligned_vector<T> velocity;

        static void for_each_part(auto& state, auto&& f) { f("velocity", state.velocity); }
    };

    template <class T>
    state<T> make_state(std::size_t n) const
    {
        return {aligned_vector<T>(n, T{0})};
    }

    //! @errors value_error
    void check() const
    {
        detail::check_not_negative("sgd: rate", rate);
        detail::check_share("sgd: momentum", momentum);
        detail::check_not_negative("sgd: decay", decay);
        if (nesterov && momentum == 0)
        {
            throw value_error("sgd: nesterov", "a momentum above 0 to look ahead with", "0");
        }
    }

    std::string describe() const
    {
        return "sgd, rate " + exact_number(rate) + ", momentum " + exact_number(momentum) + (nesterov ? " of Nesterov" : "") + ", decay " + exact_number(decay);
    }

    //! @param parameters of the network, if some are not weights: these do not decay
    //! @errors shape_error when sizes differ
    template <class T>
    void step(std::span<T> weights, std::span<const T> gradient, state<T>& past, double scheduled_rate, const parameter_table& parameters = {}) const
    {
        detail::check_table("sgd", weights.size(), parameters.size());
        detail::check_sizes("sgd", weights.size(), gradient.size(), past.velocity);
        using V = simd::batch<T>;
        const V mu(static_cast<T>(momentum));
        const V size(static_cast<T>(scheduled_rate));
        parameters.for_each_stretch(
            weights.size(),
            [&](std::size_t first, std::size_t count, bool are_weights)
            {
                const V lambda(static_cast<T>(are_weights ? decay : 0));
                T* const w_at = weights.data() + first;
                T* const v_at = past.velocity.data() + first;
                simd::for_each_batch<T>(count,
                                        [&](std::size_t j, auto lanes)
                                        {
                                            const V w = lanes.load(w_at + j);
                                            const V g = lanes.load(gradient.data() + first + j) + lambda * w;
                                            const V v = mu * lanes.load(v_at + j) + g;
                                            lanes.store(v_at + j, v);
                                            lanes.store(w_at + j, w - size * (nesterov ? g + mu * v : v));
                                        });
            });
    }
};
}
