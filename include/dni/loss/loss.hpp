// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
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
void check_owners(matrix_view<const T> outputs, const data::batch<T>& batch, const char* where)
{
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
