// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <numeric>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>

namespace dni
{
//! @brief The class of the highest output; the first of equal ones.
template <class T>
std::size_t predicted_class(std::span<const T> outputs) noexcept
{
    return static_cast<std::size_t>(std::ranges::max_element(outputs) - outputs.begin());
}

//! @brief How many rows of outputs [rows, C] have their highest value at the label.
//! @verified tests/eval/metrics_test.cpp
template <class T>
std::size_t count_correct(matrix_view<const T> outputs, std::span<const std::int32_t> labels) noexcept
{
    std::size_t right = 0;
    for (std::size_t r = 0; r < outputs.rows; ++r)
    {
        right += static_cast<std::int32_t>(predicted_class(outputs.row(r))) == labels[r] ? 1u : 0u;
    }
    return right;
}

//! @brief Fraction of rows of outputs [rows, C] whose highest value is at the label, in [0, 1].
//! @errors shape_error without rows or with another number of labels
template <class T>
double accuracy(matrix_view<const T> outputs, std::span<const std::int32_t> labels)
{
    if (outputs.rows == 0 || outputs.rows != labels.size())
    {
        throw shape_error("accuracy", std::to_string(outputs.rows) + " labels (at least one)", std::to_string(labels.size()));
    }
    return static_cast<double>(count_correct(outputs, labels)) / static_cast<double>(labels.size());
}

//! @brief How often each class was taken for each: counts(true class, predicted class).
//! @verified tests/eval/metrics_test.cpp
class confusion_matrix
{
public:
    explicit confusion_matrix(std::size_t classes) : classes_{classes}, counts_(classes * classes) {}

    //! @errors value_error for a class out of range
    void add(std::size_t truth, std::size_t prediction)
    {
        if (truth >= classes_ || prediction >= classes_)
        {
            throw value_error("confusion_matrix", "classes below " + std::to_string(classes_), std::to_string(truth) + " and " + std::to_string(prediction));
        }
        ++counts_[truth * classes_ + prediction];
    }

    std::size_t classes() const noexcept { return classes_; }
    std::size_t count(std::size_t truth, std::size_t prediction) const noexcept { return counts_[truth * classes_ + prediction]; }

    double accuracy() const noexcept
    {
        std::size_t right = 0;
        for (std::size_t c = 0; c < classes_; ++c)
        {
            right += count(c, c);
        }
        return static_cast<double>(right) / static_cast<double>(std::accumulate(counts_.begin(), counts_.end(), std::size_t{0}));
    }

    //! @brief Of what was predicted as c, the fraction that is c; NaN where nothing was.
    double precision(std::size_t c) const noexcept
    {
        std::size_t all = 0;
        for (std::size_t truth = 0; truth < classes_; ++truth)
        {
            all += count(truth, c);
        }
        return all == 0 ? std::nan("") : static_cast<double>(count(c, c)) / static_cast<double>(all);
    }

    //! @brief Of what is c, the fraction that was predicted so; NaN where nothing is.
    double recall(std::size_t c) const noexcept
    {
        const auto row = std::span(counts_).subspan(c * classes_, classes_);
        const std::size_t all = std::accumulate(row.begin(), row.end(), std::size_t{0});
        return all == 0 ? std::nan("") : static_cast<double>(count(c, c)) / static_cast<double>(all);
    }

    //! @brief Rows are the true classes.
    friend std::ostream& operator<<(std::ostream& out, const confusion_matrix& m)
    {
        for (std::size_t truth = 0; truth < m.classes_; ++truth)
        {
            for (std::size_t prediction = 0; prediction < m.classes_; ++prediction)
            {
                out << std::setw(7) << m.count(truth, prediction);
            }
            out << '\n';
        }
        return out;
    }

private:
    std::size_t classes_;
    std::vector<std::size_t> counts_;
};

//! @brief How well numbers were predicted: mean squared and mean absolute error (in the unit of the targets, the first squared), and R² = 1 − Σ(y − t)² / Σ(t − t̄)².
struct regression_metrics
{
    double mean_squared_error = 0;
    double mean_absolute_error = 0;
    double r_squared = 0;
};

//! @errors shape_error where outputs and targets differ in shape or are empty
//! @verified tests/eval/metrics_test.cpp
template <class T>
regression_metrics measure_regression(matrix_view<const T> outputs, matrix_view<const T> targets)
{
    if (outputs.rows != targets.rows || outputs.columns != targets.columns || outputs.rows * outputs.columns == 0)
    {
        throw shape_error("measure_regression", "targets [" + std::to_string(outputs.rows) + ", " + std::to_string(outputs.columns) + "], not empty",
                          "[" + std::to_string(targets.rows) + ", " + std::to_string(targets.columns) + "]");
    }
    const double count = static_cast<double>(outputs.rows * outputs.columns);
    double mean = 0;
    for (std::size_t r = 0; r < targets.rows; ++r)
    {
        for (const T t : targets.row(r))
        {
            mean += static_cast<double>(t) / count;
        }
    }
    double squares = 0;
    double sizes = 0;
    double spread = 0;
    for (std::size_t r = 0; r < targets.rows; ++r)
    {
        for (std::size_t c = 0; c < targets.columns; ++c)
        {
            const double t = static_cast<double>(targets.row(r)[c]);
            const double error = static_cast<double>(outputs.row(r)[c]) - t;
            squares += error * error;
            sizes += std::abs(error);
            spread += (t - mean) * (t - mean);
        }
    }
    return {squares / count, sizes / count, 1 - squares / spread};
}
}
