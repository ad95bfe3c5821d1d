// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/workspace.hpp>
#include <dni/data/per.hpp>
#include <dni/layer/dropout.hpp>
#include <dni/layer/parameters.hpp>
#include <dni/layer/pass_context.hpp>
#include <dni/layer/walk.hpp>

namespace dni
{
//! @brief Which ways a recurrent layer reads its sequence.
enum class directions : std::size_t
{
    forward = 1,
    both = 2
};

struct recurrent_options
{
    std::size_t hidden = 0;  //!< H
    std::size_t layers = 1;
    double dropout = 0;      //!< probability, between the layers

    template <class Sizes>
    static recurrent_options from(const Sizes& sizes)
    {
        return {sizes.hidden, sizes.layers, sizes.dropout};
    }
};

//! @brief A stack of recurrent layers: x [N, I] → h [N, D·H] for all steps, D = 1 or 2 directions.
//! @details Each layer and direction is one cell walked over one crossbar that is fed by [x, h] and gives all pre-activations of a step.
//!          Parameters have PyTorch's names, shapes and gate order (`weight_ih_l0` [G·H, I], …, `_reverse`), both biases kept. Dropout acts on what
//!          passes between the layers of the stack. Carried state goes in and out.
//! @tparam Cell     rnn, gru, lstm or your own
//! @tparam Policies noise and precision of its crossbars
//! @cost G·H·(I + H) multiply-adds a step, layer and direction; three times that with training
//! @verified tests/golden, tests/gradient
template <cell::recurrent_cell Cell, hardware Policies, directions Directions>
class recurrent_stack
{
public:
    using T = typename Policies::value_type;

    using options = recurrent_options;

    template <noise::policy Noise>
    using with_noise = recurrent_stack<Cell, with_noise_policy<Policies, Noise>, Directions>;

    //! What it gives for a step depends on later steps: the sequence cannot come in chunks.
    static constexpr bool reads_ahead = Directions == directions::both;

    //! `backward` takes the gradient of the last steps alone, [B, D·H], where that of the others is zero.
    static constexpr bool backward_takes_last_steps = true;

    static constexpr bool accepts(data::per rows) noexcept { return rows == data::per::step; }
    static constexpr data::per gives(data::per) noexcept { return data::per::step; }

    //! @errors value_error for a size of zero or a dropout outside [0, 1)
    recurrent_stack(const options& chosen, std::size_t inputs, bool with_input_gradient, parameter_table& table)
        : options_{chosen}, inputs_{inputs}, dropout_{chosen.dropout}, outputs_(chosen.layers > 0 ? chosen.layers - 1 : 0), dropped_(outputs_.size())
    {
        if (chosen.hidden == 0 || chosen.layers == 0)
        {
            throw value_error("recurrent", "at least one layer of at least one hidden unit",
                              std::to_string(chosen.layers) + " layers of " + std::to_string(chosen.hidden));
        }
        for (std::size_t l = 0; l < chosen.layers; ++l)
        {
            for (std::size_t d = 0; d < direction_count; ++d)
            {
                walks_.emplace_back(l == 0 ? inputs : outputs(), chosen.hidden, d == 1, l > 0 || with_input_gradient, table, suffix(l, d));
            }
        }
    }

    const options& chosen() const noexcept { return options_; }
    std::size_t inputs() const noexcept { return inputs_; }
    std::size_t outputs() const noexcept { return direction_count * options_.hidden; }
    std::string name() const { return std::string(Directions == directions::both ? "bidirectional " : "recurrent ") + Cell::name; }

    //! @brief Matrices of carried state: layers × directions × carried rows of the cell.
    std::size_t state_size() const noexcept { return walks_.size() * Cell::carried.size(); }

    void initialize(std::span<T> weights, key k) const
    {
        for (std::size_t w = 0; w < walks_.size(); ++w)
        {
            walks_[w].initialize(weights, k.with(w));
        }
    }

    void forward(const pass_context<T>& context, matrix_view<const T> in, matrix_view<T> out, std::span<workspace_matrix<T>> state)
    {
        for (std::size_t l = 0; l < options_.layers; ++l)
        {
            const auto to = output_of(l, out);
            for (std::size_t d = 0; d < direction_count; ++d)
            {
                const std::size_t w = l * direction_count + d;
                const auto carried = state.empty() ? state : state.subspan(w * Cell::carried.size(), Cell::carried.size());
                walks_[w].forward(context.of_layer(w), in, half(to, d), carried);
            }
            if (l + 1 < options_.layers)
            {
                in = to;
                if (drops(context))
                {
                    const auto thinned = dropped_[l].resize(to.rows, to.columns);
                    dropout_.apply(context.of_layer(l), in, thinned);
                    in = thinned;
                }
            }
        }
    }

    void backward(const pass_context<T>& context, matrix_view<const T> out, matrix_view<const T> d_out, matrix_view<T> d_in, std::span<T> gradient)
    {
        for (std::size_t l = options_.layers; l-- > 0;)
        {
            const auto h = l + 1 < options_.layers ? matrix_view<const T>(outputs_[l].view()) : out;
            auto d_below = d_in;
            if (l > 0)
            {
                d_below = d_between_[l % 2].resize(h.rows, outputs());
            }
            if (d_below.data)
            {
                fill_zero(d_below);
            }
            for (std::size_t d = 0; d < direction_count; ++d)
            {
                const std::size_t w = l * direction_count + d;
                walks_[w].backward(context.of_layer(w), half(h, d), half(d_out, d), d_below, gradient);
            }
            if (l > 0 && drops(context))
            {
                dropout_.apply(context.of_layer(l - 1), d_below, d_below);
            }
            d_out = d_below;
        }
    }

    //! @brief f(name, crossbar) for each crossbar, in the order of layers and directions.
    template <class F>
    void for_each_crossbar(F&& f)
    {
        for (std::size_t w = 0; w < walks_.size(); ++w)
        {
            f(suffix(w / direction_count, w % direction_count), walks_[w].crossbar());
        }
    }

    template <class F>
    void for_each_crossbar(F&& f) const
    {
        for (std::size_t w = 0; w < walks_.size(); ++w)
        {
            f(suffix(w / direction_count, w % direction_count), walks_[w].crossbar());
        }
    }

    //! @brief f(name, values [N, D·H]) for what the layers below the top gave in the last pass.
    template <class F>
    void for_each_inner_output(F&& f) const
    {
        for (std::size_t l = 0; l < outputs_.size(); ++l)
        {
            f("inner layer " + std::to_string(l), outputs_[l].view());
        }
    }

private:
    static constexpr std::size_t direction_count = static_cast<std::size_t>(Directions);

    static std::string suffix(std::size_t layer, std::size_t direction)
    {
        return "l" + std::to_string(layer) + (direction == 1 ? "_reverse" : "");
    }

    bool drops(const pass_context<T>& context) const noexcept { return context.training && options_.dropout > 0; }

    matrix_view<T> output_of(std::size_t layer, matrix_view<T> out)
    {
        return layer + 1 < options_.layers ? outputs_[layer].resize(out.rows, out.columns) : out;
    }

    template <class U>
    matrix_view<U> half(matrix_view<U> m, std::size_t direction) const noexcept
    {
        return {m.data + direction * options_.hidden, m.rows, options_.hidden, m.stride};
    }

    options options_;
    std::size_t inputs_;
    dropout<T> dropout_;
    std::vector<detail::walk<Cell, Policies>> walks_;
    std::vector<workspace_matrix<T>> outputs_;  // of the layers below the top
    std::vector<workspace_matrix<T>> dropped_;
    std::array<workspace_matrix<T>, 2> d_between_;
};

//! @brief Recurrent layers that read the sequence from its first step to its last.
template <cell::recurrent_cell Cell, hardware Policies = policies<>>
using recurrent = recurrent_stack<Cell, Policies, directions::forward>;

//! @brief Recurrent layers that read each sequence both ways; outputs stand side by side: [forward, reverse].
template <cell::recurrent_cell Cell, hardware Policies = policies<>>
using bidirectional = recurrent_stack<Cell, Policies, directions::both>;
}
