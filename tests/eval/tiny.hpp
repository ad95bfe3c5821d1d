// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include <dni/cell/lstm.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/predict.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>

namespace tiny
{
using analog = dni::policies<dni::noise::gaussian<dni::snr_db>>;
using per_sequence = dni::network<dni::recurrent<dni::cell::lstm, analog>, dni::last_step, dni::dense<analog>>;
using per_step = dni::network<dni::recurrent<dni::cell::lstm, analog>, dni::dense<analog>>;

inline const dni::sizes sizes{.inputs = 3, .hidden = 6, .outputs = 4};

//! Sequences of normal numbers, of 1 to 7 steps with 3 features, without labels.
inline dni::data::sequences some(std::size_t count, dni::seed seed)
{
    dni::stream random{dni::key{seed}};
    dni::data::sequences data;
    for (std::size_t i = 0; i < count; ++i)
    {
        data.offsets.push_back(data.offsets.back() + 1 + random.below(7));
    }
    data.values = dni::tensor<float, 2>::from_shape({data.offsets.back(), 3});
    for (float& value : data.values)
    {
        value = random.normal<float>();
    }
    return data;
}

//! Labels that are what the network says without noise, so that its exact accuracy is 1 and noise can only spoil it.
template <class Network>
void label(dni::data::sequences& data, const Network& net)
{
    auto exact = dni::with_noise<dni::noise::none>(net);
    const auto outputs = dni::predict(exact, data);
    data.per = Network::output_rows;
    data.labels.clear();
    for (std::size_t r = 0; r < outputs.shape(0); ++r)
    {
        const std::span<const float> row(outputs.data() + r * outputs.shape(1), outputs.shape(1));
        data.labels.push_back(static_cast<std::int32_t>(dni::predicted_class(row)));
    }
}

//! Sequences with such labels.
template <class Network>
dni::data::sequences labelled(std::size_t count, const Network& net)
{
    auto data = some(count, dni::seed{2});
    label(data, net);
    return data;
}

//! A network with some differences between its outputs.
template <class Network = per_sequence>
Network make()
{
    Network net(sizes, dni::seed{1});
    for (float& weight : net.weights())
    {
        weight *= 2;
    }
    return net;
}
}
