// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/loss/softmax.hpp>

#include "loss/batches.hpp"
#include "support/catch.hpp"

#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

#include <dni/core/error.hpp>

namespace softmax_test
{
using namespace dni;

TEST_CASE("softmax: probabilities are PyTorch's")
{
    workspace_matrix<float> from;
    workspace_matrix<double> to;
    const matrix_view<const float> x = support::fill(from, {{1.5, -0.5, 0.25, 2.0}, {-1.0, 3.0, 0.5, 0.0}});
    const auto p = to.resize(2, 4);
    softmax(x, p);
    // torch.softmax(torch.tensor([[1.5, -0.5, 0.25, 2.0], [-1.0, 3.0, 0.5, 0.0]], dtype=torch.float64), 1)
    const std::vector<double> expected{0.32567334951326105,  0.04407509499899355, 0.09330697684507455, 0.5369445786426708,
                                      0.015924043349701003, 0.8694233079412682,  0.07136661103594455, 0.04328603767308635};
    for (std::size_t r = 0; r < 2; ++r)
    {
        CHECK(std::abs(std::accumulate(p.row(r).begin(), p.row(r).end(), 0.0) - 1) < 1e-15);
        for (std::size_t c = 0; c < 4; ++c)
        {
            CHECK(std::abs(p.row(r)[c] - expected[4 * r + c]) < 1e-15);
        }
    }
}

TEST_CASE("softmax: in place, large numbers, one column")
{
    workspace_matrix<float> matrix;
    const auto x = support::fill(matrix, {{1e38, 1e38, -1e38, 0}});
    softmax(matrix_view<const float>(x), x);
    CHECK(x.row(0)[0] == 0.5f);
    CHECK(x.row(0)[1] == 0.5f);
    CHECK(x.row(0)[2] == 0.0f);
    CHECK(x.row(0)[3] == 0.0f);

    const auto one = support::fill(matrix, {{-3}, {1e30}});
    softmax(matrix_view<const float>(one), one);
    CHECK(one.row(0)[0] == 1.0f);
    CHECK(one.row(1)[0] == 1.0f);
}

TEST_CASE("softmax: logarithms of probabilities, also where the probabilities are 0")
{
    const std::vector<double> x{0, 1, 2};
    const log_softmax log_p{std::span<const double>(x)};
    CHECK(std::abs(log_p(2) - (2 - std::log(1 + std::exp(1.0) + std::exp(2.0)))) < 1e-15);

    const std::vector<float> far{-1e30f, 1e30f, 1e30f};
    const log_softmax log_far{std::span<const float>(far)};
    CHECK(log_far(far[1]) == -std::log(2.0));
    CHECK(log_far(far[0]) == Approx(-2e30));
}

TEST_CASE("softmax: wrong shapes")
{
    workspace_matrix<float> from;
    workspace_matrix<float> to;
    const matrix_view<const float> x = from.resize(2, 3);
    CHECK_THROWS_AS(softmax(x, to.resize(2, 4)), shape_error);
    CHECK_THROWS_AS(softmax(x, to.resize(3, 3)), shape_error);
    const matrix_view<const float> empty = from.resize(2, 0);
    CHECK_THROWS_AS(softmax(empty, to.resize(2, 0)), shape_error);
}
}
