// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <dni/data/sequences.hpp>
#include <dni/eval/predict.hpp>
#include <dni/noise/level.hpp>
#include <dni/optim/sgd.hpp>
#include <dni/random/stream.hpp>
#include <dni/train/history.hpp>

#include "eval/tiny.hpp"

//! A small network with something to learn, and callbacks that look at how it is taught.
namespace school
{
inline constexpr dni::sgd at_rest{.rate = 0};  // leaves the weights as they are

template <class Network>
auto weights_of(const Network& net)
{
    return std::vector(net.weights().begin(), net.weights().end());
}

template <class Network>
void set_weights(Network& net, const std::vector<float>& weights)
{
    std::ranges::copy(weights, net.weights().begin());
}

//! Exact accuracy of the network that made the labels is 1.
inline const dni::data::sequences& digits()
{
    static const auto set = tiny::labelled(160, tiny::make());
    return set;
}

//! Sequences with a label for each step.
inline const dni::data::sequences& logs()
{
    static const auto set = tiny::labelled(50, tiny::make<tiny::per_step>());
    return set;
}

//! A network that has the labels to learn.
inline tiny::per_sequence pupil() { return {tiny::sizes, dni::seed{7}}; }

inline double accuracy_at(tiny::per_sequence& net, dni::snr_db level)
{
    net.noise_level(level);
    return dni::evaluate(net, digits(), {.passes = 8, .seed = {5}}).mean;
}

inline double level_of(const tiny::per_sequence& net)
{
    double value = std::nan("");
    net.for_each_noise([&](const auto& part) { value = part.level.value; });
    return value;
}

struct records
{
    std::vector<dni::step_record> steps;
    std::vector<dni::epoch_record> epochs;

    void on_step(auto&, const dni::step_record& record) { steps.push_back(record); }
    void on_epoch(auto&, const dni::epoch_record& record) { epochs.push_back(record); }
};

//! Puts these weights into the network at the end of each epoch, one after the other.
struct script
{
    std::vector<std::vector<float>> weights;

    template <class Network>
    void on_step(Network& net, const dni::step_record& record) const
    {
        set_weights(net, weights[record.epoch - 1]);
    }
};

//! The sequences by their first value, as they come.
struct roll_call
{
    std::vector<float> seen;

    void augment(std::span<float> values, std::size_t, dni::stream&) { seen.push_back(values.front()); }
};
}
