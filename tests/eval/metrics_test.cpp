// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <sstream>
#include <utility>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/eval/metrics.hpp>

namespace metrics_test
{
using namespace dni;

namespace
{
template <class T>
matrix_view<const T> matrix(const std::vector<T>& values, std::size_t columns)
{
    return {values.data(), values.size() / columns, columns, columns};
}
}

TEST_CASE("accuracy: the highest output counts, the first of equal ones")
{
    const std::vector<float> outputs{0.1f, 0.9f, 0.0f,   // 1
                                     -1.f, -3.f, -2.f,   // 0
                                     0.5f, 0.2f, 0.5f,   // 0: the first of equals
                                     0.0f, 0.1f, 0.2f};  // 2
    const std::array<std::int32_t, 4> labels{1, 0, 2, 2};
    CHECK(count_correct(matrix(outputs, 3), std::span<const std::int32_t>(labels)) == 3);
    CHECK(accuracy(matrix(outputs, 3), std::span<const std::int32_t>(labels)) == 0.75);
    CHECK_THROWS_AS(accuracy(matrix(outputs, 3), std::span<const std::int32_t>(labels).first(3)), shape_error);
    CHECK_THROWS_AS(accuracy(matrix_view<const float>{}, std::span<const std::int32_t>{}), shape_error);
}

TEST_CASE("a confusion matrix by hand")
{
    confusion_matrix m(3);
    CHECK(std::isnan(m.accuracy()));
    for (const auto& [truth, prediction] : std::vector<std::pair<std::size_t, std::size_t>>{{0, 0}, {0, 0}, {0, 1}, {1, 1}, {1, 0}})
    {
        m.add(truth, prediction);
    }
    CHECK(m.count(0, 0) == 2);
    CHECK(m.count(0, 1) == 1);
    CHECK(m.count(1, 0) == 1);
    CHECK(m.accuracy() == 0.6);
    CHECK(m.precision(0) == Approx(2.0 / 3));
    CHECK(m.recall(0) == Approx(2.0 / 3));
    CHECK(m.precision(1) == 0.5);
    CHECK(m.recall(1) == 0.5);
    CHECK(std::isnan(m.precision(2)));
    CHECK(std::isnan(m.recall(2)));
    CHECK_THROWS_AS(m.add(3, 0), value_error);
    CHECK_THROWS_AS(m.add(0, 3), value_error);

    std::ostringstream text;
    text << m;
    CHECK(text.str() == "true\\predicted       0       1       2  recall %\n"
                        "             0       2       1       0     66.67\n"
                        "             1       1       1       0     50.00\n"
                        "             2       0       0       0         -\n"
                        "   precision %   66.67   50.00       -\n");
}

TEST_CASE("regression by hand: R² takes each column's own mean")
{
    // targets 1, 3 and 100, 104; errors 1, 0 and 0, -2
    const std::vector<double> outputs{2, 100, 3, 102};
    const std::vector<float> targets{1, 100, 3, 104};
    const auto m = measure_regression(matrix(outputs, 2), matrix(targets, 2));
    CHECK(m.mean_squared_error == 1.25);
    CHECK(m.mean_absolute_error == 0.75);
    CHECK(m.r_squared == Approx(1 - 5.0 / (2 + 8)));
}

TEST_CASE("regression: perfect, the mean, constant targets, wrong shapes")
{
    const std::vector<float> targets{1, 2, 3};
    CHECK(measure_regression(matrix(targets, 1), matrix(targets, 1)).r_squared == 1);
    const std::vector<float> means{2, 2, 2};
    CHECK(measure_regression(matrix(means, 1), matrix(targets, 1)).r_squared == 0);
    CHECK(std::isnan(measure_regression(matrix(targets, 1), matrix(means, 1)).r_squared));
    CHECK_THROWS_AS(measure_regression(matrix(targets, 3), matrix(targets, 1)), shape_error);
    CHECK_THROWS_AS(measure_regression(matrix_view<const float>{}, matrix_view<const float>{}), shape_error);
}
}
