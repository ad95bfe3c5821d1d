// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/gradient_check.hpp"

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>

namespace wrong_sign_test
{
using namespace dni;

//! The check of gradients finds what it is there to find: each wrong thing here fails by orders of magnitude what its right twin passes.
namespace
{
constexpr double passes = 1e-9;
constexpr double fails = 1e-3;

template <class Noise>
using exactly = policies<Noise, precision::float64>;

template <class Cell, class Noise = noise::none>
support::gradient_errors errors()
{
    network<recurrent<Cell, exactly<Noise>>, dense<exactly<noise::none>>> net(3, seed{1}, {5}, {2}, true);
    support::roughen(net, seed{2});
    support::switch_on_noise(net);
    const std::vector<std::size_t> lengths{2, 4, 1};
    auto batch = support::random_batch(lengths, 3, seed{3});
    return support::check_gradient(net, batch);
}

//! An LSTM with one wrong minus: the gradient of the forget gate.
struct wrong_sign : cell::lstm
{
    static void adjoint(const auto& e, auto& d) noexcept
    {
        cell::lstm::adjoint(e, d);
        d.in[f] = -d.in[f];
    }
};

//! An LSTM whose gradient does not flow back through the cell state.
struct forgotten_carry : cell::lstm
{
    static void adjoint(const auto& e, auto& d) noexcept
    {
        cell::lstm::adjoint(e, d);
        d.last(c) = 0 * d.last(c);
    }
};

//! A GRU that takes the candidate's two products for one: as if the reset gate stood before the product.
struct wrong_reset : cell::gru
{
    static void adjoint(const auto& e, auto& d) noexcept
    {
        cell::gru::adjoint(e, d);
        d.in[candidate_h] = d.in[candidate_x];
    }
};

//! Relative noise whose gradient passes unchanged, as if the power of the signal were a constant.
struct without_signal_term
{
    snr_db level;

    template <class T>
    void apply(std::span<T> y, stream& random) const noexcept
    {
        noise::gaussian<snr_db>{level}.apply(y, random);
    }

    std::string describe() const { return "gaussian, half of its gradient missing"; }
};

//! Relative noise whose backward pass draws other numbers than its forward pass.
struct other_draws : without_signal_term
{
    template <class T>
    void adjoint(std::span<T> gradient, std::span<const T> y, stream& random) const noexcept
    {
        stream other{key{seed{random()}}};
        noise::gaussian<snr_db>{level}.adjoint(gradient, y, other);
    }
};
}

TEST_CASE("the gradient check passes what the wrong cells and noises here are made of")
{
    using relative = noise::gaussian<snr_db>;
    for (const auto& right : {errors<cell::lstm>(), errors<cell::gru>(), errors<cell::lstm, relative>(),
                              errors<cell::lstm, noise::at_input<relative>>(), errors<cell::lstm, noise::at_weights<relative>>()})
    {
        CHECK(right.weights <= passes);
        CHECK(right.inputs <= passes);
    }
}

TEST_CASE("the gradient check finds a wrong sign in a cell")
{
    const auto wrong = errors<wrong_sign>();
    CHECK(wrong.weights > fails);
    CHECK(wrong.inputs > fails);
}

TEST_CASE("the gradient check finds a carried row left out, and products taken one for the other")
{
    CHECK(errors<forgotten_carry>().weights > fails);
    CHECK(errors<wrong_reset>().weights > fails);
}

TEST_CASE("the gradient check finds the missing term of relative noise at every site")
{
    CHECK(errors<cell::lstm, noise::at_output<without_signal_term>>().weights > fails);
    CHECK(errors<cell::lstm, noise::at_input<without_signal_term>>().weights > fails);
    CHECK(errors<cell::lstm, noise::at_weights<without_signal_term>>().weights > fails);
}

TEST_CASE("the gradient check finds a backward pass that draws other noise")
{
    CHECK(errors<cell::lstm, noise::at_output<other_draws>>().weights > fails);
    CHECK(errors<cell::lstm, noise::at_input<other_draws>>().weights > fails);
    CHECK(errors<cell::lstm, noise::at_weights<other_draws>>().weights > fails);
}

TEST_CASE("the gradient check keeps a NaN")
{
    CHECK(std::isnan(support::worse(0.0, std::nan(""), 1.0)));
    CHECK(std::isnan(support::worse(std::nan(""), 1.0, 1.0)));
}
}
