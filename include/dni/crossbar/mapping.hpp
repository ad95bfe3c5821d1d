// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <span>

#include <dni/core/table.hpp>
#include <dni/crossbar/wiring.hpp>

//! @brief How the weights of one product are shared out among memory arrays.
//! @details Each array has its own noise and converters at its outputs; the partial sums are added digitally:
//!              y = Σ ADC(W_aᵀ · (DAC(u_a) + input noise) + output noise).
//!          The arrays side by side are fed by the same inputs, so these are converted and disturbed once. The bias of an output enters with the first of
//!          its arrays, as it does where there is one; of slices with each. What is relative, to a signal or to the largest weight, is so in each array;
//!          calibrations and bounds of converters are those of the whole product, of slices those of one slice, and the same for all arrays.
//! @verified tests/crossbar/mapping_test.cpp, tests/gradient/mapping_test.cpp
namespace dni::mapping
{
//! @brief One array fed by [x, h]: the default, and no code for it.
struct whole
{
    static constexpr std::size_t most_outputs = unbounded;
    static constexpr std::size_t inputs_end(const wiring& wires, std::size_t) noexcept { return wires.rows(); }
};

//! @brief One array for x and one for h: the two matrices of PyTorch. Noise of the same level is then twice as powerful where both are added.
struct separate
{
    static constexpr std::size_t most_outputs = unbounded;
    static constexpr std::size_t inputs_end(const wiring& wires, std::size_t first) noexcept { return first < wires.inputs ? wires.inputs : wires.rows(); }
};

//! @brief A mapping says where the inputs of an array that begins with input `first` end, and how many outputs an array has at most.
//! Models: whole, separate, tiles, bit_slices, or your own.
template <class M>
concept policy = requires(const wiring& wires, std::size_t first) {
    {
        M::inputs_end(wires, first)
    } -> std::same_as<std::size_t>;
    {
        M::most_outputs
    } -> std::convertible_to<std::size_t>;
};

//! @brief A mapping whose arrays hold a part of each weight's bits.
template <class M>
concept sliced = policy<M> && requires(std::span<float> weights, std::size_t slice) {
    {
        M::slices
    } -> std::convertible_to<std::size_t>;
    {
        M::share(slice)
    } -> std::same_as<double>;
    M::cut(weights, slice);
};

//! @brief What is cut into arrays or slices holds whole weights: slices are cut last, `bit_slices<4, 2, tiles<256, 256>>`.
template <class M>
concept holds_whole_weights = policy<M> && !sliced<M>;

//! @brief An array of no rows or columns holds no weight.
template <std::size_t Rows, std::size_t Columns>
concept has_room = Rows > 0 && Columns > 0;

//! @brief Arrays of finite size: at most Rows inputs and Columns outputs each. `Of` is what is cut: [x, h], or with `separate` x and h on their own.
//! @details n arrays in a column add noise of n times the power of one. Common sizes are 64 to 1152 rows.
//! @source Rasch et al. 2021, arXiv 2104.02184 (aihwkit: tiles of at most 512 × 512, partial sums added digitally)
template <std::size_t Rows, std::size_t Columns = unbounded, holds_whole_weights Of = whole>
    requires has_room<Rows, Columns>
struct tiles
{
    static constexpr std::size_t most_outputs = std::min(Columns, Of::most_outputs);
    static constexpr std::size_t inputs_end(const wiring& wires, std::size_t first) noexcept
    {
        const std::size_t end = Of::inputs_end(wires, first);
        return end - first > Rows ? first + Rows : end;
    }
};

//! @brief Some slices of some bits: 1 to 16 bits together.
template <std::size_t Slices, std::size_t Bits>
concept has_digits = Slices > 0 && Bits > 0 && Slices <= 16 && Bits <= 16 && Slices * Bits <= 16;

//! @brief Weights of n = Slices · Bits bits and a sign, on devices of Bits bits each: one array for each slice, read with noise and converters of its own,
//!        and the results shifted and added digitally. The sign is that of a pair of devices.
//! @details |W| is rounded to the nearest of 2ⁿ − 1 steps of the array's largest weight, and written as digits d_s, most significant first. A slice uses the whole range of
//!          its devices, W_s = sign(W) w_max d_s / (2^Bits − 1), so its noise, levels in units of w_max, devices and full scale are those of any array:
//!              y = Σ_s a_s ADC(W_sᵀ · (DAC(u) + input noise) + b + output noise),   a_s = 2^(Bits (Slices − 1 − s)) (2^Bits − 1) / (2ⁿ − 1),   Σ a_s = 1.
//!          Slices are fed by the same inputs, converted and disturbed once. The bias enters each. The gradient goes straight through the rounding,
//!          ∂W_s/∂W = 1; all else is exact.
//! @tparam Of what is sliced: one array, or each of several
//! @cost as many products as slices
//! @source Shafiee et al. 2016, "ISAAC", ISCA (weights of 16 bits in cells of 2); Bengio et al. 2013, arXiv 1308.3432 (the gradient)
//! @verified tests/crossbar/mapping_test.cpp
template <std::size_t Slices, std::size_t Bits, holds_whole_weights Of = whole>
    requires has_digits<Slices, Bits>
struct bit_slices
{
    static constexpr std::size_t slices = Slices;
    static constexpr std::size_t bits = Bits;
    static constexpr std::size_t most_outputs = Of::most_outputs;
    static constexpr std::size_t inputs_end(const wiring& wires, std::size_t first) noexcept { return Of::inputs_end(wires, first); }

    //! @brief a_s, what the result of slice s counts.
    static constexpr double share(std::size_t slice) noexcept { return steps(Bits) * place(slice) / steps(Slices * Bits); }

    //! @brief The weights of an array as slice s holds them.
    template <class T>
    static void cut(std::span<T> w, std::size_t slice) noexcept
    {
        T largest{0};
        for (const T v : w)
        {
            largest = std::max(largest, std::abs(v));
        }
        const T below = static_cast<T>(place(slice));
        const T base = static_cast<T>(steps(Bits) + 1);
        for (T& v : w)
        {
            if (largest > 0)
            {
                const T upper = std::floor(std::nearbyint(std::abs(v) / largest * static_cast<T>(steps(Slices * Bits))) / below);
                const T digit = upper - base * std::floor(upper / base);
                v = std::copysign(largest * digit / (base - 1), v);
            }
        }
    }

private:
    static constexpr double steps(std::size_t count) noexcept { return static_cast<double>((std::size_t{1} << count) - 1); }
    static constexpr double place(std::size_t slice) noexcept { return steps(Bits * (Slices - 1 - slice)) + 1; }
};

//! @brief A mapping that is one array whatever the sizes are.
template <class M>
concept one_array = std::same_as<M, whole>;
}
