// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "eval/tiny.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/workspace.hpp>
#include <dni/eval/voting.hpp>

namespace voting_test
{
using namespace dni;

namespace
{
data::sequences set_of(std::vector<std::size_t> offsets, std::vector<std::int32_t> labels, data::per per)
{
    data::sequences data;
    data.offsets = std::move(offsets);
    data.values = tensor<float, 2>::from_shape({data.offsets.back(), 1});
    std::fill(data.values.begin(), data.values.end(), 0.f);
    data.labels = std::move(labels);
    data.per = per;
    return data;
}

//! Votes of one sequence for passes of these probabilities.
ballot votes_of(const data::sequences& one, const std::vector<std::vector<double>>& passes)
{
    data::batch<double> batch;
    const std::vector<std::size_t> chosen{0};
    batch.fill(one, chosen);
    ballot votes(one, passes.front().size());
    for (const auto& p : passes)
    {
        std::vector<double> outputs;
        for (const double each : p)
        {
            outputs.push_back(std::log(each) + 17);  // what all outputs have in common does not count
        }
        votes.add(matrix_view<const double>{outputs.data(), 1, outputs.size(), outputs.size()}, batch);
    }
    return votes;
}

const auto one = set_of({0, 1}, {1}, data::per::sequence);
}

TEST_CASE("two weak votes beat a strong one by majority, not by mean probability")
{
    const auto votes = votes_of(one, {{0.51, 0.49}, {0.51, 0.49}, {0.05, 0.95}});
    CHECK(votes.decide(0, voting::majority) == 0);
    CHECK(votes.decide(0, voting::mean_probability) == 1);
    CHECK(votes.accuracy(voting::majority) == 0);
    CHECK(votes.accuracy(voting::mean_probability) == 1);
}

TEST_CASE("equal votes are decided by mean probability, among those with most votes only")
{
    CHECK(votes_of(one, {{0.9, 0.1}, {0.4, 0.6}}).decide(0, voting::majority) == 0);
    CHECK(votes_of(one, {{0.6, 0.4}, {0.1, 0.9}}).decide(0, voting::majority) == 1);
    const auto three = votes_of(one, {{0.5, 0.1, 0.4}, {0.05, 0.55, 0.4}});
    CHECK(three.decide(0, voting::majority) == 1);          // 0 and 1 have one vote each, 1 the higher mean
    CHECK(three.decide(0, voting::mean_probability) == 2);  // which nobody voted for
    CHECK(votes_of(one, {{0.5, 0.5}}).decide(0, voting::majority) == 0);
}

TEST_CASE("votes go to their sequences and steps, however the batch orders them")
{
    // sequence 0 has 1 step, sequence 1 three: the batch begins with sequence 1
    for (const auto per : {data::per::sequence, data::per::step})
    {
        const auto data = per == data::per::sequence ? set_of({0, 1, 4}, {0, 1}, per) : set_of({0, 1, 4}, {0, 1, 2, 0}, per);
        data::batch<float> batch;
        const std::vector<std::size_t> chosen{0, 1};
        batch.fill(data, chosen);
        workspace_matrix<float> outputs;
        const auto rows = outputs.resize(batch.owners(), 3);
        fill_zero(rows);
        for (std::size_t r = 0; r < rows.rows; ++r)
        {
            rows.row(r)[static_cast<std::size_t>(batch.labels[r])] = 1;
        }
        ballot votes(data, 3);
        votes.add(matrix_view<const float>(rows), batch);
        for (std::size_t owner = 0; owner < data.labels.size(); ++owner)
        {
            CHECK(static_cast<std::int32_t>(votes.decide(owner, voting::majority)) == data.labels[owner]);
        }
        CHECK(votes.accuracy(voting::mean_probability) == 1);
    }
}

TEST_CASE("votes that do not fit the data are refused")
{
    const auto data = set_of({0, 1, 4}, {0, 1}, data::per::sequence);
    data::batch<float> batch;
    const std::vector<std::size_t> chosen{0, 1};
    batch.fill(data, chosen);
    workspace_matrix<float> outputs;
    ballot votes(data, 3);
    CHECK_THROWS_AS(votes.add(matrix_view<const float>(outputs.resize(4, 3)), batch), shape_error);  // a row for each step
    CHECK_THROWS_AS(votes.add(matrix_view<const float>(outputs.resize(2, 2)), batch), shape_error);
    const auto unlabelled = set_of({0, 1, 4}, {}, data::per::sequence);
    CHECK_THROWS_AS(ballot(unlabelled, 3).accuracy(voting::majority), shape_error);
}
}
