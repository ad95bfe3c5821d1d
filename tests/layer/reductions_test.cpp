// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/random_sequences.hpp"
#include "support/same_bits.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/mean_over_time.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>

namespace reductions_test
{
using namespace dni;

namespace
{
const std::vector<std::size_t> lengths{2, 5, 1, 5, 3};

using rows_to_samples = policies<noise::none, precision::float64>;

//! Layers without parameters need one with a number type beside them; this one passes rows on.
struct pass_on : plain_layer
{
    using plain_layer::plain_layer;
    using T = double;
    static constexpr bool accepts(data::per) noexcept { return true; }
    static constexpr data::per gives(data::per rows) noexcept { return rows; }
    std::string name() const { return "pass on"; }

    void forward(const pass_context<T>&, matrix_view<const T> in, matrix_view<T> out, std::span<workspace_matrix<T>>) const
    {
        copy(in, out);
    }
    void backward(const pass_context<T>&, matrix_view<const T>, matrix_view<const T> d_out, matrix_view<T> d_in, std::span<T>) const
    {
        if (d_in.data)
        {
            copy(d_out, d_in);
        }
    }

private:
    static void copy(matrix_view<const T> from, matrix_view<T> to)
    {
        for (std::size_t r = 0; r < from.rows; ++r)
        {
            std::ranges::copy(from.row(r), to.row(r).begin());
        }
    }
};

template <class Reduction>
network<pass_on, Reduction> net_of(std::size_t features)
{
    return network<pass_on, Reduction>(features, seed{1}, {}, {}, true);
}

//! Sets ∂L/∂y [B, F] to 1, 2, 3 …, runs backward and gives ∂L/∂x.
template <class Net>
matrix_view<const double> gradient_of(Net& net, const data::batch<double>& batch, std::size_t columns)
{
    workspace_matrix<double> work;
    const auto d = work.resize(batch.shape.samples(), columns);
    for (std::size_t b = 0; b < d.rows; ++b)
    {
        for (std::size_t f = 0; f < columns; ++f)
        {
            d.row(b)[f] = static_cast<double>(1 + b * columns + f);
        }
    }
    net.forward(batch, key{seed{1}});
    net.backward(d);
    return net.input_gradient();
}
}

TEST_CASE("last_step: each sequence's own last step, and its gradient goes back there alone")
{
    const auto batch = support::batch_of<double>(support::random_sequences(lengths, 3));
    auto net = net_of<last_step>(3);
    const auto y = net.infer(batch, key{seed{1}});
    REQUIRE(y.rows == 5);
    for (std::size_t b = 0; b < 5; ++b)
    {
        CHECK(std::ranges::equal(y.row(b), batch.values.view().row(batch.shape.row(batch.shape.length(b) - 1, b))));
    }
    const auto g = gradient_of(net, batch, 3);
    for (std::size_t b = 0; b < 5; ++b)
    {
        for (std::size_t s = 0; s < batch.shape.length(b); ++s)
        {
            const bool last = s + 1 == batch.shape.length(b);
            CHECK(g.row(batch.shape.row(s, b))[1] == (last ? static_cast<double>(2 + 3 * b) : 0.0));
        }
    }
}

TEST_CASE("mean_over_time: the mean of each sequence over its own length")
{
    const auto batch = support::batch_of<double>(support::random_sequences(lengths, 2));
    auto net = net_of<mean_over_time>(2);
    const auto y = net.infer(batch, key{seed{1}});
    for (std::size_t b = 0; b < 5; ++b)
    {
        double sum = 0;
        for (std::size_t s = 0; s < batch.shape.length(b); ++s)
        {
            sum += batch.values.view().row(batch.shape.row(s, b))[1];
        }
        CHECK(std::abs(y.row(b)[1] - sum / static_cast<double>(batch.shape.length(b))) < 1e-15);
    }
    const auto g = gradient_of(net, batch, 2);
    for (std::size_t b = 0; b < 5; ++b)
    {
        for (std::size_t s = 0; s < batch.shape.length(b); ++s)
        {
            CHECK(g.row(batch.shape.row(s, b))[0] == static_cast<double>(1 + 2 * b) / static_cast<double>(batch.shape.length(b)));
        }
    }
}

TEST_CASE("final_states: the forward half where the sequence ends, the reverse half where it begins")
{
    const auto batch = support::batch_of<double>(support::random_sequences(lengths, 4));
    auto net = net_of<final_states>(4);
    const auto y = net.infer(batch, key{seed{1}});
    for (std::size_t b = 0; b < 5; ++b)
    {
        const auto last = batch.values.view().row(batch.shape.row(batch.shape.length(b) - 1, b));
        const auto first = batch.values.view().row(batch.shape.row(0, b));
        CHECK(std::vector<double>{y.row(b)[0], y.row(b)[1], y.row(b)[2], y.row(b)[3]} == std::vector<double>{last[0], last[1], first[2], first[3]});
    }
    const auto g = gradient_of(net, batch, 4);
    for (std::size_t b = 0; b < 5; ++b)
    {
        for (std::size_t s = 0; s < batch.shape.length(b); ++s)
        {
            CHECK(g.row(batch.shape.row(s, b))[0] == (s + 1 == batch.shape.length(b) ? static_cast<double>(1 + 4 * b) : 0.0));
            CHECK(g.row(batch.shape.row(s, b))[2] == (s == 0 ? static_cast<double>(3 + 4 * b) : 0.0));
        }
    }
}

TEST_CASE("final_states: behind a bidirectional layer they are the states the layer carries out")
{
    using net_t = network<bidirectional<cell::gru, rows_to_samples>, final_states>;
    net_t net({.inputs = 3, .hidden = 4}, seed{1});
    const auto batch = support::batch_of<double>(support::random_sequences(lengths, 3));
    recurrent_state<double> state;
    const auto y = net.infer(batch, key{seed{1}}, &state);
    REQUIRE(state.size() == 2);
    for (std::size_t b = 0; b < 5; ++b)
    {
        CHECK(std::ranges::equal(y.row(b).first(4), state[0].view().row(b)));
        CHECK(std::ranges::equal(y.row(b).subspan(4), state[1].view().row(b)));
    }
}
}
