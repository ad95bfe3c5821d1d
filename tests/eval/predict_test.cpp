// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "eval/tiny.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include <dni/eval/predict.hpp>
#include <dni/noise/level.hpp>

namespace predict_test
{
using namespace dni;

namespace
{
//! The outputs of one sequence alone, as predict would give them.
template <class Network>
bool equals_alone(Network& net, const data::sequences& data, const tensor<float, 2>& outputs, key pass)
{
    bool equal = true;
    for (std::size_t i = 0; i < data.size(); ++i)
    {
        data::batch<float> batch;
        batch.fill(data, std::vector<std::size_t>{i});
        const auto alone = net.infer(batch, pass);
        const std::size_t first = Network::output_rows == data::per::sequence ? i : data.offsets[i];
        for (std::size_t r = 0; r < alone.rows; ++r)
        {
            equal = equal && std::ranges::equal(alone.row(r), std::span<const float>(outputs.data() + (first + r) * net.outputs(), net.outputs()));
        }
    }
    return equal;
}

template <class Network>
void check_order()
{
    auto net = tiny::make<Network>();
    net.noise_level(snr_db{5});
    const auto data = tiny::some(40, seed{3});
    const key pass{seed{4}};
    const auto outputs = predict(net, data, pass);
    CHECK(outputs.shape(0) == (Network::output_rows == data::per::sequence ? data.size() : data.values.shape(0)));
    CHECK(equals_alone(net, data, outputs, pass));
    CHECK_FALSE(equals_alone(net, data, outputs, pass.with(1)));
}

template <class Network>
void check_labelled()
{
    auto net = tiny::make<Network>();
    const auto data = tiny::labelled(60, net);
    const auto exact = evaluate(net, data, {.passes = 3});
    CHECK(exact.mean == 1);
    CHECK(exact.deviation == 0);
    const auto sure = confuse(net, data);
    CHECK(sure.accuracy() == 1);

    net.noise_level(snr_db{-5});
    const auto noisy = evaluate(net, data, {.passes = 4, .seed = {3}});
    CHECK(noisy.mean < 0.9);
    CHECK(noisy.deviation > 0);
    CHECK(noisy.low < noisy.mean);
    CHECK(noisy.mean == evaluate(net, data, {.passes = 4, .seed = {3}}).mean);
    CHECK(noisy.mean != evaluate(net, data, {.passes = 4, .seed = {4}}).mean);

    const key pass{seed{7}};
    const auto counts = confuse(net, data, pass);
    const auto outputs = predict(net, data, pass);
    const matrix_view<const float> rows{outputs.data(), outputs.shape(0), outputs.shape(1), outputs.shape(1)};
    CHECK(counts.accuracy() == accuracy(rows, std::span<const std::int32_t>(data.labels)));
}
}

TEST_CASE("predict gives each sequence its own outputs, whatever batch it was in") { check_order<tiny::per_sequence>(); }

TEST_CASE("predict gives each step its own outputs, whatever batch it was in") { check_order<tiny::per_step>(); }

TEST_CASE("evaluate and confuse count sequences") { check_labelled<tiny::per_sequence>(); }

TEST_CASE("evaluate and confuse count steps") { check_labelled<tiny::per_step>(); }

TEST_CASE("probabilities are the softmax of the outputs")
{
    auto net = tiny::make();
    const auto data = tiny::some(10, seed{3});
    const auto p = probabilities(net, data);
    const auto outputs = predict(net, data);
    for (std::size_t i = 0; i < data.size(); ++i)
    {
        double sum = 0;
        for (std::size_t c = 0; c < net.outputs(); ++c)
        {
            sum += static_cast<double>(p(i, c));
            CHECK(std::log(p(i, c) / p(i, 0)) == Approx(outputs(i, c) - outputs(i, 0)).margin(1e-5));
        }
        CHECK(sum == Approx(1));
    }
}

TEST_CASE("regression of a network against targets")
{
    auto net = tiny::make();
    auto data = tiny::some(20, seed{3});
    data.targets = predict(net, data);
    CHECK(measure_regression(net, data).mean_squared_error == 0);
    CHECK(measure_regression(net, data).r_squared == 1);
    for (float& target : data.targets)
    {
        target += 0.5f;
    }
    const auto off = measure_regression(net, data);
    CHECK(off.mean_squared_error == Approx(0.25));
    CHECK(off.mean_absolute_error == Approx(0.5));
    data.targets = tensor<float, 2>::from_shape({0, 0});
    CHECK_THROWS_AS(measure_regression(net, data), shape_error);
}

TEST_CASE("data that a network cannot be evaluated on are refused")
{
    auto net = tiny::make();
    auto data = tiny::labelled(10, net);
    CHECK_THROWS_AS(evaluate(net, data, {.passes = 0}), value_error);

    auto beyond = data;
    beyond.labels[3] = 4;  // the network has outputs 0 … 3
    CHECK_THROWS_AS(evaluate(net, beyond), value_error);
    CHECK_THROWS_AS(confuse(net, beyond), value_error);

    auto unlabelled = data;
    unlabelled.labels.clear();
    CHECK_THROWS_AS(evaluate(net, unlabelled), value_error);
    CHECK_THROWS_AS(confuse(net, unlabelled), value_error);

    auto of_steps = data;
    tiny::label(of_steps, tiny::make<tiny::per_step>());
    CHECK_THROWS_AS(evaluate(net, of_steps), shape_error);
    auto stepwise = tiny::make<tiny::per_step>();
    CHECK_THROWS_AS(evaluate(stepwise, data), shape_error);

    auto wide = data;
    wide.values = tensor<float, 2>::from_shape({data.values.shape(0), 4});
    std::fill(wide.values.begin(), wide.values.end(), 0.f);
    CHECK_THROWS_AS(predict(net, wide), shape_error);
    CHECK_THROWS_AS(predict(net, data::sequences{}), value_error);
}
}
