// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <cstddef>
#include <span>

#include <dni/core/matrix.hpp>
#include <dni/data/batch.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/loss/loss.hpp>
#include <dni/loss/mean_squared_error.hpp>
#include <dni/optim/adam.hpp>
#include <dni/optim/optimizer.hpp>
#include <dni/optim/rmsprop.hpp>
#include <dni/optim/sgd.hpp>
#include <dni/random/stream.hpp>
#include <dni/train/callback.hpp>
#include <dni/train/progress_bar.hpp>

namespace training_test
{
using namespace dni;

//! Of each concept of training: its models, the least type that models it, and near misses, each of which lacks one requirement.
namespace archetypes
{
struct net
{
};

struct least_loss
{
    template <class T>
    float operator()(matrix_view<const T>, const data::batch<T>&, matrix_view<T>) const
    {
        return 0;
    }
};

struct loss_without_value
{
    template <class T>
    void operator()(matrix_view<const T>, const data::batch<T>&, matrix_view<T>) const
    {
    }
};

struct loss_that_changes_itself
{
    template <class T>
    double operator()(matrix_view<const T>, const data::batch<T>&, matrix_view<T>)
    {
        return 0;
    }
};

struct loss_of_doubles
{
    double operator()(matrix_view<const double>, const data::batch<double>&, matrix_view<double>) const { return 0; }
};

template <class Rate>
struct least_optimizer
{
    Rate rate;

    template <class T>
    struct state
    {
    };

    template <class T>
    state<T> make_state(std::size_t) const
    {
        return {};
    }

    void check() const {}

    template <class T>
    void step(std::span<T>, std::span<const T>, state<T>&, double) const
    {
    }
};

struct no_rate
{
};

struct optimizer_without_check : least_optimizer<double>
{
    void check() const = delete;
};

struct optimizer_without_state
{
    double rate;
    void check() const {}
    void step(auto&&...) const {}
};

struct changes_values
{
    void augment(std::span<float>, std::size_t, stream&) const {}
};

struct watches_step
{
    void on_step(net&, const step_record&) {}
};

struct may_stop_after_step
{
    bool on_step(const auto&, step_record) const { return true; }
};

struct may_stop_after_epoch
{
    bool on_epoch(net&, const epoch_record&) { return true; }
};

struct state
{
};

struct keeps_state
{
    void on_state(const net&, const state&) const {}
};

struct changes_state
{
    void on_state(const net&, state&) const {}
};

struct without_hook
{
    void on_begin() {}
};

struct augments_doubles
{
    void augment(std::span<double>, std::size_t, stream&) const {}
};

struct watches_without_net
{
    void on_step(const step_record&) {}
};

struct watches_another_record
{
    void on_step(net&, const epoch_record&) {}
};

struct returns_a_number
{
    double on_epoch(net&, const epoch_record&) { return 0; }
};
}

using namespace archetypes;

TEST_CASE("loss_function")
{
    STATIC_REQUIRE(loss_function<cross_entropy, float>);
    STATIC_REQUIRE(loss_function<cross_entropy, double>);
    STATIC_REQUIRE(loss_function<mean_squared_error, float>);
    STATIC_REQUIRE(loss_function<least_loss, float>);
    STATIC_REQUIRE(loss_function<loss_of_doubles, double>);
    STATIC_REQUIRE(!loss_function<loss_of_doubles, float>);
    STATIC_REQUIRE(!loss_function<loss_without_value, float>);
    STATIC_REQUIRE(!loss_function<loss_that_changes_itself, float>);
    STATIC_REQUIRE(!loss_function<double, float>);
}

TEST_CASE("optimizer")
{
    STATIC_REQUIRE(optimizer<sgd>);
    STATIC_REQUIRE(optimizer<rmsprop>);
    STATIC_REQUIRE(optimizer<adam>);
    STATIC_REQUIRE(optimizer<adamw>);
    STATIC_REQUIRE(optimizer<least_optimizer<float>>);
    STATIC_REQUIRE(!optimizer<least_optimizer<no_rate>>);
    STATIC_REQUIRE(!optimizer<optimizer_without_check>);
    STATIC_REQUIRE(!optimizer<optimizer_without_state>);
    STATIC_REQUIRE(!optimizer<double>);
}

TEST_CASE("training_callback")
{
    STATIC_REQUIRE(training_callback<changes_values, net, state>);
    STATIC_REQUIRE(training_callback<const changes_values&, net, state>);
    STATIC_REQUIRE(training_callback<watches_step, net, state>);
    STATIC_REQUIRE(training_callback<watches_step&, net, state>);
    STATIC_REQUIRE(!training_callback<const watches_step&, net, state>);
    STATIC_REQUIRE(training_callback<const may_stop_after_step, net, state>);
    STATIC_REQUIRE(training_callback<may_stop_after_epoch, net, state>);
    STATIC_REQUIRE(training_callback<progress_bar, net, state>);
    STATIC_REQUIRE(training_callback<const keeps_state, net, state>);
    STATIC_REQUIRE(!training_callback<changes_state, net, state>);
    STATIC_REQUIRE(!training_callback<without_hook, net, state>);
    STATIC_REQUIRE(!training_callback<augments_doubles, net, state>);
    STATIC_REQUIRE(!training_callback<watches_without_net, net, state>);
    STATIC_REQUIRE(!training_callback<watches_another_record, net, state>);
    STATIC_REQUIRE(!training_callback<returns_a_number, net, state>);
}
}
