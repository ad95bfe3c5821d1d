// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include <dni/core/matrix.hpp>
#include <dni/core/packed_matrix.hpp>
#include <dni/core/table.hpp>
#include <dni/core/workspace.hpp>
#include <dni/crossbar/array_plan.hpp>
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
    row_keys of(const stretch& part) const noexcept { return {part.of(pass), ids, step, part.of(chip)}; }
};

//! @brief Room inside the object is counted for one array.
template <class Policies, packed_size Most>
concept one_array_where_room_is_fixed = Most.panels == unbounded || mapping::one_array<typename Policies::mapping>;

//! @brief The noisy product of an array of memory cells, or of several that are added up (crossbar/mapping.hpp):
//!            y = ADC( (W + weight noise)ᵀ · (DAC(u) + input noise) + b + output noise ),   u [K], W [K, N], b and y [N].
//! @details `program` builds the realisation: packed panels, with the weight noise of one pass on one chip in them, rounded as the precision stores
//!          them. `forward` of different rows may run on different threads. Bias is digital and exact.
//! @tparam Most what there is room for inside the object; by default the tables are on the heap
//! @cost 2·K·N operations a row
//! @verified tests/crossbar/crossbar_test.cpp
template <hardware Policies, packed_size Most = packed_size::any()>
    requires one_array_where_room_is_fixed<Policies, Most>
class memory_array
{
    using plan = array_plan<typename Policies::mapping>;

public:
    using T = typename Policies::value_type;
    using noise_sources = product_sources<Policies>;
    static constexpr bool has_weight_noise = noise_sources::template acts<noise::site::weights>;

    memory_array() : memory_array(wiring{}) {}

    explicit memory_array(const wiring& wires) : plan_{wires}
    {
        const auto groups = plan_.forward();
        matrix_.shape(groups);
        bias_.assign(packed_size::of<T>(groups).columns, T{0});
    }

    const wiring& wires() const noexcept { return plan_.wires(); }

    //! @brief Which weights stand in which array.
    const plan& arrays() const noexcept { return plan_; }

    //! @brief Elements of a row of outputs: N where there is one array, and room for all partial sums where there are several.
    std::size_t width() const noexcept { return plan_.width(); }

    noise_sources& noise() noexcept { return noise_; }
    const noise_sources& noise() const noexcept { return noise_; }

    //! @brief Writes the weights into the array: weight(k, n) and bias(n). Weight noise is that of this pass on this chip.
    //! @param run  run(count, task) calls task(0) … task(count − 1)
    //! @param also also(element): called with the weights as they are in the array, to pack them elsewhere too
    template <class Weight, class Bias, class Run, class Also>
    void program(const Weight& weight, const Bias& bias, const noise::moment& now, const Run& run, const Also& also)
    {
        plan_.for_each_output([&](std::size_t n, std::size_t v) { bias_[v] = bias(n); });
        const auto pack = [&](const auto& element)
        {
            run(matrix_.panels(), [&](std::size_t p) { matrix_.pack(p, element); });
            also([&](std::size_t k, std::size_t v) { return matrix_.as_stored(v, element(k, v)); });
        };
        const auto wide_weight = [&](std::size_t k, std::size_t v) { return weight(k, plan_.output(v)); };
        if constexpr (noise_sources::needs_w_max)
        {
            find_w_max(wide_weight);
        }
        if constexpr (has_weight_noise || has_slices)
        {
            clean_weights_.clear();
            programmed_at_ = now;
            number_crossings();
            const auto values = realised_.resize(wires().rows(), width());
            if constexpr (has_slices)
            {
                fill_zero(values);  // what is not wired is read too, to be packed between the slices
            }
            plan_.for_each_array(
                [&](const placed_array& one)
                {
                    const std::size_t first = clean_weights_.size();
                    for_each_wired(one, [&](std::size_t k, std::size_t v) { clean_weights_.push_back(wide_weight(k, v)); });
                    if constexpr (has_slices)
                    {
                        Policies::mapping::cut(std::span<T>(clean_weights_).subspan(first), one.slice);
                    }
                    aligned_vector<T> noisy(clean_weights_.begin() + static_cast<std::ptrdiff_t>(first), clean_weights_.end());
                    noise_of(one).template apply<noise::site::weights, T>(noisy, moment_of(one, first, noisy.size()));
                    std::size_t i = 0;
                    for_each_wired(one, [&](std::size_t k, std::size_t v) { values.row(k)[v] = noisy[i++]; });
                });
            pack([values](std::size_t k, std::size_t v) { return values.row(k)[v]; });
        }
        else
        {
            pack(wide_weight);
        }
    }

    //! @brief y = product of u, for the rows of a block.
    //! @param u  [R, K] in: clean inputs, out: inputs as they entered the product
    //! @param y  [R, width], its first N columns are the product
    //! @param kept_inputs, kept_outputs  [R, K], [R, width]: receive the values before the noise if a policy's adjoint needs them (or are empty)
    void forward(matrix_view<T> u, matrix_view<T> kept_inputs, matrix_view<T> y, matrix_view<T> kept_outputs, const row_keys& keys) const noexcept
    {
        plan_.for_each_input([&](const stretch& part)
                             { apply<noise::site::input>(noise_, part.of(u), part.of(kept_inputs), {}, keys.of(part)); });
        matrix_.multiply(u, bias_.data(), y);
        plan_.for_each_array(
            [&](const placed_array& one)
            {
                apply<noise::site::output>(noise_of(one), one.outputs.of(y), one.outputs.of(kept_outputs), one.inputs.of(matrix_view<const T>(u)),
                                           keys.of(one.outputs));
            });
        plan_.add_up(y);
    }

protected:
    //! The noise of one array; where a level is in units of the largest weight, of that of the array.
    decltype(auto) noise_of([[maybe_unused]] const placed_array& one) const noexcept
    {
        if constexpr (knows_each_w_max)
        {
            auto own = noise_;
            own.w_max(w_max_[one.outputs.index]);
            return own;
        }
        else
        {
            return (noise_);
        }
    }

    //! ∂L/∂W of the clean weights from that of the noisy ones, G [K, width], in place.
    void weight_noise_adjoint(matrix_view<T> gradient) const
    {
        if constexpr (has_weight_noise)
        {
            std::size_t first = 0;
            plan_.for_each_array(
                [&](const placed_array& one)
                {
                    aligned_vector<T> flat;
                    for_each_wired(one, [&](std::size_t k, std::size_t v) { flat.push_back(gradient.row(k)[v]); });
                    aligned_vector<T> scratch(flat.size());
                    const auto clean = std::span<const T>(clean_weights_).subspan(first, flat.size());
                    noise_of(one).template adjoint<noise::site::weights, T>(flat, clean, scratch, moment_of(one, first, flat.size()));
                    std::size_t i = 0;
                    for_each_wired(one, [&](std::size_t k, std::size_t v) { gradient.row(k)[v] = flat[i++]; });
                    first += flat.size();
                });
        }
    }

    //! f(k, v) for every wired crossing of an array, v among the outputs of all arrays, in strips of neighbouring outputs: neither W nor its transpose
    //! is then walked with a long stride.
    template <class F>
    void for_each_wired(const placed_array& one, F&& f) const
    {
        constexpr std::size_t strip = 64 / sizeof(T);
        const std::size_t end = one.outputs.first + one.outputs.count;
        for (const auto& group : plan_.forward())
        {
            const std::size_t group_end = std::min(group.last, end);
            for (std::size_t first = std::max(group.first, one.outputs.first); first < group_end; first += strip)
            {
                const std::size_t last = std::min(group_end, first + strip);
                for (std::size_t k = group.row_first; k < group.row_last; ++k)
                {
                    for (std::size_t v = first; v < last; ++v)
                    {
                        f(k, v);
                    }
                }
            }
        }
    }

private:
    static constexpr bool has_slices = mapping::sliced<typename Policies::mapping>;
    static constexpr bool knows_each_w_max = noise_sources::needs_w_max && !mapping::one_array<typename Policies::mapping>;

    struct no_w_max
    {
    };

    struct no_crossings
    {
    };

    // Of the weights of one array: `count` of the wired ones, from the first-th.
    noise::moment moment_of(const placed_array& one, [[maybe_unused]] std::size_t first, [[maybe_unused]] std::size_t count) const noexcept
    {
        noise::moment now{one.outputs.of(programmed_at_.pass), one.outputs.of(programmed_at_.chip)};
        if constexpr (noise_sources::has_devices)
        {
            now.crossings = std::span<const noise::crossing>(crossings_).subspan(first, count);
        }
        return now;
    }

    void number_crossings()
    {
        if constexpr (noise_sources::has_devices)
        {
            crossings_.clear();
            plan_.for_each_array(
                [&](const placed_array& one)
                {
                    for_each_wired(one,
                                   [&](std::size_t k, std::size_t v) {
                                       crossings_.push_back({static_cast<std::uint32_t>(k - one.inputs.first), static_cast<std::uint32_t>(v - one.outputs.first)});
                                   });
                });
        }
    }

    template <class Weight>
    void find_w_max(const Weight& weight)
    {
        T largest_of_all{0};
        plan_.for_each_array(
            [&](const placed_array& one)
            {
                T largest{0};
                for_each_wired(one, [&](std::size_t k, std::size_t v) { largest = std::max(largest, std::abs(weight(k, v))); });
                largest_of_all = std::max(largest_of_all, largest);
                if constexpr (knows_each_w_max)
                {
                    w_max_.resize(one.outputs.index + 1);
                    w_max_[one.outputs.index] = static_cast<double>(largest);
                }
            });
        noise_.w_max(static_cast<double>(largest_of_all));
    }

    template <noise::site Site>
    static void apply(const noise_sources& noise, matrix_view<T> values, matrix_view<T> kept, matrix_view<const T> inputs, const row_keys& keys) noexcept
    {
        if constexpr (noise_sources::template acts<Site>)
        {
            for (std::size_t r = 0; r < values.rows; ++r)
            {
                if (noise_sources::template needs_signal<Site> && kept.data)
                {
                    std::ranges::copy(values.row(r), kept.row(r).begin());
                }
                noise.template apply<Site>(values.row(r), keys[r], inputs.data ? inputs.row(r) : std::span<const T>{});
            }
        }
    }

    plan plan_;
    packed_matrix<T, Most, precision::storage_of_weights<typename Policies::precision>> matrix_;
    table<T, Most.columns> bias_;
    aligned_vector<T> clean_weights_;  // with weight noise or slices only: the wired weights, array after array
    workspace_matrix<T> realised_;
    noise::moment programmed_at_;
    [[no_unique_address]] noise_sources noise_;
    [[no_unique_address]] std::conditional_t<knows_each_w_max, std::vector<double>, no_w_max> w_max_;
    [[no_unique_address]] std::conditional_t<noise_sources::has_devices, std::vector<noise::crossing>, no_crossings> crossings_;
};
}
