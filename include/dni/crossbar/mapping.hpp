// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>

#include <dni/core/table.hpp>
#include <dni/crossbar/wiring.hpp>

//! @brief How the weights of one product are shared out among memory arrays.
//! @details Each array has its own noise and converters at its outputs; the partial sums are added digitally:
//!              y = Σ ADC(W_aᵀ · (DAC(u_a) + input noise) + output noise).
//!          The arrays side by side are fed by the same inputs, so these are converted and disturbed once. The bias of an output enters with the first of
//!          its arrays, as it does where there is one. What is relative, to a signal or to the largest weight, is so in each array; calibrations and
//!          bounds of converters are those of the whole product, one for all its arrays.
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
//! Models: whole, separate, tiles, or your own.
template <class M>
concept policy = requires(const wiring& wires, std::size_t first) {
    {
        M::inputs_end(wires, first)
    } -> std::same_as<std::size_t>;
    {
        M::most_outputs
    } -> std::convertible_to<std::size_t>;
};

//! @brief An array of no rows or columns holds no weight.
template <std::size_t Rows, std::size_t Columns>
concept has_room = Rows > 0 && Columns > 0;

//! @brief Arrays of finite size: at most Rows inputs and Columns outputs each. `Of` is what is cut: [x, h], or with `separate` x and h on their own.
//! @details n arrays in a column add noise of n times the power of one. Common sizes are 64 to 1152 rows.
//! @source Rasch et al. 2021, arXiv 2104.02184 (aihwkit: tiles of at most 512 × 512, partial sums added digitally)
template <std::size_t Rows, std::size_t Columns = unbounded, policy Of = whole>
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

//! @brief A mapping that is one array whatever the sizes are.
template <class M>
concept one_array = std::same_as<M, whole>;
}
