// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/random_sequences.hpp"
#include "support/same_bits.hpp"
#include "support/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <dni/cell/lstm.hpp>
#include <dni/layer/dropout.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>

namespace dropout_test
{
using namespace dni;

namespace
{
struct bench
{
    data::sequences set = support::random_sequences(support::ragged(60, 12), 20);
    data::batch<float> batch = support::batch_of<float>(set);
    thread_pool pool{2};
    workspace_matrix<float> out;

    bench()
    {
        for (std::size_t r = 0; r < batch.shape.rows(); ++r)
        {
            std::ranges::fill(batch.values.view().row(r), 3.0f);
        }
    }

    matrix_view<const float> apply(double probability, key pass)
    {
        const pass_context<float> context{batch.shape, pass, {}, true, {}, 0, pool};
        const auto to = out.resize(batch.shape.rows(), 20);
        dropout<float>(probability).apply(context, batch.values.view(), to);
        return to;
    }
};
}

TEST_CASE("dropout: elements vanish with its probability, the others grow to keep the mean")
{
    bench test;
    for (const double p : {0.1, 0.5, 0.8})
    {
        const auto y = test.apply(p, key{seed{1}});
        const std::size_t n = y.rows * y.columns;
        std::size_t zeros = 0;
        bool others_scaled = true;
        for (std::size_t r = 0; r < y.rows; ++r)
        {
            for (std::size_t f = 0; f < 20; ++f)
            {
                const float v = y.row(r)[f];
                zeros += v == 0 ? 1u : 0u;
                others_scaled = others_scaled && (v == 0 || v == 3.0f * static_cast<float>(1 / (1 - p)));
            }
        }
        CHECK(others_scaled);
        CHECK(std::abs(static_cast<double>(zeros) - static_cast<double>(n) * p) < 4.5 * std::sqrt(static_cast<double>(n) * p * (1 - p)));
    }
}

TEST_CASE("dropout: masks are fresh for each element, step, sample and pass, the same key gives the same")
{
    bench test;
    const auto first = support::elements(test.apply(0.5, key{seed{1}}));
    CHECK(support::same_bits(first, support::elements(test.apply(0.5, key{seed{1}}))));
    const auto second = support::elements(test.apply(0.5, key{seed{2}}));
    CHECK(std::abs(support::correlation(first, second)) < support::correlation_bound(first.size()));
    for (const std::size_t lag : {1u, 20u, 40u, 1200u})
    {
        const std::vector<float> later(first.begin() + static_cast<std::ptrdiff_t>(lag), first.end());
        CHECK(std::abs(support::correlation(first, later)) < support::correlation_bound(later.size()));
    }
}

TEST_CASE("dropout: a probability of zero changes nothing, others below 0 or from 1 on are refused")
{
    bench test;
    CHECK(support::same_bits(support::elements(test.apply(0, key{seed{1}})), support::elements(test.batch.values.view())));
    CHECK_THROWS_AS(dropout<float>(1), value_error);
    CHECK_THROWS_AS(dropout<float>(-0.1), value_error);
    CHECK_THROWS_AS(dropout<float>(std::nan("")), value_error);
}

TEST_CASE("dropout: it acts between the layers of a stack in training only")
{
    using net_t = network<recurrent<cell::lstm>>;
    const auto batch = support::batch_of<float>(support::random_sequences(support::ragged(9, 6), 3));
    const auto run = [&](std::size_t layers, double probability, bool training, std::uint64_t pass)
    {
        net_t net(3, seed{1}, {6, layers, probability});
        const key k{seed{pass}};
        return support::elements(training ? net.forward(batch, k) : net.infer(batch, k));
    };
    const auto exact = run(2, 0, false, 1);
    CHECK(support::same_bits(run(2, 0.5, false, 1), exact));
    CHECK(support::same_bits(run(2, 0, true, 1), exact));
    CHECK(!support::same_bits(run(2, 0.5, true, 1), exact));
    CHECK(!support::same_bits(run(2, 0.5, true, 1), run(2, 0.5, true, 2)));
    CHECK(support::same_bits(run(2, 0.5, true, 1), run(2, 0.5, true, 1)));
    // one layer has nothing between
    CHECK(support::same_bits(run(1, 0.5, true, 1), run(1, 0, false, 1)));
}
}
