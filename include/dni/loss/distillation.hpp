// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>
#include <dni/core/number.hpp>
#include <dni/data/batch.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/loss/softmax.hpp>

namespace dni
{
//! @brief Learning from a teacher: the targets are the teacher's outputs z, before softmax.
//!            L = (1 − α) · hard loss of the labels + α τ² Σ_r Σ_c q_rc (ln q_rc − ln p_rc) / R,   q = softmax(z / τ),  p = softmax(outputs / τ), in nats.
//! @details The soft part is the cross-entropy of the softened teacher and the softened student, less the teacher's entropy: the gradient is the same, and 0
//!          is the least. τ² keeps its gradient of one size whatever the temperature. A noisy student of a clean teacher, in five lines:
//!              auto teacher = with_noise<noise::none>(trained);
//!              auto lesson = data;
//!              lesson.targets = predict(teacher, data);
//!              trainer lessons(student, adam{}, distillation{.temperature = 4});
//!              lessons.fit(lesson, {.noise = …});
//!          The teacher has seen the digits as they are, so augmentation should change them little. Validation compares losses, since targets are there.
//! @errors as cross_entropy; shape_error for targets of another shape than the outputs, value_error for targets that are not finite or constants out of range
//! @source Hinton, Vinyals and Dean 2015, arXiv 1503.02531; for noisy hardware: Zhou et al. 2020, "Noisy Machines", arXiv 2001.04974
//! @cost that of cross_entropy, and as much again for the soft part
//! @verified tests/loss/distillation_test.cpp
struct distillation
{
    double temperature = 4;    //!< τ above 0; higher: more of how the teacher ranks the wrong classes
    double soft = 0.7;         //!< α in [0, 1], the share of the teacher; with 1 no labels are needed
    cross_entropy hard = {};   //!< the loss of the labels

    std::string describe() const
    {
        return "distillation, temperature " + exact_number(temperature) + ", soft " + exact_number(soft) + ", hard " + hard.describe();
    }

    template <class T>
    double operator()(matrix_view<const T> outputs, const data::batch<T>& batch, matrix_view<T> gradient) const
    {
        check(outputs, batch, gradient);
        double loss = 0;
        if (soft < 1)
        {
            loss = (1 - soft) * hard(outputs, batch, gradient);
        }
        const double rows = static_cast<double>(outputs.rows);
        for (std::size_t r = 0; r < outputs.rows; ++r)
        {
            const auto x = outputs.row(r);
            const auto z = batch.targets.view().row(r);
            const log_softmax log_p(x, temperature);
            const log_softmax log_q(z, temperature);
            for (std::size_t c = 0; c < outputs.columns; ++c)
            {
                const double p = log_p(static_cast<double>(x[c]));
                const double q = log_q(static_cast<double>(z[c]));
                loss += soft * temperature * temperature * std::exp(q) * (q - p) / rows;
                const double kept = soft < 1 ? (1 - soft) * static_cast<double>(gradient.row(r)[c]) : 0.0;
                gradient.row(r)[c] = static_cast<T>(kept + soft * temperature * (std::exp(p) - std::exp(q)) / rows);
            }
        }
        return loss;
    }

private:
    template <class T>
    void check(matrix_view<const T> outputs, const data::batch<T>& batch, matrix_view<T> gradient) const
    {
        detail::check_shapes(outputs, batch, gradient, "distillation");
        if (!(temperature > 0) || !std::isfinite(temperature))
        {
            throw value_error("distillation: temperature", "a finite number above 0", number(temperature));
        }
        if (!(soft >= 0 && soft <= 1))
        {
            throw value_error("distillation: soft", "a number in [0, 1]", number(soft));
        }
        if (soft < 1 && batch.labels.empty())
        {
            throw value_error("distillation", "labels for the hard part, or soft = 1", "data without labels");
        }
        const auto teacher = batch.targets.view();
        if (teacher.rows != outputs.rows || teacher.columns != outputs.columns)
        {
            throw shape_error("distillation: targets",
                              "the teacher's outputs [" + std::to_string(outputs.rows) + ", " + std::to_string(outputs.columns) + "]",
                              "[" + std::to_string(teacher.rows) + ", " + std::to_string(teacher.columns) + "]");
        }
        for (std::size_t r = 0; r < teacher.rows; ++r)
        {
            for (const T z : teacher.row(r))
            {
                if (!std::isfinite(z))
                {
                    throw value_error("distillation: targets of row " + std::to_string(r), "finite outputs of a teacher", number(static_cast<double>(z)));
                }
            }
        }
    }
};
}
