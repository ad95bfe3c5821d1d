// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/noise/crossing.hpp>
#include <dni/noise/device_draws.hpp>

namespace dni::noise
{
//! @brief A resistance in Ω.
struct ohms
{
    double value = 0;

    friend bool operator==(ohms, ohms) = default;
};

//! @brief A conductance in µS.
struct microsiemens
{
    double value = 0;

    friend bool operator==(microsiemens, microsiemens) = default;
};

//! @brief What the wires of an array lose (IR drop), at the weights: W'_ko = W_ko / (1 + r d_ko), r = segment · g_max,
//!            d_ko = Σ_m (1 + min(o, m)) ĝ_km + Σ_l (1 + min(k, l)) ĝ_lo,   ĝ = |W| / w_max; in the second sum those l whose W_lo has the sign of W_ko.
//! @details Input k drives a wire from the side of output 0, with a pair of devices for each output; the pair's devices feed two wires, one for each sign, which are read
//!          at zero potential on the side of input 0. From pair to pair there is a segment of wire. Wires and devices are linear, so the array is a matrix whatever
//!          its inputs are; this one is exact to the first order in r d and for a single device, and never changes a sign. In a column of equal devices it is the
//!          first order of aihwkit, which counts the wires to the outputs alone. Use it while r d, some r ĝ (K² + N²) / 2, is below 0.3.
//!          Stands behind the devices: all<phase_change_memory, ir_drop>; a pair's other device counts as 0. Arrays that are smaller lose less: mapping::tiles.
//!          The gradient goes through d too; w_max counts as a constant. Draws nothing.
//! @cost four sums over the weights when they are written, and twice that in the adjoint; memory for three numbers a crossing meanwhile
//! @source Rasch et al. 2021, arXiv 2104.02184 (aihwkit: ir_drop_g_ratio = 1 / r, 0.35 Ω a segment); Ohm's and Kirchhoff's laws
//! @verified tests/noise/ir_drop_test.cpp, tests/crossbar/devices_test.cpp
struct ir_drop
{
    static constexpr bool random = false;
    ohms segment = {0.35};      // of wire, from one pair of devices to the next
    microsiemens g_max = {25};  // of the device that w_max is mapped to
    double w_max = 0;           // written by the array

    template <class T>
    void apply(std::span<T> w, const device_draws& draws) const
    {
        if (w_max > 0)
        {
            const auto lost = losses(std::span<const T>(w), draws.crossings);
            for (std::size_t j = 0; j < w.size(); ++j)
            {
                w[j] /= 1 + lost[j];
            }
        }
    }

    template <class T>
    void adjoint(std::span<T> gradient, std::span<const T> w, const device_draws& draws) const
    {
        if (w_max > 0)
        {
            const auto lost = losses(w, draws.crossings);
            std::vector<T> through(w.size());
            for (std::size_t j = 0; j < w.size(); ++j)
            {
                gradient[j] /= 1 + lost[j];
                through[j] = ratio<T>() * gradient[j] * w[j] / (1 + lost[j]);
            }
            // how much the wires of one device take from another is as much as the other's from it
            const auto pulled = along_wires(std::move(through), w, draws.crossings);
            for (std::size_t j = 0; j < w.size(); ++j)
            {
                gradient[j] -= w[j] > 0 ? pulled[j] : w[j] < 0 ? -pulled[j] : T{0};
            }
        }
    }

    void check(const char* where) const
    {
        if (!(segment.value >= 0 && segment.value <= 1e6))
        {
            throw value_error(where, "0 to 1e6 ohm a segment of wire", number(segment.value));
        }
        if (!(g_max.value > 0 && g_max.value <= 1e6))
        {
            throw value_error(where, "a largest conductance above 0, of at most 1e6 uS", number(g_max.value));
        }
    }

    std::string describe() const { return "IR drop, " + number(segment.value) + " ohm of wire from pair to pair of devices, g_max = " + number(g_max.value) + " uS"; }

private:
    // r / w_max
    template <class T>
    T ratio() const noexcept
    {
        return static_cast<T>(segment.value * g_max.value * 1e-6 / w_max);
    }

    // r d of each weight.
    template <class T>
    std::vector<T> losses(std::span<const T> w, std::span<const crossing> crossings) const
    {
        std::vector<T> currents(w.size());
        for (std::size_t j = 0; j < w.size(); ++j)
        {
            currents[j] = ratio<T>() * std::abs(w[j]);
        }
        return along_wires(std::move(currents), w, crossings);
    }

    // What a current through each device takes from each: the drops along the wire of its input and that of its output and sign.
    template <class T>
    static std::vector<T> along_wires(std::vector<T> values, std::span<const T> w, std::span<const crossing> crossings)
    {
        const auto at = [&](std::size_t j) { return crossings.empty() ? crossing{static_cast<std::uint32_t>(j), 0} : crossings[j]; };
        std::size_t rows = 0;
        std::size_t columns = 0;
        for (std::size_t j = 0; j < values.size(); ++j)
        {
            rows = std::max<std::size_t>(rows, at(j).input + 1u);
            columns = std::max<std::size_t>(columns, at(j).output + 1u);
        }
        std::vector<T> in(rows * columns);
        std::vector<T> out(2 * columns * rows);
        const auto in_wire = [&](std::size_t j) -> T& { return in[at(j).input * columns + at(j).output]; };
        const auto out_wire = [&](std::size_t j) -> T& { return out[(2 * at(j).output + (w[j] < 0 ? 1u : 0u)) * rows + at(j).input]; };
        for (std::size_t j = 0; j < values.size(); ++j)
        {
            in_wire(j) = values[j];
            out_wire(j) = values[j];
        }
        drop(in, columns);
        drop(out, rows);
        for (std::size_t j = 0; j < values.size(); ++j)
        {
            values[j] = in_wire(j) + out_wire(j);
        }
        return values;
    }

    // Wires of `length` places, one after the other: currents that leave or enter there become the drops from the wire's begin to there. Each segment carries all
    // currents behind it.
    template <class T>
    static void drop(std::vector<T>& wires, std::size_t length) noexcept
    {
        for (std::size_t first = 0; first < wires.size(); first += length)
        {
            T carried{0};
            for (std::size_t i = first + length; i-- > first;)
            {
                carried += wires[i];
                wires[i] = carried;
            }
            T dropped{0};
            for (std::size_t i = first; i < first + length; ++i)
            {
                dropped += wires[i];
                wires[i] = dropped;
            }
        }
    }
};
}
