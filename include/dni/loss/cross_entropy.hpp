// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>
#include <dni/core/number.hpp>
#include <dni/data/batch.hpp>
#include <dni/loss/loss.hpp>
#include <dni/loss/softmax.hpp>

namespace dni
{
//! @brief Cross-entropy of softmax(outputs): L = Σ_r Σ_c w_c t_rc (−ln p_rc) / W, in nats.
//! @details t is the label as a unit vector, or the row of `targets` (soft targets), smoothed: t ← (1 − ε) t + ε / C. W is the number of rows or,
//!          with class weights and labels, the sum of the weights of the labels. Where a batch has both, labels count. PyTorch's
//!          nn.CrossEntropyLoss. No allocation.
//! @errors shape_error where rows or classes do not fit, value_error for labels or options out of range, probabilities that are none, or a batch
//!         whose labels all have weight 0
//! @verified tests/loss/cross_entropy_test.cpp
struct cross_entropy
{
    double label_smoothing = 0;            //!< ε in [0, 1]
    std::vector<double> class_weights = {};  //!< w [C]; empty: all 1

    std::string describe() const
    {
        std::string text = "cross-entropy, label smoothing " + exact_number(label_smoothing);
        text += class_weights.empty() ? "" : ", class weights";
        for (const double w : class_weights)
        {
            text += " " + exact_number(w);
        }
        return text;
    }

    template <class T>
    double operator()(matrix_view<const T> outputs, const data::batch<T>& batch, matrix_view<T> gradient) const
    {
        check(outputs, batch, gradient);
        const bool labelled = !batch.labels.empty();
        const std::size_t classes = outputs.columns;
        double norm = 0;
        for (std::size_t r = 0; r < outputs.rows; ++r)
        {
            norm += labelled ? weight(label(batch, r, classes)) : 1.0;
        }
        if (!(norm > 0))
        {
            throw value_error("cross_entropy: class_weights", "a label of weight above 0 in the batch", "none");
        }
        double total = 0;
        for (std::size_t r = 0; r < outputs.rows; ++r)
        {
            const auto x = outputs.row(r);
            const log_softmax log_p(x);
            double row_weight = 0;
            for (std::size_t c = 0; c < classes; ++c)
            {
                const double share = target(batch, r, c, classes) * weight(c);
                row_weight += share;
                if (share > 0)  // 0 · ∞ where an output is −∞
                {
                    total -= share * log_p(static_cast<double>(x[c]));
                }
            }
            for (std::size_t c = 0; c < classes; ++c)
            {
                const double p = std::exp(log_p(static_cast<double>(x[c])));
                gradient.row(r)[c] = static_cast<T>((row_weight * p - target(batch, r, c, classes) * weight(c)) / norm);
            }
        }
        return total / norm;
    }

private:
    double weight(std::size_t c) const noexcept { return class_weights.empty() ? 1.0 : class_weights[c]; }

    template <class T>
    static std::size_t label(const data::batch<T>& batch, std::size_t r, std::size_t classes)
    {
        const auto value = batch.labels[r];
        if (value < 0 || static_cast<std::size_t>(value) >= classes)
        {
            throw value_error("cross_entropy: row " + std::to_string(r), "a label in 0 … " + std::to_string(classes - 1), std::to_string(value));
        }
        return static_cast<std::size_t>(value);
    }

    template <class T>
    double target(const data::batch<T>& batch, std::size_t r, std::size_t c, std::size_t classes) const
    {
        const double hard = batch.labels.empty() ? static_cast<double>(batch.targets.view().row(r)[c])
                                                 : (static_cast<std::size_t>(batch.labels[r]) == c ? 1.0 : 0.0);
        return (1 - label_smoothing) * hard + label_smoothing / static_cast<double>(classes);
    }

    template <class T>
    void check(matrix_view<const T> outputs, const data::batch<T>& batch, matrix_view<T> gradient) const
    {
        detail::check_shapes(outputs, batch, gradient, "cross_entropy");
        if (!(label_smoothing >= 0 && label_smoothing <= 1))
        {
            throw value_error("cross_entropy: label_smoothing", "a number in [0, 1]", number(label_smoothing));
        }
        if (!class_weights.empty() && class_weights.size() != outputs.columns)
        {
            throw shape_error("cross_entropy: class_weights", std::to_string(outputs.columns) + " weights", std::to_string(class_weights.size()));
        }
        for (const double w : class_weights)
        {
            if (!(w >= 0) || !std::isfinite(w))
            {
                throw value_error("cross_entropy: class_weights", "finite weights >= 0", number(w));
            }
        }
        if (!batch.labels.empty())
        {
            if (batch.labels.size() != outputs.rows)
            {
                throw shape_error("cross_entropy: labels", std::to_string(outputs.rows) + " labels, one for each row of outputs",
                                  std::to_string(batch.labels.size()));
            }
            return;
        }
        const auto soft = batch.targets.view();
        if (soft.rows != outputs.rows || soft.columns != outputs.columns)
        {
            throw shape_error("cross_entropy",
                              "labels, or soft targets [" + std::to_string(outputs.rows) + ", " + std::to_string(outputs.columns) + "]",
                              "targets [" + std::to_string(soft.rows) + ", " + std::to_string(soft.columns) + "]");
        }
        for (std::size_t r = 0; r < soft.rows; ++r)
        {
            double sum = 0;
            bool negative = false;
            for (const T p : soft.row(r))
            {
                sum += static_cast<double>(p);
                negative = negative || p < T{0};
            }
            if (negative || !(std::abs(sum - 1) < 1e-4))
            {
                throw value_error("cross_entropy: targets of row " + std::to_string(r), "probabilities whose sum is 1",
                                  negative ? "a negative number" : "a sum of " + number(sum));
            }
        }
    }
};
}
