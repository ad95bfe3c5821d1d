// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>
#include <dni/data/batch.hpp>
#include <dni/loss/loss.hpp>

namespace dni
{
//! @brief L = mean of (outputs − targets)² over all elements, in the squared unit of the targets. PyTorch's nn.MSELoss.
//! @errors shape_error where outputs, targets and gradient differ in shape
//! @verified tests/loss/mean_squared_error_test.cpp
struct mean_squared_error
{
    std::string describe() const { return "mean squared error"; }

    template <class T>
    double operator()(matrix_view<const T> outputs, const data::batch<T>& batch, matrix_view<T> gradient) const
    {
        detail::check_shapes(outputs, batch, gradient, "mean_squared_error");
        const auto wanted = batch.targets.view();
        if (wanted.rows != outputs.rows || wanted.columns != outputs.columns)
        {
            throw shape_error("mean_squared_error", "targets [" + std::to_string(outputs.rows) + ", " + std::to_string(outputs.columns) + "]",
                              "[" + std::to_string(wanted.rows) + ", " + std::to_string(wanted.columns) + "]");
        }
        const double count = static_cast<double>(outputs.rows * outputs.columns);
        double sum = 0;
        for (std::size_t r = 0; r < outputs.rows; ++r)
        {
            for (std::size_t c = 0; c < outputs.columns; ++c)
            {
                const double difference = static_cast<double>(outputs.row(r)[c]) - static_cast<double>(wanted.row(r)[c]);
                sum += difference * difference;
                gradient.row(r)[c] = static_cast<T>(2 * difference / count);
            }
        }
        return sum / count;
    }
};
}
