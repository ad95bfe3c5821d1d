// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
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
//! @brief The last step of each sequence: [N, F] → [B, F].
//! @verified tests/layer/reductions_test.cpp
class last_step : public plain_layer
{
public:
    using plain_layer::plain_layer;

    //! What it gives is the last row of each sequence: its gradient may pass by to a layer below that takes it.
    static constexpr bool is_the_last_steps = true;

    static constexpr bool accepts(data::per rows) noexcept { return rows == data::per::step; }
    static constexpr data::per gives(data::per) noexcept { return data::per::sequence; }
    std::string name() const { return "last step"; }

    template <class T>
    void forward(const pass_context<T>& context, matrix_view<const T> in, matrix_view<T> out, std::span<workspace_matrix<T>>) const
    {
        for (std::size_t b = 0; b < out.rows; ++b)
        {
            std::ranges::copy(in.row(last_row(context, b)), out.row(b).begin());
        }
    }

    template <class T>
    void backward(const pass_context<T>& context, matrix_view<const T>, matrix_view<const T> d_out, matrix_view<T> d_in, std::span<T>) const
    {
        if (!d_in.data)
        {
            return;
        }
        fill_zero(d_in);
        for (std::size_t b = 0; b < d_out.rows; ++b)
        {
            std::ranges::copy(d_out.row(b), d_in.row(last_row(context, b)).begin());
        }
    }

private:
    template <class T>
    static std::size_t last_row(const pass_context<T>& context, std::size_t b) noexcept
    {
        return context.shape.row(context.shape.length(b) - 1, b);
    }
};

//! @brief The final hidden state of a bidirectional layer: the last step of the forward half, the first of the reverse half. [N, 2 H] → [B, 2 H].
//! @verified tests/layer/reductions_test.cpp
class final_states : public plain_layer
{
public:
    using plain_layer::plain_layer;

    static constexpr bool accepts(data::per rows) noexcept { return rows == data::per::step; }
    static constexpr data::per gives(data::per) noexcept { return data::per::sequence; }
    std::string name() const { return "final states"; }

    template <class T>
    void forward(const pass_context<T>& context, matrix_view<const T> in, matrix_view<T> out, std::span<workspace_matrix<T>>) const
    {
        const std::size_t half = in.columns / 2;
        for (std::size_t b = 0; b < out.rows; ++b)
        {
            const auto last = in.row(context.shape.row(context.shape.length(b) - 1, b));
            const auto first = in.row(context.shape.row(0, b));
            std::ranges::copy(last.first(half), out.row(b).begin());
            std::ranges::copy(first.subspan(half), out.row(b).begin() + static_cast<std::ptrdiff_t>(half));
        }
    }

    template <class T>
    void backward(const pass_context<T>& context, matrix_view<const T>, matrix_view<const T> d_out, matrix_view<T> d_in, std::span<T>) const
    {
        if (!d_in.data)
        {
            return;
        }
        fill_zero(d_in);
        const std::size_t half = d_in.columns / 2;
        for (std::size_t b = 0; b < d_out.rows; ++b)
        {
            const auto from = d_out.row(b);
            std::ranges::copy(from.first(half), d_in.row(context.shape.row(context.shape.length(b) - 1, b)).begin());
            std::ranges::copy(from.subspan(half), d_in.row(context.shape.row(0, b)).begin() + static_cast<std::ptrdiff_t>(half));
        }
    }
};
}
