// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>

#include <dni/random/stream.hpp>
#include <dni/train/history.hpp>

namespace dni
{
namespace detail
{
template <class Result>
concept nothing_or_stop = std::is_void_v<Result> || std::same_as<Result, bool>;
}

//! @brief callback.augment(values, features, random) may change a sequence [L · F] on its way into a batch.
template <class Callback>
concept augments = requires(Callback& callback, std::span<float> values, std::size_t features, stream& random) { callback.augment(values, features, random); };

//! @brief callback.on_step(net, record) is called after each step of the optimizer; it returns nothing, or true to stop.
template <class Callback, class Network>
concept watches_steps = requires(Callback& callback, Network& net, const step_record& record) {
    { callback.on_step(net, record) } -> detail::nothing_or_stop;
};

//! @brief callback.on_epoch(net, record) is called after each epoch and its validation; it returns nothing, or true to stop.
template <class Callback, class Network>
concept watches_epochs = requires(Callback& callback, Network& net, const epoch_record& record) {
    { callback.on_epoch(net, record) } -> detail::nothing_or_stop;
};

//! @brief callback.on_state(net, state) is called when an epoch is wholly done, after all hooks on_epoch and the decision to stop, and within an epoch after
//!        each fit_options::keep_every steps: what it keeps is enough to go on from there.
template <class Callback, class Network, class State>
concept keeps_states = requires(Callback& callback, const Network& net, const State& state) { callback.on_state(net, state); };

//! @brief A callback of a trainer: a plain object with at least one of the hooks. A hook it lacks costs nothing.
//! @tparam State a training_state
//! @verified tests/static, tests/train/callbacks_test.cpp
template <class Callback, class Network, class State>
concept training_callback =
    augments<Callback> || watches_steps<Callback, Network> || watches_epochs<Callback, Network> || keeps_states<Callback, Network, State>;

namespace detail
{
//! Calls a hook; true if it asks to stop.
template <class Hook>
bool asks_to_stop(Hook&& hook)
{
    if constexpr (std::is_void_v<decltype(hook())>)
    {
        hook();
        return false;
    }
    else
    {
        return hook();
    }
}

template <class Callback>
void augment(Callback& callback, std::span<float> values, std::size_t features, stream& random)
{
    if constexpr (augments<Callback>)
    {
        callback.augment(values, features, random);
    }
}

template <class Callback, class Network>
bool after_step(Callback& callback, Network& net, const step_record& record)
{
    if constexpr (watches_steps<Callback, Network>)
    {
        return asks_to_stop([&] { return callback.on_step(net, record); });
    }
    return false;
}

template <class Callback, class Network>
bool after_epoch(Callback& callback, Network& net, const epoch_record& record)
{
    if constexpr (watches_epochs<Callback, Network>)
    {
        return asks_to_stop([&] { return callback.on_epoch(net, record); });
    }
    return false;
}

template <class Callback, class Network, class State>
void keep_state(Callback& callback, const Network& net, const State& state)
{
    if constexpr (keeps_states<Callback, Network, State>)
    {
        callback.on_state(net, state);
    }
}
}
}
