// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/optim/clipping.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <dni/core/error.hpp>

namespace clipping_test
{
using namespace dni;

namespace
{
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
}

TEMPLATE_TEST_CASE("clip_by_norm: a long gradient is shortened and keeps its direction", "", float, double)
{
    std::vector<TestType> gradient{3, -4};
    CHECK(clip_by_norm(std::span(gradient), 1) == 5);
    CHECK(gradient[0] == Approx(0.6));
    CHECK(gradient[1] == Approx(-0.8));
}

TEMPLATE_TEST_CASE("clip_by_norm: a short gradient stays as it is", "", float, double)
{
    const std::vector<TestType> before{3, -4};
    for (const double maximum : {5.0, 6.0, infinity})
    {
        auto gradient = before;
        CHECK(clip_by_norm(std::span(gradient), maximum) == 5);
        CHECK(gradient == before);
    }
    std::vector<TestType> zero(3, 0);
    CHECK(clip_by_norm(std::span(zero), 0) == 0);
    CHECK(zero == std::vector<TestType>(3, 0));
    CHECK(clip_by_norm(std::span<TestType>{}, 1) == 0);
}

TEST_CASE("clip_by_norm: every element counts once, whatever the number of elements")
{
    for (std::size_t n = 0; n <= 70; ++n)
    {
        std::vector<double> gradient(n);
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i)
        {
            gradient[i] = static_cast<double>(i + 1);
            sum += gradient[i] * gradient[i];
        }
        CHECK(clip_by_norm(std::span(gradient), infinity) == std::sqrt(sum));
    }
}

TEST_CASE("clip_by_norm: the sum is taken in double")
{
    std::vector<float> gradient(1'000'001, 1e-3f);
    gradient[0] = 1e3f;
    const double wanted = std::sqrt(1e6 + 1e6 * static_cast<double>(1e-3f) * static_cast<double>(1e-3f));
    CHECK(clip_by_norm(std::span(gradient), infinity) == Approx(wanted).epsilon(1e-11));  // in float the sum would stay 1e6: 5e-7 less
    std::vector<float> large(4, 1e30f);  // whose squares are beyond float
    CHECK(clip_by_norm(std::span(large), 2) == Approx(2e30));
    CHECK(large[0] == Approx(1));
}

TEST_CASE("clip_by_norm: what is not a number is not hidden")
{
    std::vector<double> gradient{1, not_a_number, 2};
    CHECK(std::isnan(clip_by_norm(std::span(gradient), 1)));
}

TEMPLATE_TEST_CASE("clip_by_value: each element for itself", "", float, double)
{
    std::vector<TestType> gradient{-3, -0.5, 0, 0.25, 7};
    clip_by_value(std::span(gradient), 0.5);
    CHECK(gradient == std::vector<TestType>{-0.5, -0.5, 0, 0.25, 0.5});
    clip_by_value(std::span(gradient), infinity);
    CHECK(gradient == std::vector<TestType>{-0.5, -0.5, 0, 0.25, 0.5});
    clip_by_value(std::span(gradient), 0);
    CHECK(gradient == std::vector<TestType>(5, 0));
}

TEMPLATE_TEST_CASE("clip_by_deviation: beyond so many standard deviations of the elements", "", float, double)
{
    // mean 1, mean of squares 10: a standard deviation of 3
    std::vector<TestType> weights{7, 1, 1, 1, 1, 1, -5, 1, 1, 1};
    const TestType scale = std::sqrt(TestType{10} * 9 / 72);  // of the deviations from the mean, to have that
    for (TestType& w : weights)
    {
        w = 1 + (w - 1) * scale;
    }
    const auto before = weights;
    clip_by_deviation(std::span(weights), 3);
    CHECK(weights == before);  // the largest is 7.7
    clip_by_deviation(std::span(weights), 2);
    for (std::size_t i = 0; i < weights.size(); ++i)
    {
        CHECK(weights[i] == Approx(std::clamp(before[i], TestType{-6}, TestType{6})));
    }

    std::vector<TestType> equal(3, static_cast<TestType>(0.3));
    clip_by_deviation(std::span(equal), 1);
    CHECK(equal == std::vector<TestType>(3, static_cast<TestType>(0.3)));
    clip_by_deviation(std::span<TestType>{}, 1);
}

TEST_CASE("clipping: wrong bounds")
{
    std::vector<float> gradient{1, 2};
    for (const double maximum : {-1.0, not_a_number})
    {
        CHECK_THROWS_AS(clip_by_norm(std::span(gradient), maximum), value_error);
        CHECK_THROWS_AS(clip_by_value(std::span(gradient), maximum), value_error);
        CHECK_THROWS_AS(clip_by_deviation(std::span(gradient), maximum), value_error);
    }
    CHECK(gradient == std::vector<float>{1, 2});
}
}
