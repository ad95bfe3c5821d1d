// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>
#include <dni/core/xtensor.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/batches.hpp>
#include <dni/eval/metrics.hpp>
#include <dni/eval/statistics.hpp>
#include <dni/eval/voting.hpp>
#include <dni/loss/softmax.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief How often and from which seed a network is evaluated.
struct evaluation_options
{
    std::size_t passes = 1;  //!< noisy passes, each counted for itself
    dni::seed seed = {1};
};

namespace detail
{
//! Labels and targets belong to what the network gives a row for.
template <class Network>
void check_owners(const data::sequences& data, const std::string& where)
{
    if (data.per != Network::output_rows)
    {
        const auto each = [](data::per owner) { return std::string("for each ") + (owner == data::per::sequence ? "sequence" : "step"); };
        throw shape_error(where, "labels or targets " + each(Network::output_rows) + ", as the network gives outputs", each(data.per));
    }
}

//! What can be counted right or wrong: data with a label below `classes` for each row the network gives.
template <class Network>
void check_labelled(const Network& net, const data::sequences& data, const char* where)
{
    if (data.labels.empty())
    {
        throw value_error(where, "data with labels", "none");
    }
    check_owners<Network>(data, where);
    data.check(net.outputs());
}

//! A population of chips is of interest where chips differ.
template <class Network>
void check_differs_by_chip(const Network& net, const char* where)
{
    if (!net.differs_by_chip())
    {
        throw value_error(where, "a network with noise that is drawn for a chip, as per_chip<…>", "none");
    }
}

template <class T>
matrix_view<T> as_matrix(tensor<T, 2>& values)
{
    return {values.data(), values.shape(0), values.shape(1), values.shape(1)};
}

template <class T>
matrix_view<const T> as_matrix(const tensor<T, 2>& values)
{
    return {values.data(), values.shape(0), values.shape(1), values.shape(1)};
}
}

//! @brief Outputs of one pass over a data set, in its own order: [S, O] where the network gives one row a sequence, [rows, O] where it
//!        gives one a step.
//! @param pass names the draws of the noise; the same key gives the same bits
//! @errors value_error for data without sequences, shape_error for data of other features
//! @cost one pass over the data
//! @verified tests/eval/predict_test.cpp
template <class Network>
auto predict(Network& net, const data::sequences& data, key pass = {})
{
    using T = typename Network::value_type;
    constexpr bool per_sequence = Network::output_rows == data::per::sequence;
    const std::size_t rows = per_sequence ? data.size() : data.values.shape(0);
    auto outputs = tensor<T, 2>::from_shape({rows, net.outputs()});
    const auto to = detail::as_matrix(outputs);
    for (const auto& batch : evaluation_batches<T>(data))
    {
        const auto from = net.infer(batch, pass);
        const auto& shape = batch.shape;
        for (std::size_t b = 0; b < shape.samples(); ++b)
        {
            if constexpr (per_sequence)
            {
                std::ranges::copy(from.row(b), to.row(shape.id(b)).begin());
            }
            else
            {
                for (std::size_t s = 0; s < shape.length(b); ++s)
                {
                    std::ranges::copy(from.row(shape.row(s, b)), to.row(data.offsets[shape.id(b)] + s).begin());
                }
            }
        }
    }
    return outputs;
}

//! @brief Softmax of `predict`: the probability of each class, [S, C] or [rows, C].
//! @verified tests/eval/predict_test.cpp
template <class Network>
auto probabilities(Network& net, const data::sequences& data, key pass = {})
{
    auto p = predict(net, data, pass);
    softmax(matrix_view<const typename Network::value_type>(detail::as_matrix(p)), detail::as_matrix(p));
    return p;
}

//! @brief Accuracy in [0, 1] over noisy passes: mean, deviation, interval. Of sequences, or of steps where the labels belong to steps.
//! @details Pass k = 0, 1, … draws from key(seed, evaluation, k).
//! @errors value_error for data without labels, labels beyond the outputs or no passes, shape_error where labels belong to what the network gives no row for
//! @cost `passes` passes over the data
//! @verified tests/eval/predict_test.cpp
template <class Network>
summary evaluate(Network& net, const data::sequences& data, const evaluation_options& options = {})
{
    detail::check_labelled(net, data, "evaluate");
    if (options.passes == 0)
    {
        throw value_error("evaluate", "at least one pass", "0");
    }
    const evaluation_batches<typename Network::value_type> batches(data);
    std::vector<double> accuracies;
    for (std::size_t pass = 0; pass < options.passes; ++pass)
    {
        std::size_t right = 0;
        for (const auto& batch : batches)
        {
            right += count_correct(net.infer(batch, key{options.seed}.with(purpose::evaluation).with(pass)), std::span<const std::int32_t>(batch.labels));
        }
        accuracies.push_back(static_cast<double>(right) / static_cast<double>(data.labels.size()));
    }
    return summarize_fractions(accuracies);
}

//! @brief The confusion matrix of one pass, over sequences, or over steps where the labels belong to steps.
//! @errors as `evaluate`
//! @verified tests/eval/predict_test.cpp
template <class Network>
confusion_matrix confuse(Network& net, const data::sequences& data, key pass = {})
{
    detail::check_labelled(net, data, "confuse");
    confusion_matrix counts(net.outputs());
    for (const auto& batch : evaluation_batches<typename Network::value_type>(data))
    {
        const auto outputs = net.infer(batch, pass);
        for (std::size_t r = 0; r < outputs.rows; ++r)
        {
            counts.add(static_cast<std::size_t>(batch.labels[r]), predicted_class(outputs.row(r)));
        }
    }
    return counts;
}

//! @brief Errors and R² of one pass against the data's targets, of sequences or of steps.
//! @errors shape_error for data without targets of the shape of the network's outputs
//! @verified tests/eval/predict_test.cpp
template <class Network>
regression_metrics measure_regression(Network& net, const data::sequences& data, key pass = {})
{
    const auto outputs = predict(net, data, pass);
    return measure_regression(detail::as_matrix(outputs), detail::as_matrix(data.targets));
}
}
