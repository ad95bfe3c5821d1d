// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
#include <cstddef>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>
#include <dni/data/batch.hpp>

namespace dni
{
//! @brief A loss: loss(outputs, batch, gradient) returns the mean loss and writes ∂loss/∂outputs.
//! @details outputs and gradient are [B, C] where the batch knows things about sequences, [N, C] where it knows them about steps, in the rows
//!          of the batch. Models: cross_entropy, mean_squared_error.
template <class L, class T>
concept loss_function = requires(const L loss, matrix_view<const T> outputs, const data::batch<T>& batch, matrix_view<T> gradient) {
    {
        loss(outputs, batch, gradient)
    } -> std::convertible_to<double>;
};

namespace detail
{
template <class T>
void check_shapes(matrix_view<const T> outputs, const data::batch<T>& batch, matrix_view<T> gradient, const char* where)
{
    const auto shape = [](std::size_t rows, std::size_t columns) { return "[" + std::to_string(rows) + ", " + std::to_string(columns) + "]"; };
    if (outputs.rows == 0 || outputs.columns == 0)
    {
        throw shape_error(where, "at least one row and one column of outputs", shape(outputs.rows, outputs.columns));
    }
    if (gradient.rows != outputs.rows || gradient.columns != outputs.columns)
    {
        throw shape_error(where, "a gradient " + shape(outputs.rows, outputs.columns) + " as the outputs", shape(gradient.rows, gradient.columns));
    }
    if (outputs.rows != batch.owners())
    {
        throw shape_error(where,
                          std::to_string(batch.owners()) + " rows of outputs, one for each "
                              + (batch.per == data::per::sequence ? "sequence" : "step") + " with a label or target",
                          std::to_string(outputs.rows));
    }
}
}
}
