// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <dni/core/matrix.hpp>
#include <dni/core/packed_matrix.hpp>
#include <dni/core/thread_pool.hpp>
#include <dni/core/workspace.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/crossbar/wiring.hpp>
#include <dni/noise/site.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief The keys of a block of rows: row r belongs to sample ids[r], at one step of one pass.
struct row_keys
{
    key pass;
    const std::uint64_t* ids;
    std::size_t step;

    key operator[](std::size_t r) const noexcept { return pass.with(ids[r]).with(step); }
};

//! @brief The noisy matrix-vector product of a memory-cell array, and its adjoint:
//!            y = (W + weight noise)ᵀ · (u + input noise) + b + output noise,   u [K], W [K, N], b and y [N].
//! @details Everything in the library that multiplies by weights does it here; noise acts here and nowhere else. `program` builds the
//!          realisation (packed panels, with the weight noise of one pass in them); forward and adjoint of different rows may run on
//!          different threads. Bias is digital and exact.
//! @cost 2·K·N operations a row forward, as many in the adjoint, as many for the weight gradient
//! @verified tests/crossbar/crossbar_test.cpp, tests/gradient
template <hardware Policies>
class crossbar
{
public:
    using T = typename Policies::value_type;
    using noise_sources = noise::sources<typename Policies::noise>;
    static constexpr bool keeps_inputs = noise_sources::template needs_signal<noise::site::input>;
    static constexpr bool keeps_outputs = noise_sources::template needs_signal<noise::site::output>;
    static constexpr bool has_weight_noise = noise_sources::template acts<noise::site::weights>;

    //! @param with_input_gradient whether `adjoint` gives the part of x too
    crossbar(const wiring& wires, bool with_input_gradient) : wires_{wires}
    {
        forward_.shape(wires.columns(), wires.forward());
        // the adjoint of noise at the input may need the gradient of all of u to give that of a part
        backward_.shape(wires.rows(), wires.backward(with_input_gradient || noise_sources::template acts<noise::site::input>));
        outer_.shape(wires.forward());
        bias_.assign(wires.columns() + detail::panel_width<T>, T{0});
    }

    const wiring& wires() const noexcept { return wires_; }
    noise_sources& noise() noexcept { return noise_; }
    const noise_sources& noise() const noexcept { return noise_; }

    //! @brief Writes the weights into the array: weight(k, n) and bias(n). Weight noise is drawn for this pass.
    template <class Weight, class Bias>
    void program(const Weight& weight, const Bias& bias, key pass, thread_pool& pool)
    {
        for (std::size_t n = 0; n < wires_.columns(); ++n)
        {
            bias_[n] = bias(n);
        }
        if constexpr (has_weight_noise)
        {
            clean_weights_.clear();
            for_each_wired([&](std::size_t k, std::size_t n) { clean_weights_.push_back(weight(k, n)); });
            auto noisy = clean_weights_;
            weight_key_ = pass;
            noise_.template apply<noise::site::weights, T>(noisy, weight_key_);
            const auto values = realised_.resize(wires_.rows(), wires_.columns());
            std::size_t i = 0;
            for_each_wired([&](std::size_t k, std::size_t n) { values.row(k)[n] = noisy[i++]; });
            pack([values](std::size_t k, std::size_t n) { return values.row(k)[n]; }, pool);
        }
        else
        {
            pack(weight, pool);
        }
    }

    //! @brief y = product of u, for the rows of a block.
    //! @param u  [R, K] in: clean inputs, out: inputs as they entered the product
    //! @param kept_inputs, kept_outputs  [R, K], [R, N]: receive the values before the noise if a policy's adjoint needs them (or are empty)
    void forward(matrix_view<T> u, matrix_view<T> kept_inputs, matrix_view<T> y, matrix_view<T> kept_outputs, const row_keys& keys) const noexcept
    {
        apply<noise::site::input>(u, kept_inputs, keys);
        forward_.multiply(u, bias_.data(), y);
        apply<noise::site::output>(y, kept_outputs, keys);
    }

    //! @brief The adjoint of `forward` for the rows of a block.
    //! @param dy [R, N] in: ∂L/∂y, out: the gradient at the clean product, which `accumulate` takes
    //! @param du [R, K] out: ∂L/∂u; the part of x only if it was asked for
    //! @param scratch [R, max(K, N)]
    void adjoint(matrix_view<T> dy, matrix_view<const T> kept_outputs, matrix_view<T> du, matrix_view<const T> kept_inputs, matrix_view<T> scratch,
                 const row_keys& keys) const noexcept
    {
        apply_adjoint<noise::site::output>(dy, kept_outputs, scratch, keys);
        backward_.multiply(dy, nullptr, du);
        apply_adjoint<noise::site::input>(du, kept_inputs, scratch, keys);
    }

    //! @brief The gradient of weights and bias over all rows of a pass.
    //! @param u [rows, K] as `forward` left it, dy [rows, N] as `adjoint` left it
    //! @param add_weight add_weight(k, n, value) and add_bias(n, value) receive the gradient of every wired weight and of each bias
    template <class AddWeight, class AddBias>
    void accumulate(matrix_view<const T> u, matrix_view<const T> dy, const AddWeight& add_weight, const AddBias& add_bias, thread_pool& pool)
    {
        const auto gradient = gradient_.resize(wires_.rows(), wires_.columns());
        bias_gradient_.assign(wires_.columns(), T{0});
        pool.run(gradient.rows, [&](std::size_t k) { std::ranges::fill(gradient.row(k), T{0}); });
        pool.run(outer_.panels(), [&](std::size_t p) { outer_.accumulate(p, u, dy, gradient, bias_gradient_.data()); });
        if constexpr (has_weight_noise)
        {
            weight_noise_adjoint(gradient);
        }
        for_each_wired([&](std::size_t k, std::size_t n) { add_weight(k, n, gradient.row(k)[n]); });
        for (std::size_t n = 0; n < wires_.columns(); ++n)
        {
            add_bias(n, bias_gradient_[n]);
        }
    }

private:
    template <class Weight>
    void pack(const Weight& weight, thread_pool& pool)
    {
        pool.run(forward_.panels(), [&](std::size_t p) { forward_.pack(p, weight); });
        pool.run(backward_.panels(),
                 [&](std::size_t p) { backward_.pack(p, [&](std::size_t n, std::size_t k) { return weight(k, n); }); });
    }

    template <class F>
    void for_each_wired(F&& f) const
    {
        for (const auto& group : wires_.forward())
        {
            for (std::size_t n = group.first; n < group.last; ++n)
            {
                for (std::size_t k = group.row_first; k < group.row_last; ++k)
                {
                    f(k, n);
                }
            }
        }
    }

    template <noise::site Site>
    void apply(matrix_view<T> values, matrix_view<T> kept, const row_keys& keys) const noexcept
    {
        if constexpr (noise_sources::template acts<Site>)
        {
            for (std::size_t r = 0; r < values.rows; ++r)
            {
                if (noise_sources::template needs_signal<Site> && kept.data)
                {
                    std::ranges::copy(values.row(r), kept.row(r).begin());
                }
                noise_.template apply<Site>(values.row(r), keys[r]);
            }
        }
    }

    template <noise::site Site>
    void apply_adjoint(matrix_view<T> gradient, matrix_view<const T> kept, matrix_view<T> scratch, const row_keys& keys) const noexcept
    {
        if constexpr (noise_sources::template acts<Site>)
        {
            for (std::size_t r = 0; r < gradient.rows; ++r)
            {
                const auto signal = kept.data ? kept.row(r) : std::span<const T>{};
                noise_.template adjoint<Site>(gradient.row(r), signal, scratch.row(r).first(gradient.columns), keys[r]);
            }
        }
    }

    void weight_noise_adjoint(matrix_view<T> gradient)
    {
        aligned_vector<T> flat;
        for_each_wired([&](std::size_t k, std::size_t n) { flat.push_back(gradient.row(k)[n]); });
        aligned_vector<T> scratch(flat.size());
        noise_.template adjoint<noise::site::weights, T>(flat, clean_weights_, scratch, weight_key_);
        std::size_t i = 0;
        for_each_wired([&](std::size_t k, std::size_t n) { gradient.row(k)[n] = flat[i++]; });
    }

    wiring wires_;
    packed_matrix<T> forward_;
    packed_matrix<T> backward_;
    outer_product<T> outer_;
    aligned_vector<T> bias_;
    workspace_matrix<T> gradient_;
    aligned_vector<T> bias_gradient_;
    aligned_vector<T> clean_weights_;  // with weight noise only: the wired weights as one vector
    workspace_matrix<T> realised_;
    key weight_key_;
    [[no_unique_address]] noise_sources noise_;
};
}
