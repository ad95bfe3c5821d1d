// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <dni/core/xtensor.hpp>
#include <dni/data/batch.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/embedding.hpp>
#include <dni/layer/network.hpp>
#include <dni/random/stream.hpp>

namespace embedding_test
{
using namespace dni;

namespace
{
using exact = policies<noise::none, precision::float64>;
using one_hot_net = network<one_hot, dense<exact>>;
using embedding_net = network<embedding<precision::float64>, dense<exact>>;

data::batch<double> tokens(const std::vector<double>& of_one_sequence)
{
    auto x = tensor<double, 3>::from_shape({of_one_sequence.size(), 1, 1});
    std::ranges::copy(of_one_sequence, x.begin());
    return data::pack<double>(x, std::vector<std::size_t>{of_one_sequence.size()});
}
}

TEST_CASE("embedding: each token's row of the weights")
{
    embedding_net net(1, seed{1}, {5, 3}, {2});
    CHECK(net.parameters()["0.weight"].shape == std::vector<std::size_t>{5, 3});
    net.infer(tokens({4, 0, 2, 4}), key{seed{1}});
    const auto y = net.activation(0);
    REQUIRE(y.rows == 4);
    const auto w = net.weights();
    for (std::size_t e = 0; e < 3; ++e)
    {
        CHECK(y.row(0)[e] == w[4 * 3 + e]);
        CHECK(y.row(1)[e] == w[e]);
        CHECK(y.row(2)[e] == w[2 * 3 + e]);
        CHECK(y.row(3)[e] == w[4 * 3 + e]);
    }
}

TEST_CASE("one_hot: unit vectors, a dense layer behind them is an embedding")
{
    one_hot_net net(1, seed{1}, {4}, {3});
    const auto y = net.infer(tokens({2, 0}), key{seed{1}});
    CHECK(std::ranges::equal(net.activation(0).row(0), std::vector<double>{0, 0, 1, 0}));
    CHECK(std::ranges::equal(net.activation(0).row(1), std::vector<double>{1, 0, 0, 0}));
    const auto w = net.weights();
    for (std::size_t o = 0; o < 3; ++o)
    {
        CHECK(y.row(0)[o] == w[o * 4 + 2]);
        CHECK(y.row(1)[o] == w[o * 4]);
    }
}

TEST_CASE("embedding and one_hot: a token that is none, is beyond the classes or is no integer")
{
    one_hot_net first(1, seed{1}, {4}, {3});
    embedding_net second(1, seed{1}, {4, 2}, {3});
    for (const double bad : {-1.0, 4.0, 1.5, std::nan(""), std::numeric_limits<double>::infinity()})
    {
        CHECK_THROWS_WITH(first.infer(tokens({0, bad}), key{}), support::contains("one_hot: expected a token in 0 … 3"));
        CHECK_THROWS_WITH(second.infer(tokens({0, bad}), key{}), support::contains("embedding: expected a token in 0 … 3"));
    }
    CHECK_NOTHROW(first.infer(tokens({0, 3}), key{}));
    CHECK_NOTHROW(second.infer(tokens({0, 3}), key{}));
}

TEST_CASE("embedding and one_hot: sizes that make no sense")
{
    CHECK_THROWS_AS(one_hot_net(2, seed{1}, {4}, {3}), shape_error);
    CHECK_THROWS_AS(one_hot_net(1, seed{1}, {0}, {3}), shape_error);
    CHECK_THROWS_AS(embedding_net(2, seed{1}, {4, 2}, {3}), shape_error);
    CHECK_THROWS_AS(embedding_net(1, seed{1}, {0, 2}, {3}), shape_error);
    CHECK_THROWS_AS(embedding_net(1, seed{1}, {4, 0}, {3}), shape_error);
}
}
