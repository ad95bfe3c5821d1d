// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/xtensor.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/batches.hpp>
#include <dni/eval/metrics.hpp>
#include <dni/eval/statistics.hpp>
#include <dni/eval/voting.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief How often and from which seed a network is evaluated.
struct evaluation_options
{
    std::size_t passes = 1;  //!< noisy passes, each counted for itself
    dni::seed seed = {1};
};

//! @brief Outputs of one pass over a data set, in its own order: [S, O] where the network gives one row a sequence, [rows, O] where it
//!        gives one a step.
//! @verified tests/eval/predict_test.cpp
template <class Network>
auto predict(Network& net, const data::sequences& data, key pass = {})
{
    using T = typename Network::value_type;
    constexpr bool per_sequence = Network::output_rows == data::per::sequence;
    const std::size_t rows = per_sequence ? data.size() : data.values.shape(0);
    auto outputs = tensor<T, 2>::from_shape({rows, net.outputs()});
    for (const auto& batch : evaluation_batches<T>(data))
    {
        const auto given = net.infer(batch, pass);
        const auto& shape = batch.shape;
        const auto put = [&](std::size_t to, std::size_t from) { std::ranges::copy(given.row(from), outputs.data() + to * given.columns); };
        for (std::size_t b = 0; b < shape.samples(); ++b)
        {
            if (per_sequence)
            {
                put(shape.id(b), b);
                continue;
            }
            for (std::size_t s = 0; s < shape.length(b); ++s)
            {
                put(data.offsets[shape.id(b)] + s, shape.row(s, b));
            }
        }
    }
    return outputs;
}

//! @brief Accuracy in [0, 1] over noisy passes: mean, deviation, interval. Of sequences, or of steps where the labels belong to steps.
//! @errors value_error for data without labels or no passes
//! @verified tests/eval/predict_test.cpp
template <class Network>
summary evaluate(Network& net, const data::sequences& data, const evaluation_options& options = {})
{
    if (data.labels.empty() || options.passes == 0)
    {
        throw value_error("evaluate", "data with labels and at least one pass",
                          std::to_string(data.labels.size()) + " labels and " + std::to_string(options.passes) + " passes");
    }
    const evaluation_batches<typename Network::value_type> batches(data);
    std::vector<double> accuracies;
    for (std::size_t pass = 0; pass < options.passes; ++pass)
    {
        ballot votes(data, net.outputs());
        for (const auto& batch : batches)
        {
            votes.add(net.infer(batch, key{options.seed}.with(purpose::evaluation).with(pass)), batch);
        }
        accuracies.push_back(votes.accuracy(voting::mean_probability));
    }
    return summarize_fractions(accuracies);
}

//! @brief The confusion matrix of one pass, over sequences, or over steps where the labels belong to steps.
//! @errors value_error for data without labels
template <class Network>
confusion_matrix confuse(Network& net, const data::sequences& data, key pass = {})
{
    if (data.labels.empty())
    {
        throw value_error("confuse", "data with labels", "none");
    }
    ballot votes(data, net.outputs());
    for (const auto& batch : evaluation_batches<typename Network::value_type>(data))
    {
        votes.add(net.infer(batch, pass), batch);
    }
    confusion_matrix counts(std::max(net.outputs(), data.classes()));
    for (std::size_t owner = 0; owner < data.labels.size(); ++owner)
    {
        counts.add(static_cast<std::size_t>(data.labels[owner]), votes.decide(owner, voting::mean_probability));
    }
    return counts;
}
}
