// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <dni/core/matrix.hpp>
#include <dni/core/workspace.hpp>
#include <dni/data/per.hpp>
#include <dni/layer/pass_context.hpp>
#include <dni/layer/plain_layer.hpp>

namespace dni
{
//! @brief The mean over the steps of each sequence: y[b] = Σ_s x[s, b] / length(b), [N, F] → [B, F]. Digital and exact.
//! @details Behind a dense layer it averages the read-out of all steps, and with it the noise of the read-out.
//! @verified tests/layer/reductions_test.cpp
class mean_over_time : public plain_layer
{
public:
    using plain_layer::plain_layer;

    static constexpr bool accepts(data::per rows) noexcept { return rows == data::per::step; }
    static constexpr data::per gives(data::per) noexcept { return data::per::sequence; }
    std::string name() const { return "mean over time"; }

    template <class T>
    void forward(const pass_context<T>& context, matrix_view<const T> in, matrix_view<T> out, std::span<workspace_matrix<T>>) const
    {
        fill_zero(out);
        for (std::size_t s = 0; s < context.shape.steps(); ++s)
        {
            for (std::size_t b = 0; b < context.shape.active(s); ++b)
            {
                const auto row = in.row(context.shape.row(s, b));
                for (std::size_t f = 0; f < row.size(); ++f)
                {
                    out.row(b)[f] += row[f];
                }
            }
        }
        for (std::size_t b = 0; b < out.rows; ++b)
        {
            for (T& v : out.row(b))
            {
                v /= static_cast<T>(context.shape.length(b));
            }
        }
    }

    template <class T>
    void backward(const pass_context<T>& context, matrix_view<const T>, matrix_view<const T> d_out, matrix_view<T> d_in, std::span<T>) const
    {
        if (!d_in.data)
        {
            return;
        }
        for (std::size_t s = 0; s < context.shape.steps(); ++s)
        {
            for (std::size_t b = 0; b < context.shape.active(s); ++b)
            {
                const auto to = d_in.row(context.shape.row(s, b));
                for (std::size_t f = 0; f < to.size(); ++f)
                {
                    to[f] = d_out.row(b)[f] / static_cast<T>(context.shape.length(b));
                }
            }
        }
    }
};
}
