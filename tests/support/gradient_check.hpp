// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <dni/core/matrix.hpp>
#include <dni/core/workspace.hpp>
#include <dni/core/xtensor.hpp>
#include <dni/data/batch.hpp>
#include <dni/layer/pass_context.hpp>
#include <dni/noise/level.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>

namespace support
{
//! The largest |analytic − numeric| / (1 + |numeric|), over all weights and over all elements of the input. NaN stays NaN.
struct gradient_errors
{
    double weights = 0;
    double inputs = 0;
};

inline double worse(double worst, double analytic, double numeric)
{
    const double error = std::abs(analytic - numeric) / (1 + std::abs(numeric));
    return error > worst || std::isnan(error) ? error : worst;
}

//! The derivative of loss() by the number that set() sets, at `at`: central differences of fourth order.
template <class Set, class Loss>
double central_difference(double at, double step, Set&& set, Loss&& loss)
{
    const auto shifted = [&](double by)
    {
        set(at + by);
        return loss();
    };
    const double near = shifted(step) - shifted(-step);
    const double far = shifted(2 * step) - shifted(-2 * step);
    set(at);
    return (8 * near - far) / (12 * step);
}

//! A batch of normal numbers [N, features] of these lengths.
inline dni::data::batch<double> random_batch(std::span<const std::size_t> lengths, std::size_t features, dni::seed seed)
{
    std::size_t steps = 0;
    for (const std::size_t length : lengths)
    {
        steps = std::max(steps, length);
    }
    auto values = dni::tensor<double, 3>::from_shape({steps, lengths.size(), features});
    dni::stream random{dni::key{seed}};
    for (double& value : values)
    {
        value = random.normal<double>();
    }
    return dni::data::pack<double>(values, lengths);
}

//! Moves all weights off the special places they start at: biases off zero, feedback off orthogonality.
template <class Network>
void roughen(Network& net, dni::seed seed)
{
    dni::stream random{dni::key{seed}};
    for (double& weight : net.weights())
    {
        weight += 0.25 * random.normal<double>();
    }
}

//! A level for every noise that has one: 6 dB, or 0.3.
template <class Network>
void switch_on_noise(Network& net)
{
    net.for_each_noise(
        [](auto& part)
        {
            if constexpr (requires { part.level = dni::snr_db{6}; })
            {
                part.level = dni::snr_db{6};
            }
            else if constexpr (requires { part.level.value; })
            {
                part.level.value = 0.3;
            }
        });
}

//! Compares backward with differences of the training pass under one key, which fixes noise and dropout, for L = Σ c · outputs with random c.
//! @param state carried rows at the start, held fixed
template <class Network>
gradient_errors check_gradient(Network& net, dni::data::batch<double>& batch, const dni::recurrent_state<double>& state = {}, double step = 1e-4)
{
    const dni::key pass{dni::seed{5}};
    const auto forward = [&]
    {
        auto carried = state;
        return net.forward(batch, pass, &carried);
    };
    const auto outputs = forward();
    dni::workspace_matrix<double> coefficients;
    const auto c = coefficients.resize(outputs.rows, outputs.columns);
    dni::stream random{dni::key{dni::seed{6}}};
    for (std::size_t r = 0; r < c.rows; ++r)
    {
        for (double& value : c.row(r))
        {
            value = random.normal<double>();
        }
    }
    net.backward(c);
    const std::vector<double> gradient(std::as_const(net).gradient().begin(), std::as_const(net).gradient().end());
    std::vector<double> input_gradient;
    for (std::size_t r = 0; r < net.input_gradient().rows; ++r)
    {
        const auto row = net.input_gradient().row(r);
        input_gradient.insert(input_gradient.end(), row.begin(), row.end());
    }

    const auto loss = [&]
    {
        const auto y = forward();
        double sum = 0;
        for (std::size_t r = 0; r < c.rows; ++r)
        {
            for (std::size_t j = 0; j < c.columns; ++j)
            {
                sum += c.row(r)[j] * y.row(r)[j];
            }
        }
        return sum;
    };
    gradient_errors worst;
    for (std::size_t i = 0; i < gradient.size(); ++i)
    {
        const auto set = [&](double value) { net.weights()[i] = value; };
        worst.weights = worse(worst.weights, gradient[i], central_difference(std::as_const(net).weights()[i], step, set, loss));
    }
    for (std::size_t i = 0; i < input_gradient.size(); ++i)
    {
        double& x = batch.values.view().row(i / batch.features())[i % batch.features()];
        const auto set = [&](double value) { x = value; };
        worst.inputs = worse(worst.inputs, input_gradient[i], central_difference(x, step, set, loss));
    }
    return worst;
}
}
