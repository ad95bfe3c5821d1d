// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>

#include <dni/cell/cell.hpp>
#include <dni/core/math.hpp>

namespace dni::cell
{
//! @brief The non-linearities of `rnn`: a function and its derivative, given the function's value.
struct tanh
{
    static constexpr const char* name = "rnn<tanh>";
    static auto value(const auto& x) noexcept { return math::tanh(x); }
    static auto derivative(const auto& y) noexcept { return 1 - y * y; }
};

struct relu
{
    static constexpr const char* name = "rnn<relu>";
    static auto value(const auto& x) noexcept { return math::relu(x); }
    static auto derivative(const auto& y) noexcept { return math::step(y); }
};

//! @brief The vanilla recurrent cell h' = φ(W_x x + b_x + W_h h + b_h), φ = tanh or relu.
//! @source Elman 1990, "Finding Structure in Time", Cognitive Science 14(2); PyTorch's nn.RNN.
//! @verified tests/golden, tests/gradient
template <class Activation = tanh>
struct rnn
{
    static constexpr const char* name = Activation::name;
    static constexpr std::array products{by_both(0)};
    enum row : std::size_t { h, rows };
    static constexpr std::array<std::size_t, 1> carried{h};
    static constexpr std::array points{point{h, role::hidden_state, "h"}};

    static void forward(auto& e) noexcept { e[h] = e.at(h, Activation::value(e.in[0])); }

    static void adjoint(const auto& e, auto& d) noexcept { d.in[0] = d.at(h, d[h]) * Activation::derivative(e.clean(h)); }
};
}
