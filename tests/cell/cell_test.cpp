// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/rnn.hpp>
#include <dni/core/simd.hpp>
#include <dni/random/stream.hpp>

namespace cell_test
{
using namespace dni;

namespace
{
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

template <class Cell>
using element = cell::element<Cell, double>;

template <class Cell>
element<Cell> random_element(std::uint64_t s)
{
    stream random{key{seed{s}}};
    element<Cell> e{};
    for (double& v : e.in)
    {
        v = 2 * random.normal<double>();
    }
    for (const std::size_t row : Cell::carried)
    {
        e.last(row) = random.normal<double>();
    }
    return e;
}

//! Σ over the carried rows of weight · value, after forward.
template <class Cell>
double loss(element<Cell> e, const std::array<double, Cell::carried.size()>& weight)
{
    Cell::forward(e);
    double sum = 0;
    for (std::size_t i = 0; i < weight.size(); ++i)
    {
        sum += weight[i] * e[Cell::carried[i]];
    }
    return sum;
}
}

TEST_CASE("cell: rnn is φ(a)")
{
    for (const double a : {-1.3, 0.0, 0.4})
    {
        element<cell::rnn<>> e{};
        e.in[0] = a;
        cell::rnn<>::forward(e);
        CHECK(e[cell::rnn<>::h] == Approx(std::tanh(a)).epsilon(1e-14));
        element<cell::rnn<cell::relu>> r{};
        r.in[0] = a;
        cell::rnn<cell::relu>::forward(r);
        CHECK(r[cell::rnn<cell::relu>::h] == std::max(a, 0.0));
    }
}

TEST_CASE("cell: gru as PyTorch writes it, reset after the product")
{
    using cell::gru;
    auto e = random_element<gru>(1);
    gru::forward(e);
    const double r = sigmoid(e.in[gru::reset]);
    const double z = sigmoid(e.in[gru::update]);
    const double n = std::tanh(e.in[gru::candidate_x] + r * e.in[gru::candidate_h]);
    CHECK(e[gru::h] == Approx((1 - z) * n + z * e.last(gru::h)).epsilon(1e-13));
}

TEST_CASE("cell: lstm as PyTorch writes it")
{
    using cell::lstm;
    auto e = random_element<lstm>(2);
    lstm::forward(e);
    const double c = sigmoid(e.in[1]) * e.last(lstm::c) + sigmoid(e.in[0]) * std::tanh(e.in[2]);
    CHECK(e[lstm::c] == Approx(c).epsilon(1e-13));
    CHECK(e[lstm::h] == Approx(sigmoid(e.in[3]) * std::tanh(c)).epsilon(1e-13));
}

TEMPLATE_TEST_CASE("cell: the adjoint is the derivative of every carried row by every pre-activation and carried row", "", cell::rnn<>,
                   cell::rnn<cell::relu>, cell::gru, cell::lstm)
{
    using Cell = TestType;
    for (std::uint64_t s = 1; s < 30; ++s)
    {
        const auto start = random_element<Cell>(s);
        std::array<double, Cell::carried.size()> weight{};
        stream random{key{seed{s}}.with(5)};
        for (double& w : weight)
        {
            w = random.normal<double>();
        }
        auto e = start;
        Cell::forward(e);
        element<Cell> d{};
        for (std::size_t i = 0; i < weight.size(); ++i)
        {
            d[Cell::carried[i]] = weight[i];
        }
        Cell::adjoint(e, d);

        const auto difference = [&](auto&& place)
        {
            auto up = start;
            auto down = start;
            place(up) += 1e-6;
            place(down) -= 1e-6;
            return (loss<Cell>(up, weight) - loss<Cell>(down, weight)) / 2e-6;
        };
        for (std::size_t p = 0; p < Cell::products.size(); ++p)
        {
            CHECK(std::abs(difference([p](auto& at) -> double& { return at.in[p]; }) - d.in[p]) < 1e-8);
        }
        for (const std::size_t row : Cell::carried)
        {
            CHECK(std::abs(difference([row](auto& at) -> double& { return at.last(row); }) - d.last(row)) < 1e-8);
        }
    }
}

TEMPLATE_TEST_CASE("cell: lanes of a batch do what numbers do", "", cell::rnn<>, cell::rnn<cell::relu>, cell::gru, cell::lstm)
{
    using Cell = TestType;
    using V = simd::batch<double>;
    cell::element<Cell, V> lanes;
    lanes.row.fill(V(0.0));
    lanes.before.fill(V(0.0));
    const auto one = random_element<Cell>(4);
    for (std::size_t p = 0; p < Cell::products.size(); ++p)
    {
        lanes.in[p] = V(one.in[p]);
    }
    for (const std::size_t row : Cell::carried)
    {
        lanes.last(row) = V(one.last(row));
    }
    auto e = one;
    Cell::forward(e);
    Cell::forward(lanes);
    for (std::size_t row = 0; row < Cell::rows; ++row)
    {
        CHECK(std::abs(simd::sum<double>(lanes[row]) / static_cast<double>(V::size) - e[row]) < 1e-14);
    }
}

TEST_CASE("cell: names, and the gate that starts open")
{
    CHECK(std::string(cell::rnn<>::name) == "rnn<tanh>");
    CHECK(std::string(cell::rnn<cell::relu>::name) == "rnn<relu>");
    CHECK(std::string(cell::gru::name) == "gru");
    CHECK(std::string(cell::lstm::name) == "lstm");
    CHECK(cell::lstm::open_gate == cell::lstm::f);
}
}
