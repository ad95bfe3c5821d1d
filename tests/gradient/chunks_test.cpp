// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/gradient_check.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/core/error.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>

namespace chunks_test
{
using namespace dni;

//! Long sequences in chunks, with carried state: truncated back-propagation through time.
namespace
{
using relative = noise::gaussian<snr_db>;
using noisy = policies<noise::all<noise::at_input<relative>, noise::at_weights<noise::gaussian<sigma>>, relative>, precision::float64>;

template <class Cell>
using chunked = network<recurrent<Cell, noisy>, dense<noisy>>;

data::batch<double> ragged()
{
    const std::vector<std::size_t> lengths{4, 9, 1, 7, 4};
    auto batch = support::random_batch(lengths, 3, seed{3});
    batch.per = data::per::step;
    return batch;
}

template <class Cell>
chunked<Cell> rough(double dropout = 0)
{
    chunked<Cell> net(3, seed{1}, {5, 2, dropout}, {2}, true);
    support::roughen(net, seed{2});
    support::switch_on_noise(net);
    return net;
}

//! f(chunk) for each chunk of `count` steps.
template <class F>
void for_each_chunk(const data::batch<double>& batch, std::size_t count, F&& f)
{
    for (std::size_t first = 0; first < batch.shape.steps(); first += count)
    {
        auto chunk = batch.steps(first, count);
        f(chunk);
    }
}

//! The outputs of all chunks, one after the other, are those of the whole to the last bit: noise and dropout are drawn by absolute step.
template <class Cell, class Pass>
void check_values(chunked<Cell> net, Pass&& pass)
{
    const auto batch = ragged();
    std::vector<double> whole;
    const auto append = [](std::vector<double>& to, matrix_view<const double> rows)
    {
        for (std::size_t r = 0; r < rows.rows; ++r)
        {
            to.insert(to.end(), rows.row(r).begin(), rows.row(r).end());
        }
    };
    append(whole, pass(net, batch, nullptr));
    for (std::size_t count = 1; count <= batch.shape.steps() + 1; ++count)
    {
        INFO("chunks of " << count << " steps");
        std::vector<double> pieces;
        recurrent_state<double> state;
        for_each_chunk(batch, count, [&](const data::batch<double>& chunk) { append(pieces, pass(net, chunk, &state)); });
        CHECK(pieces == whole);
    }
}

const auto infer = [](auto& net, const auto& batch, recurrent_state<double>* state) { return net.infer(batch, key{seed{5}}, state); };
const auto forward = [](auto& net, const auto& batch, recurrent_state<double>* state) { return net.forward(batch, key{seed{5}}, state); };

template <class Cell>
void check_gradients()
{
    auto net = rough<Cell>();
    const auto batch = ragged();
    recurrent_state<double> state;
    for_each_chunk(batch, 4,
                   [&](data::batch<double>& chunk)
                   {
                       const auto error = support::check_gradient(net, chunk, state);
                       CHECK(error.weights <= 1e-9);
                       CHECK(error.inputs <= 1e-9);
                       net.infer(chunk, key{seed{5}}, &state);
                   });
}
}

TEST_CASE("lstm: a batch in chunks with carried state gives the outputs of the whole")
{
    check_values(rough<cell::lstm>(), infer);
    check_values(rough<cell::lstm>(0.4), forward);
}

TEST_CASE("gru: a batch in chunks with carried state gives the outputs of the whole")
{
    check_values(rough<cell::gru>(), infer);
    check_values(rough<cell::gru>(0.4), forward);
}

TEST_CASE("lstm: the gradient of a chunk is that of its own steps from the state it began with")
{
    check_gradients<cell::lstm>();
}

TEST_CASE("gru: the gradient of a chunk is that of its own steps from the state it began with")
{
    check_gradients<cell::gru>();
}

TEST_CASE("one chunk as long as the batch has the gradient of the whole")
{
    auto net = rough<cell::lstm>(0.4);
    const auto batch = ragged();
    const auto gradient = [&](const data::batch<double>& of, recurrent_state<double>* state)
    {
        net.backward(net.forward(of, key{seed{5}}, state));
        return std::vector<double>(net.gradient().begin(), net.gradient().end());
    };
    recurrent_state<double> state;
    CHECK(std::ranges::equal(gradient(batch.steps(0, batch.shape.steps()), &state), gradient(batch, nullptr)));
}

TEST_CASE("the inputs of the last chunk have the gradient they have in the whole, those before it lose what crosses the cut")
{
    auto net = rough<cell::lstm>();
    const auto batch = ragged();
    constexpr std::size_t last = 8;
    const auto input_gradient = [&](const data::batch<double>& of, recurrent_state<double>* state)
    {
        net.backward(net.forward(of, key{seed{5}}, state));
        std::vector<std::vector<double>> rows;
        for (std::size_t r = 0; r < of.shape.rows(); ++r)
        {
            rows.emplace_back(net.input_gradient().row(r).begin(), net.input_gradient().row(r).end());
        }
        return rows;
    };
    const auto whole = input_gradient(batch, nullptr);
    recurrent_state<double> state;
    const auto before = input_gradient(batch.steps(0, last), &state);
    const auto after = input_gradient(batch.steps(last, 1), &state);
    REQUIRE(after.size() == 1); // one sample has nine steps
    CHECK(after.back() == whole.back());
    CHECK(before.back() != whole[before.size() - 1]);
}

TEST_CASE("carried rows of another width are refused")
{
    const auto batch = ragged();
    recurrent_state<double> state;
    chunked<cell::lstm>(3, seed{1}, {64, 2}, {2}).infer(batch, key{}, &state);
    CHECK_THROWS_AS((chunked<cell::lstm>(3, seed{1}, {5, 2}, {2}).infer(batch, key{}, &state)), shape_error);
}
}
