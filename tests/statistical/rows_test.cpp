// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/random_sequences.hpp"
#include "support/same_bits.hpp"
#include "support/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/noise_at_rows.hpp>
#include <dni/cell/policies_of_cell.hpp>
#include <dni/crossbar/memory_array.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>

namespace rows_test
{
using namespace dni;

namespace
{
using absolute = noise::gaussian<sigma>;
using cell::lstm;

template <class Noise>
using inside_lstm = policies_of_cell<policies<Noise>, lstm>;

//! An LSTM whose weights are zero: i = f = o = 1/2, c = 0, so h' = o tanh c' shows the noise at the rows behind.
template <class Noise>
auto make()
{
    network<recurrent<lstm, policies<Noise>>> net(3, seed{1}, {16, 1, 0.0});
    support::clear_weights(net);
    net.noise_level(sigma{1});
    return net;
}

const auto batch = support::batch_of<float>(support::random_sequences(std::vector<std::size_t>(100, 10), 3));
const key pass{seed{1}};

template <class Net>
std::vector<float> outputs(Net&& net, key of = pass)
{
    return support::elements(net.infer(batch, of));
}

//! What a noise of level 1 at the row adds to zeros.
template <class Noise, std::size_t Row>
std::vector<double> drawn()
{
    product_sources<inside_lstm<Noise>> sources;
    sources.for_each([](auto& part) { part.level = sigma{1}; });
    std::vector<double> y(2000);
    sources.template apply<noise::site_of_row(Row), double>(y, {pass});
    return y;
}
}

TEST_CASE("rows: noise at the hidden state is what the layer gives, normal and fresh for each sample and step")
{
    auto net = make<noise::at_hidden_state<absolute>>();
    const auto y = outputs(net);
    const auto m = support::moments_of(y);
    CHECK(std::abs(m.mean) < support::mean_bound(y.size()));
    CHECK(std::abs(m.variance - 1) < support::variance_bound(y.size()));
    CHECK(std::abs(support::correlation(y, std::span(y).subspan(16))) < support::correlation_bound(y.size()));      // samples
    CHECK(std::abs(support::correlation(y, std::span(y).subspan(1600))) < support::correlation_bound(y.size()));    // steps
    CHECK(outputs(net) == y);
    net.threads(3);
    CHECK(support::same_bits(outputs(net), y));

    recurrent_state<float> state;
    net.infer(batch, pass, &state);
    CHECK(support::same_bits(support::elements(state[0].view()), std::span(y).last(1600)));  // and what the next step sees
}

TEST_CASE("rows: the layer computes from a row what it is with the noise")
{
    // h = o (tanh c + ξ), o = 1/2
    const auto y = outputs(make<noise::at_row<absolute, lstm::t>>());
    CHECK(std::abs(support::moments_of(y).variance - 0.25) < support::variance_bound(y.size(), 0.5));
    // a gate of products that are zero does nothing
    CHECK(std::ranges::all_of(outputs(make<noise::at_row<absolute, lstm::f>>()), [](float h) { return h == 0; }));
    // c' = c / 2 + ξ, a sum of all steps so far
    const auto h = outputs(make<noise::at_cell_state<absolute>>());
    const auto of_step = [&](std::size_t step) { return support::moments_of(std::span(h).subspan(step * 1600, 1600)).variance; };
    CHECK(of_step(9) > 1.1 * of_step(0));
}

TEST_CASE("rows: a lifetime keeps a draw as at a product")
{
    const auto y = outputs(make<noise::per_sequence<noise::at_hidden_state<absolute>>>());
    CHECK(std::equal(y.begin(), y.end() - 1600, y.begin() + 1600));  // the same at each step
    CHECK(std::abs(support::correlation(std::span(y).first(1600), std::span(y).subspan(16, 1584))) < support::correlation_bound(1584));

    auto chip_net = make<noise::per_chip<noise::at_hidden_state<absolute>>>();
    const auto on_first = outputs(chip_net);
    CHECK(outputs(chip_net, key{seed{2}}) == on_first);
    chip_net.chip(chip{1});
    CHECK(outputs(chip_net) != on_first);
}

TEST_CASE("rows: no two of them share a draw")
{
    using gates = noise::at_gates<absolute>;
    const auto i = drawn<gates, lstm::i>();
    const auto f = drawn<gates, lstm::f>();
    CHECK(std::abs(support::moments_of(i).variance - 1) < support::variance_bound(i.size()));
    CHECK(std::abs(support::correlation(i, f)) < support::correlation_bound(i.size()));
    CHECK(drawn<gates, lstm::c>() == std::vector<double>(2000));
    CHECK(drawn<noise::at_row<absolute, lstm::f>, lstm::i>() == std::vector<double>(2000));
}

TEST_CASE("rows: a layer has of a policy what it has places for")
{
    using noise::site;
    STATIC_REQUIRE(std::is_same_v<inside_lstm<absolute>, policies<absolute>>);
    STATIC_REQUIRE(std::is_same_v<inside_lstm<noise::at_row<absolute, cell::gru::z>>, policies<noise::at_row<absolute, cell::gru::z>>>);
    STATIC_REQUIRE(std::is_same_v<policies_of_cell<policies<noise::at_cell_state<absolute>>, cell::gru>, policies<noise::at_cell_state<absolute>>>);
    using gates = product_sources<inside_lstm<noise::at_gates<absolute>>>;
    STATIC_REQUIRE(std::tuple_size_v<gates::tuple> == 5);
    STATIC_REQUIRE(gates::acts<noise::site_of_row(lstm::o)>);
    STATIC_REQUIRE(!gates::acts<noise::site_of_row(lstm::c)>);
    STATIC_REQUIRE(!gates::acts<site::output>);
    STATIC_REQUIRE(std::is_empty_v<noise::sources<noise::at_gates<absolute>>>);
    STATIC_REQUIRE(noise::model_at<absolute, site::row>);
    STATIC_REQUIRE(!noise::model_at<noise::gaussian<relative_to_wmax>, site::row>);
    STATIC_REQUIRE(!noise::model_at<noise::gaussian<relative_to_largest_product>, site::row>);
}
}
