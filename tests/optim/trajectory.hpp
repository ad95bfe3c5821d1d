// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <dni/layer/parameters.hpp>

namespace support
{
inline constexpr std::array<double, 5> first_weights{1.0, -0.5, 2.0, 0.25, -3.0};

//! Five weights after four steps down L = Σ w⁴ / 4 − c w, whose gradient is w³ − c. PyTorch 1.13, double:
//!   w = torch.tensor([1.0, -0.5, 2.0, 0.25, -3.0], dtype=torch.float64, requires_grad=True)
//!   c = torch.tensor([0.5, 1.0, -1.5, 2.0, 0.1], dtype=torch.float64)
//!   optimizer = …([w], …)                        # as each literal says
//!   for _ in range(4):
//!       optimizer.zero_grad(); (0.25 * w ** 4 - c * w).sum().backward(); optimizer.step()
//!   print(w.tolist())
template <class T, class Optimizer>
std::vector<T> four_steps(const Optimizer& method)
{
    constexpr std::array<double, 5> c{0.5, 1.0, -1.5, 2.0, 0.1};
    std::vector<T> weights(first_weights.size());
    std::ranges::transform(first_weights, weights.begin(), [](double w) { return static_cast<T>(w); });
    std::vector<T> gradient(weights.size());
    auto state = method.template make_state<T>(weights.size());
    for (int step = 0; step < 4; ++step)
    {
        std::ranges::transform(weights, c, gradient.begin(), [](T w, double shift) { return w * w * w - static_cast<T>(shift); });
        method.step(std::span<T>(weights), std::span<const T>(gradient), state, method.rate);
    }
    return weights;
}

//! The largest |after four steps − wanted|.
template <class T, class Optimizer>
double distance_after_four_steps(const Optimizer& method, const std::array<double, 5>& wanted)
{
    const auto found = four_steps<T>(method);
    double most = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i)
    {
        const double d = std::abs(static_cast<double>(found[i]) - wanted[i]);
        most = d > most || std::isnan(d) ? d : most;
    }
    return most;
}

//! Whether five weights with their gradients go the same way wherever they stand among n others: whole batches of a step and their remainder agree.
template <class T, class Optimizer>
bool independent_of_place(const Optimizer& method)
{
    constexpr std::size_t most = 67;
    for (std::size_t n = 0; n <= most; ++n)
    {
        std::vector<T> weights(n), gradient(n);
        for (std::size_t i = 0; i < n; ++i)
        {
            weights[i] = static_cast<T>(first_weights[i % 5]);
            gradient[i] = T(0.25) * static_cast<T>(i % 5 + 1);
        }
        auto state = method.template make_state<T>(n);
        for (int step = 0; step < 3; ++step)
        {
            method.step(std::span<T>(weights), std::span<const T>(gradient), state, 0.1);
        }
        for (std::size_t i = 0; i < n; ++i)
        {
            if (weights[i] != weights[i % 5] || !(weights[i] < static_cast<T>(first_weights[i % 5])))
            {
                return false;
            }
        }
    }
    return true;
}

//! Whether numbers of policies among weights go the way they go without decay, and the weights around them the way with it.
template <class Optimizer>
bool spares_what_is_no_weight(const Optimizer& method, const Optimizer& without_decay)
{
    dni::parameter_table table;
    table.add("weight", {3, 7});
    table.add_beside_weights("bound", {2}, 1.5);
    table.add_beside_weights("gain", {1}, 1);
    table.add("bias", {5});
    const auto moved = [&](const Optimizer& by, const auto&... parameters)
    {
        std::vector<float> weights(table.size(), 2.0f);
        std::vector<float> gradient(table.size());
        auto state = by.template make_state<float>(table.size());
        for (int step = 0; step < 3; ++step)
        {
            for (std::size_t i = 0; i < gradient.size(); ++i)
            {
                gradient[i] = 0.5f + 0.125f * static_cast<float>(i) * static_cast<float>(step);  // Adam does not see a factor that is the same in all steps
            }
            by.step(std::span<float>(weights), std::span<const float>(gradient), state, 0.1, parameters...);
        }
        return weights;
    };
    const auto found = moved(method, table);
    const auto decayed = moved(method);
    const auto spared = moved(without_decay);
    for (std::size_t i = 0; i < found.size(); ++i)
    {
        if (found[i] != (i >= 21 && i < 24 ? spared[i] : decayed[i]) || decayed[i] == spared[i])
        {
            return false;
        }
    }
    return true;
}

//! A step with the parameters of another network.
template <class Optimizer>
void step_with_table(const Optimizer& method, std::size_t weights, std::size_t parameters)
{
    dni::parameter_table table;
    table.add_beside_weights("gain", {parameters}, 1);
    std::vector<float> w(weights);
    auto state = method.template make_state<float>(weights);
    method.step(std::span<float>(w), std::span<const float>(std::vector<float>(weights)), state, 0.1, table);
}

//! Weights, a gradient and a state that do not belong together.
template <class Optimizer>
void step_with_sizes(const Optimizer& method, std::size_t weights, std::size_t gradient, std::size_t state)
{
    std::vector<float> w(weights);
    const std::vector<float> g(gradient);
    auto past = method.template make_state<float>(state);
    method.step(std::span<float>(w), std::span<const float>(g), past, 0.1);
}
}
