// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include <dni/core/matrix.hpp>
#include <dni/core/packed_matrix.hpp>
#include <dni/core/table.hpp>
#include <dni/core/workspace.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/crossbar/sources.hpp>
#include <dni/crossbar/wiring.hpp>
#include <dni/noise/site.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief The moments of a block of rows: row r belongs to sample ids[r], at one step of one pass on one chip.
struct row_keys
{
    key pass;
    const std::uint64_t* ids;
    std::size_t step;
    key chip{};

    noise::moment operator[](std::size_t r) const noexcept { return {pass, chip, ids[r], step}; }
};

//! @brief The noisy product of an array of memory cells:
//!            y = ADC( (W + weight noise)ᵀ · (DAC(u) + input noise) + b + output noise ),   u [K], W [K, N], b and y [N].
//! @details `program` builds the realisation: packed panels, with the weight noise of one pass on one chip in them, rounded as the precision stores
//!          them. `forward` of different rows may run on different threads. Bias is digital and exact.
//! @tparam Most what there is room for inside the object; by default the tables are on the heap
//! @cost 2·K·N operations a row
//! @verified tests/crossbar/crossbar_test.cpp
template <hardware Policies, packed_size Most = packed_size::any()>
class memory_array
{
public:
    using T = typename Policies::value_type;
    using noise_sources = product_sources<Policies>;
    static constexpr bool has_weight_noise = noise_sources::template acts<noise::site::weights>;

    memory_array() : memory_array(wiring{}) {}

    explicit memory_array(const wiring& wires) : wires_{wires}
    {
        matrix_.shape(wires.forward());
        bias_.assign(packed_size::of<T>(wires.forward()).columns, T{0});
    }

    const wiring& wires() const noexcept { return wires_; }
    noise_sources& noise() noexcept { return noise_; }
    const noise_sources& noise() const noexcept { return noise_; }

    //! @brief Writes the weights into the array: weight(k, n) and bias(n). Weight noise is that of this pass on this chip.
    //! @param run  run(count, task) calls task(0) … task(count − 1)
    //! @param also also(element): called with the weights as they are in the array, to pack them elsewhere too
    template <class Weight, class Bias, class Run, class Also>
    void program(const Weight& weight, const Bias& bias, const noise::moment& now, const Run& run, const Also& also)
    {
        for (std::size_t n = 0; n < wires_.columns(); ++n)
        {
            bias_[n] = bias(n);
        }
        const auto pack = [&](const auto& element)
        {
            run(matrix_.panels(), [&](std::size_t p) { matrix_.pack(p, element); });
            also([&](std::size_t k, std::size_t n) { return matrix_.as_stored(n, element(k, n)); });
        };
        if constexpr (noise_sources::needs_w_max)
        {
            T largest{0};
            for_each_wired([&](std::size_t k, std::size_t n) { largest = std::max(largest, std::abs(weight(k, n))); });
            noise_.w_max(static_cast<double>(largest));
        }
        if constexpr (has_weight_noise)
        {
            clean_weights_.clear();
            for_each_wired([&](std::size_t k, std::size_t n) { clean_weights_.push_back(weight(k, n)); });
            auto noisy = clean_weights_;
            programmed_at_ = now;
            noise_.template apply<noise::site::weights, T>(noisy, programmed_at_);
            const auto values = realised_.resize(wires_.rows(), wires_.columns());
            std::size_t i = 0;
            for_each_wired([&](std::size_t k, std::size_t n) { values.row(k)[n] = noisy[i++]; });
            pack([values](std::size_t k, std::size_t n) { return values.row(k)[n]; });
        }
        else
        {
            pack(weight);
        }
    }

    //! @brief y = product of u, for the rows of a block.
    //! @param u  [R, K] in: clean inputs, out: inputs as they entered the product
    //! @param kept_inputs, kept_outputs  [R, K], [R, N]: receive the values before the noise if a policy's adjoint needs them (or are empty)
    void forward(matrix_view<T> u, matrix_view<T> kept_inputs, matrix_view<T> y, matrix_view<T> kept_outputs, const row_keys& keys) const noexcept
    {
        apply<noise::site::input>(u, kept_inputs, {}, keys);
        matrix_.multiply(u, bias_.data(), y);
        apply<noise::site::output>(y, kept_outputs, u, keys);
    }

    //! @brief ∂L/∂W of the clean weights from that of the noisy ones, G [K, N], in place.
    void weight_noise_adjoint(matrix_view<T> gradient) const
    {
        if constexpr (has_weight_noise)
        {
            aligned_vector<T> flat;
            for_each_wired([&](std::size_t k, std::size_t n) { flat.push_back(gradient.row(k)[n]); });
            aligned_vector<T> scratch(flat.size());
            noise_.template adjoint<noise::site::weights, T>(flat, clean_weights_, scratch, programmed_at_);
            std::size_t i = 0;
            for_each_wired([&](std::size_t k, std::size_t n) { gradient.row(k)[n] = flat[i++]; });
        }
    }

    //! @brief f(k, n) for every wired crossing, in strips of neighbouring outputs: neither W nor its transpose is then walked with a long stride.
    template <class F>
    void for_each_wired(F&& f) const
    {
        constexpr std::size_t strip = 64 / sizeof(T);
        for (const auto& group : wires_.forward())
        {
            for (std::size_t first = group.first; first < group.last; first += strip)
            {
                const std::size_t last = std::min(group.last, first + strip);
                for (std::size_t k = group.row_first; k < group.row_last; ++k)
                {
                    for (std::size_t n = first; n < last; ++n)
                    {
                        f(k, n);
                    }
                }
            }
        }
    }

private:
    template <noise::site Site>
    void apply(matrix_view<T> values, matrix_view<T> kept, matrix_view<const T> inputs, const row_keys& keys) const noexcept
    {
        if constexpr (noise_sources::template acts<Site>)
        {
            for (std::size_t r = 0; r < values.rows; ++r)
            {
                if (noise_sources::template needs_signal<Site> && kept.data)
                {
                    std::ranges::copy(values.row(r), kept.row(r).begin());
                }
                noise_.template apply<Site>(values.row(r), keys[r], inputs.data ? inputs.row(r) : std::span<const T>{});
            }
        }
    }

    wiring wires_;
    packed_matrix<T, Most, precision::storage_of_weights<typename Policies::precision>> matrix_;
    table<T, Most.columns> bias_;
    aligned_vector<T> clean_weights_;  // with weight noise only: the wired weights as one vector
    workspace_matrix<T> realised_;
    noise::moment programmed_at_;
    [[no_unique_address]] noise_sources noise_;
};
}
