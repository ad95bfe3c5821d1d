// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/loss/mean_squared_error.hpp>

#include "loss/batches.hpp"
#include "support/catch.hpp"

#include <cmath>
#include <vector>

#include <dni/core/error.hpp>

namespace mean_squared_error_test
{
using namespace dni;
using support::evaluate;
using support::rows_of_numbers;

static_assert(loss_function<mean_squared_error, float> && loss_function<mean_squared_error, double>);

namespace
{
const rows_of_numbers outputs{{1.5, -0.5, 0.25, 2.0}, {-1.0, 3.0, 0.5, 0.0}, {0.75, 0.5, -2.0, 1.25}};
const rows_of_numbers targets{{0.5, 0.25, 0.125, 0.125}, {0.0, 1.0, 0.0, 0.0}, {0.25, 0.25, 0.25, 0.25}};

// PyTorch 1.13, double: y = torch.tensor(outputs, requires_grad=True); loss = torch.nn.MSELoss()(y, targets); loss.backward()
constexpr double value = 1.3932291666666667;
const std::vector<double> gradient{0.16666666666666666,  -0.125, 0.020833333333333332, 0.3125, -0.16666666666666666, 0.3333333333333333,
                                   0.08333333333333333, 0.0,    0.08333333333333333,  0.041666666666666664, -0.375, 0.16666666666666666};
}

TEST_CASE("mean_squared_error: value and gradient are PyTorch's")
{
    const auto exact = evaluate(mean_squared_error{}, outputs, support::with_targets<double>(targets));
    CHECK(std::abs(exact.value - value) < 1e-15);
    CHECK(support::distance(exact.gradient, gradient) < 1e-16);
    const auto single = evaluate(mean_squared_error{}, outputs, support::with_targets<float>(targets));
    CHECK(std::abs(single.value - value) < 1e-15);
    CHECK(support::distance(single.gradient, gradient) < 3e-8);
}

TEST_CASE("mean_squared_error: the gradient is that of central differences")
{
    CHECK(support::gradient_error(mean_squared_error{}, outputs, support::with_targets<double>(targets)) < 1e-11);
}

TEST_CASE("mean_squared_error: targets per step belong to the packed rows")
{
    auto batch = support::batch_of<double>({2, 1}, data::per::step);
    support::fill(batch.targets, targets);
    CHECK(std::abs(evaluate(mean_squared_error{}, outputs, batch).value - value) < 1e-15);
}

TEST_CASE("mean_squared_error: wrong shapes")
{
    const mean_squared_error loss;
    CHECK_THROWS_AS(evaluate(loss, outputs, support::batch_of<double>({3, 2, 1})), shape_error);
    CHECK_THROWS_AS(evaluate(loss, outputs, support::labelled<double>({0, 1, 2})), shape_error);
    CHECK_THROWS_AS(evaluate(loss, {{1, 2}}, support::with_targets<double>(targets)), shape_error);
    CHECK_THROWS_AS(evaluate(loss, {{1}, {2}, {3}}, support::with_targets<double>(targets)), shape_error);
    CHECK_THROWS_AS(evaluate(loss, {{}, {}, {}}, support::with_targets<double>({{}, {}, {}})), shape_error);
    CHECK_THROWS_AS(evaluate(loss, {}, data::batch<double>{}), shape_error);

    const auto batch = support::with_targets<double>(targets);
    workspace_matrix<double> y;
    workspace_matrix<double> d;
    const matrix_view<const double> out = support::fill(y, outputs);
    CHECK_THROWS_AS(loss(out, batch, d.resize(3, 3)), shape_error);
}

TEST_CASE("mean_squared_error: in words")
{
    CHECK(mean_squared_error{}.describe() == "mean squared error");
}
}
