// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>

#include <dni/core/matrix.hpp>
#include <dni/core/outer_product.hpp>
#include <dni/core/packed_matrix.hpp>
#include <dni/core/thread_pool.hpp>
#include <dni/core/workspace.hpp>
#include <dni/crossbar/array_plan.hpp>
#include <dni/crossbar/memory_array.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/crossbar/wiring.hpp>
#include <dni/noise/site.hpp>
#include <dni/precision/bound.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief A memory array to train: its noisy product, and the adjoint.
//! @details Everything in the library that multiplies by weights does it here; noise acts here and nowhere else. Forward and adjoint of different
//!          rows may run on different threads.
//! @cost 2·K·N operations a row forward, as many in the adjoint, as many for the weight gradient
//! @verified tests/crossbar/crossbar_test.cpp, tests/gradient
template <hardware Policies>
class crossbar : public memory_array<Policies>
{
    using base = memory_array<Policies>;

public:
    using T = typename base::T;
    using noise_sources = typename base::noise_sources;
    static constexpr bool keeps_inputs = noise_sources::template needs_signal<noise::site::input>;
    static constexpr bool keeps_outputs = noise_sources::template needs_signal<noise::site::output>;

    //! @param with_input_gradient whether `adjoint` gives the part of x too
    crossbar(const wiring& wires, bool with_input_gradient) : base{wires}
    {
        // the adjoint of noise that acts at the input, or depends on it, takes the gradient of all of u
        backward_.shape(this->arrays().backward(with_input_gradient || noise_sources::template acts<noise::site::input> || noise_sources::pulls));
        outer_.shape(this->arrays().forward());
    }

    //! @brief Writes the weights into the array, forward and transposed: weight(k, n) and bias(n). Weight noise is that of this pass on this chip.
    template <class Weight, class Bias>
    void program(const Weight& weight, const Bias& bias, const noise::moment& now, thread_pool& pool)
    {
        base::program(
            weight, bias, now, [&](std::size_t count, const auto& task) { pool.run(count, task); },
            [&](const auto& element)
            {
                pool.run(backward_.panels(),
                         [&](std::size_t p) { backward_.pack(p, [&](std::size_t v, std::size_t k) { return element(k, v); }); });
            });
    }

    //! @brief The adjoint of `forward` for the rows of a block.
    //! @param dy [R, width] in: ∂L/∂y in its first N columns, out: the gradient at the clean product of each array, which `accumulate` takes
    //! @param du [R, K] out: ∂L/∂u; the part of x only if it was asked for
    //! @param entered [R, K] inputs as `forward` left them
    //! @param scratch [R, max(K, width)]
    //! @param d_parameters [R, parameters]: what the adjoints of policies with parameters give is added, row by row
    void adjoint(matrix_view<T> dy, matrix_view<const T> kept_outputs, matrix_view<T> du, matrix_view<const T> kept_inputs,
                 matrix_view<const T> entered, matrix_view<T> scratch, const row_keys& keys, matrix_view<T> d_parameters = {}) const noexcept
    {
        const auto& arrays = this->arrays();
        arrays.hand_out(dy);
        arrays.for_each_array(
            [&](const placed_array& one)
            {
                apply_adjoint<noise::site::output>(this->noise_of(one), one.outputs.of(dy), one.outputs.of(kept_outputs), one.inputs.of(entered),
                                                   one.outputs.of(scratch), keys.of(one.outputs), d_parameters);
            });
        backward_.multiply(dy, nullptr, du);
        if constexpr (noise_sources::pulls)
        {
            arrays.for_each_array([&](const placed_array& one) { add_pulls(one.outputs.of(scratch), one.inputs.of(entered), one.inputs.of(du)); });
        }
        arrays.for_each_input(
            [&](const stretch& part)
            { apply_adjoint<noise::site::input>(this->noise(), part.of(du), part.of(kept_inputs), {}, part.of(scratch), keys.of(part), d_parameters); });
    }

    //! @brief The gradient of weights and bias over all rows of a pass.
    //! @param u [rows, K] as `forward` left it, dy [rows, width] as `adjoint` left it
    //! @param add_weight add_weight(k, n, value) and add_bias(n, value) receive the gradient of every wired weight and of each bias
    template <class AddWeight, class AddBias>
    void accumulate(matrix_view<const T> u, matrix_view<const T> dy, const AddWeight& add_weight, const AddBias& add_bias, thread_pool& pool)
    {
        const auto& arrays = this->arrays();
        const auto gradient = gradient_.resize(this->wires().rows(), this->width());
        bias_gradient_.resize(this->width());
        outer_.sum(u, dy, gradient, bias_gradient_.data(), pool);
        this->weight_noise_adjoint(gradient);
        arrays.for_each_array(
            [&](const placed_array& one)
            { this->for_each_wired(one, [&](std::size_t k, std::size_t v) { add_weight(k, arrays.output(v), gradient.row(k)[v]); }); });
        arrays.for_each_output([&](std::size_t n, std::size_t v) { add_bias(n, bias_gradient_[v]); });
    }

    //! @brief Adds up what `adjoint` added to the rows of d_parameters, in their order: the gradient of what is trained, and what running bounds follow.
    //! @param d_parameters [any rows, parameters]
    //! @param rows of the pass
    void accumulate_parameters(matrix_view<const T> d_parameters, std::size_t rows, T* gradient) noexcept
    {
        std::size_t i = 0;
        this->noise().for_each_parameter(
            [&]<class Part>(Part& part)
            {
                double sum = 0;
                for (std::size_t r = 0; r < d_parameters.rows; ++r)
                {
                    sum += static_cast<double>(d_parameters.row(r)[i]);
                }
                if constexpr (precision::trained_bound<decltype(part.range)>)
                {
                    gradient[i] += static_cast<T>(sum);
                }
                else
                {
                    part.range.reached = sum / static_cast<double>(rows * vectors<Part::where>());
                }
                ++i;
            });
    }

private:
    // In a row at the site: one for each array, inputs side by side counted once.
    template <noise::site Site>
    std::size_t vectors() const noexcept
    {
        std::size_t count = 0;
        if constexpr (Site == noise::site::input)
        {
            this->arrays().for_each_input([&](const stretch&) { ++count; });
        }
        else
        {
            this->arrays().for_each_array([&](const placed_array&) { ++count; });
        }
        return count;
    }

    template <noise::site Site>
    static void apply_adjoint(const noise_sources& noise, matrix_view<T> gradient, matrix_view<const T> kept, matrix_view<const T> inputs,
                              matrix_view<T> scratch, const row_keys& keys, matrix_view<T> d_parameters) noexcept
    {
        if constexpr (noise_sources::template changes_gradient<Site>)
        {
            for (std::size_t r = 0; r < gradient.rows; ++r)
            {
                const auto signal = kept.data ? kept.row(r) : std::span<const T>{};
                const auto entered = inputs.data ? inputs.row(r) : std::span<const T>{};
                const T pull = noise.template adjoint<Site>(gradient.row(r), signal, scratch.row(r).first(gradient.columns), keys[r], entered,
                                                           noise_sources::parameters > 0 ? d_parameters.row(r).data() : nullptr);
                if (noise_sources::pulls && Site == noise::site::output)
                {
                    scratch.row(r).front() = pull;
                }
            }
        }
    }

    // What noise at the output gives to the gradient of the inputs it depends on; its factor waits in the scratch.
    static void add_pulls(matrix_view<const T> scratch, matrix_view<const T> entered, matrix_view<T> du) noexcept
    {
        for (std::size_t r = 0; r < du.rows; ++r)
        {
            for (std::size_t k = 0; k < du.columns; ++k)
            {
                du.row(r)[k] += scratch.row(r)[0] * entered.row(r)[k];
            }
        }
    }

    packed_matrix<T> backward_;
    outer_product<T> outer_;
    workspace_matrix<T> gradient_;
    aligned_vector<T> bias_gradient_;
};
}
