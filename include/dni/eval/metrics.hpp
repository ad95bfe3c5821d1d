// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iomanip>
#include <numeric>
#include <ostream>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>

namespace dni
{
namespace detail
{
// "97.25"; "-" for what is not known
inline std::string percent(double fraction)
{
    char text[32];
    static_cast<void>(std::snprintf(text, sizeof text, "%.2f", 100 * fraction));
    return std::isnan(fraction) ? "-" : text;
}
}

//! @brief The class of the highest of at least one output; the first of equal ones.
template <class T>
std::size_t predicted_class(std::span<const T> outputs) noexcept
{
    return static_cast<std::size_t>(std::ranges::max_element(outputs) - outputs.begin());
}

//! @brief How many rows of outputs [rows, C] have their highest value at the label. One label for each row: see `accuracy` for a check of it.
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

//! @brief Fraction of rows of outputs [rows, C] whose highest value is at the label, in [0, 1]. Rows are sequences, or steps where labels belong to steps.
//! @errors shape_error without rows or with another number of labels
//! @verified tests/eval/metrics_test.cpp
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

    //! @brief Fraction on the diagonal, in [0, 1]; NaN while nothing was counted.
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

    //! @brief A table: a row for each true class with its recall, a column for each prediction with its precision, in %; "-" where there is none.
    friend std::ostream& operator<<(std::ostream& out, const confusion_matrix& m)
    {
        std::ostringstream counts;
        std::ostringstream heads;
        std::ostringstream precisions;
        for (std::size_t truth = 0; truth < m.classes_; ++truth)
        {
            heads << std::setw(8) << truth;
            precisions << std::setw(8) << detail::percent(m.precision(truth));
            counts << std::setw(14) << truth;
            for (std::size_t prediction = 0; prediction < m.classes_; ++prediction)
            {
                counts << std::setw(8) << m.count(truth, prediction);
            }
            counts << std::setw(10) << detail::percent(m.recall(truth)) << '\n';
        }
        return out << "true\\predicted" + heads.str() + "  recall %\n" + counts.str() + "   precision %" + precisions.str() + '\n';
    }

private:
    std::size_t classes_;
    std::vector<std::size_t> counts_;
};

//! @brief How well numbers were predicted: mean squared and mean absolute error (in the unit of the targets, the first squared) over all elements, and
//!        R² = 1 − Σ(y − t)² / Σ(t − t̄)² with t̄ the mean of the target's own column (dimensionless, 1 at best, 0 for predicting the means; NaN where all
//!        targets of each column are equal).
struct regression_metrics
{
    double mean_squared_error = 0;
    double mean_absolute_error = 0;
    double r_squared = 0;
};

//! @brief Measures outputs [rows, O] against targets [rows, O].
//! @errors shape_error where outputs and targets differ in shape or are empty
//! @verified tests/eval/metrics_test.cpp
template <class T, class U>
regression_metrics measure_regression(matrix_view<const T> outputs, matrix_view<const U> targets)
{
    if (outputs.rows != targets.rows || outputs.columns != targets.columns || outputs.rows * outputs.columns == 0)
    {
        throw shape_error("measure_regression", "targets [" + std::to_string(outputs.rows) + ", " + std::to_string(outputs.columns) + "], not empty",
                          "[" + std::to_string(targets.rows) + ", " + std::to_string(targets.columns) + "]");
    }
    double squares = 0;
    double sizes = 0;
    double spread = 0;
    for (std::size_t c = 0; c < targets.columns; ++c)
    {
        const auto target = [&](std::size_t r) { return static_cast<double>(targets.row(r)[c]); };
        double excess = 0;  // over the first, so that equal targets have no spread
        for (std::size_t r = 0; r < targets.rows; ++r)
        {
            excess += target(r) - target(0);
        }
        const double mean = target(0) + excess / static_cast<double>(targets.rows);
        for (std::size_t r = 0; r < targets.rows; ++r)
        {
            const double error = static_cast<double>(outputs.row(r)[c]) - target(r);
            squares += error * error;
            sizes += std::abs(error);
            spread += (target(r) - mean) * (target(r) - mean);
        }
    }
    const double count = static_cast<double>(outputs.rows * outputs.columns);
    return {squares / count, sizes / count, spread > 0 ? 1 - squares / spread : std::nan("")};
}
}
