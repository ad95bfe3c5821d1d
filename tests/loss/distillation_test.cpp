// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/loss/distillation.hpp>

#include "loss/batches.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <dni/core/error.hpp>

namespace distillation_test
{
using namespace dni;
using support::evaluate;
using support::rows_of_numbers;

static_assert(loss_function<distillation, float> && loss_function<distillation, double>);

namespace
{
const rows_of_numbers outputs{{1.5, -0.5, 0.25, 2.0}, {-1.0, 3.0, 0.5, 0.0}, {0.75, 0.5, -2.0, 1.25}};
const rows_of_numbers teacher{{4.0, 1.0, -2.0, 6.0}, {0.5, 2.0, -1.0, 0.0}, {-3.0, 0.0, 2.5, 1.0}};

template <class T>
data::batch<T> lesson(const rows_of_numbers& targets = teacher)
{
    auto batch = support::labelled<T>({3, 1, 2});
    support::fill(batch.targets, targets);
    return batch;
}

// The formula written down again in Python, double: temperature 2.5, soft 0.7.
constexpr double value = 1.7166415807803552;
const std::vector<double> gradient{0.049306165939898915, 0.03581625883172282, 0.1026608231413746,  -0.1877832479129963,
                                   -0.07469168057438014, 0.04502697466712946, 0.04542262073319156, -0.015757914825940824,
                                   0.16539882247665974,  0.06905166459303518, -0.3297461773061804, 0.09529569023648547};
}

TEST_CASE("distillation: value and gradient are those of the formula")
{
    const distillation loss{.temperature = 2.5, .soft = 0.7};
    const auto exact = evaluate(loss, outputs, lesson<double>());
    CHECK(std::abs(exact.value - value) < 1e-14);
    CHECK(support::distance(exact.gradient, gradient) < 1e-15);
    CHECK(support::distance(evaluate(loss, outputs, lesson<float>()).gradient, gradient) < 6e-8);  // two roundings of numbers below 1/2
}

TEST_CASE("distillation: the gradient is that of central differences")
{
    for (const double soft : {0.0, 0.3, 1.0})
    {
        CHECK(support::gradient_error(distillation{.temperature = 3, .soft = soft, .hard = {.label_smoothing = 0.1}}, outputs, lesson<double>()) < 1e-9);
    }
}

TEST_CASE("distillation: without a share of the teacher it is the loss of the labels")
{
    const cross_entropy hard{.label_smoothing = 0.2};
    const auto batch = lesson<double>();
    const auto only_hard = evaluate(hard, outputs, batch);
    const auto mixed = evaluate(distillation{.soft = 0, .hard = hard}, outputs, batch);
    CHECK(mixed.value == only_hard.value);
    CHECK(mixed.gradient == only_hard.gradient);
}

TEST_CASE("distillation: a student that says what the teacher says has nothing left to learn from it")
{
    auto batch = support::with_targets<double>(outputs);  // no labels: none are needed
    const auto same = evaluate(distillation{.soft = 1}, outputs, batch);
    CHECK(same.value == 0);
    CHECK(same.gradient == std::vector<double>(12, 0.0));
    // outputs that differ from the teacher's by a constant in each row say the same
    auto shifted = outputs;
    for (double& y : shifted[1])
    {
        y += 7;
    }
    CHECK(std::abs(evaluate(distillation{.soft = 1}, shifted, batch).value) < 1e-13);
}

TEST_CASE("distillation: at a high temperature it compares centred outputs, and temperature does not change the size of the gradient")
{
    // Hinton et al., equation 4: the gradient goes to ((x − mean x) − (z − mean z)) / C, here over the rows too; the error is of the order of x² / τ.
    const auto hot = evaluate(distillation{.temperature = 1e4, .soft = 1}, outputs, lesson<double>()).gradient;
    std::vector<double> limit;
    for (std::size_t r = 0; r < 3; ++r)
    {
        double mean = 0;
        for (std::size_t c = 0; c < 4; ++c)
        {
            mean += (outputs[r][c] - teacher[r][c]) / 4;
        }
        for (std::size_t c = 0; c < 4; ++c)
        {
            limit.push_back((outputs[r][c] - teacher[r][c] - mean) / 4 / 3);
        }
    }
    CHECK(support::distance(hot, limit) < 36.0 / 1e4);
}

TEST_CASE("distillation: large outputs do not overflow")
{
    const auto far = evaluate(distillation{.temperature = 1, .soft = 0.5}, {{1e30, 0, 0, -1e30}, {0, 0, 0, 0}, {0, 0, 0, 0}}, lesson<double>());
    CHECK(std::isfinite(far.value));
    for (const double g : far.gradient)
    {
        CHECK(std::isfinite(g));
    }
}

TEST_CASE("distillation: what makes no sense is refused")
{
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    const auto batch = lesson<double>();
    for (const double temperature : {0.0, -1.0, nan, std::numeric_limits<double>::infinity()})
    {
        CHECK_THROWS_AS(evaluate(distillation{.temperature = temperature}, outputs, batch), value_error);
    }
    for (const double soft : {-0.1, 1.1, nan})
    {
        CHECK_THROWS_AS(evaluate(distillation{.soft = soft}, outputs, batch), value_error);
    }
    CHECK_THROWS_WITH(evaluate(distillation{}, outputs, support::with_targets<double>(teacher)), support::contains("labels for the hard part, or soft = 1"));
    CHECK_THROWS_WITH(evaluate(distillation{}, outputs, support::labelled<double>({0, 1, 2})), support::contains("the teacher's outputs [3, 4], found [0, 0]"));
    CHECK_THROWS_AS(evaluate(distillation{}, outputs, lesson<double>({{1, 2}, {1, 2}, {1, 2}})), shape_error);
    auto broken = teacher;
    broken[1][2] = nan;
    CHECK_THROWS_WITH(evaluate(distillation{}, outputs, lesson<double>(broken)), support::contains("row 1"));
}

TEST_CASE("distillation: in words")
{
    CHECK(distillation{}.describe() == "distillation, temperature 4, soft 0.7, hard cross-entropy, label smoothing 0");
}
}
