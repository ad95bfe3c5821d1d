// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/gradient_check.hpp"

#include <cstddef>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/crossbar/mapping.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>

namespace mapping_test
{
using namespace dni;

//! Weights in several arrays: gradients equal central differences in double, with relative noise at all sites of every array.
namespace
{
using relative = noise::gaussian<snr_db>;
template <class Mapping>
using mapped = policies<noise::all<noise::at_input<relative>, noise::at_weights<relative>, relative>, precision::float64, Mapping>;

template <class Network>
void check(Network net)
{
    support::roughen(net, seed{2});
    support::switch_on_noise(net);
    auto batch = support::random_batch(std::vector<std::size_t>{2, 4, 1, 4}, net.inputs(), seed{3});
    const auto error = support::check_gradient(net, batch);
    CAPTURE(error.weights, error.inputs);
    CHECK(error.weights <= 1e-9);
    CHECK(error.inputs <= 1e-9);
}
}

TEST_CASE("gradients where x and h have arrays of their own")
{
    using hardware = mapped<mapping::separate>;
    check(network<recurrent<cell::lstm, hardware>, dense<hardware>>(3, seed{1}, {4, 2}, {2}, true));
}

TEST_CASE("gradients where arrays are smaller than the matrices")
{
    using hardware = mapped<mapping::tiles<3, 5>>;
    check(network<recurrent<cell::gru, hardware>, dense<hardware>>(2, seed{1}, {5}, {7}, true));
}
}
