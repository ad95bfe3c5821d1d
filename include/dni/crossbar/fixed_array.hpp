// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <type_traits>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/fixed_point.hpp>
#include <dni/core/number.hpp>
#include <dni/crossbar/wiring.hpp>

namespace dni
{
//! @brief What weights in fixed point are stored as: Q15 or Q7, with a power of two for each output.
template <class Weight>
concept fixed_weight = std::same_as<Weight, std::int16_t> || std::same_as<Weight, std::int8_t>;

//! @brief The product y = Wᵀ u + b of a memory array in integers: u [K] and y [N] are numbers of 16 bits, n / 2^Fraction.
//! @details Column n of W is stored as integers q = round(w · 2^s), with the greatest shift s up to 24 at which none of them is too large and no sum can
//!          overflow. Σ q u is exact in a wide integer (64 bits for Q15, 32 for Q7), is shifted by s with rounding to nearest, and saturates with the bias added.
//!          So y is off by |Σ (q / 2^s − w) u| ≤ 2^-(s + 1) Σ|u| from the weights, and by one step at most from both roundings.
//! @cost K·N multiply-adds of integers
//! @verified tests/crossbar/fixed_array_test.cpp, tests/export_c
template <fixed_weight Weight, int Fraction = 12>
class fixed_array
{
public:
    using activation = fixed_point<Fraction>;
    using wide = std::conditional_t<std::same_as<Weight, std::int8_t>, std::int32_t, std::int64_t>;

    //! @brief The wired part of weight(k, n) and bias(n).
    //! @errors value_error for what no integer stands for: weights beyond the most of `Weight`, a bias beyond the numbers, and what is not finite
    template <class W, class B>
    fixed_array(const wiring& wires, const W& weight, const B& bias) : wires_{wires}
    {
        for (const auto& group : wires.forward())
        {
            for (std::size_t n = group.first; n < group.last; ++n)
            {
                add_bias(bias(n));
                std::vector<double> column;
                for (std::size_t k = group.row_first; k < group.row_last; ++k)
                {
                    column.push_back(weight(k, n));
                }
                add_column(column);
            }
        }
    }

    const wiring& wires() const noexcept { return wires_; }

    //! @brief The columns one after the other, each its wired rows alone.
    const std::vector<Weight>& weights() const noexcept { return weights_; }
    const std::vector<std::uint8_t>& shifts() const noexcept { return shifts_; }
    const std::vector<std::int16_t>& bias() const noexcept { return bias_; }

    //! @param x [inputs], h [feedback], y [N]  integers n of numbers n / 2^Fraction
    void multiply(const std::int16_t* x, const std::int16_t* h, std::int16_t* y) const noexcept
    {
        const Weight* weight = weights_.data();
        for (const auto& group : wires_.forward())
        {
            const std::size_t by_x = group.row_first < wires_.inputs ? wires_.inputs : 0;
            const std::size_t by_h = group.row_last - group.row_first - by_x;
            for (std::size_t n = group.first; n < group.last; ++n)
            {
                const wide sum = sum_of_products(weight + by_x, h, by_h, sum_of_products(weight, x, by_x, 0));
                weight += by_x + by_h;
                y[n] = static_cast<std::int16_t>(std::clamp<wide>(detail::rounded_shift(sum, shifts_[n]) + bias_[n], activation::least, activation::most));
            }
        }
    }

private:
    static constexpr int most_shift = 24;

    static wide sum_of_products(const Weight* weights, const std::int16_t* u, std::size_t count, wide sum) noexcept
    {
        for (std::size_t k = 0; k < count; ++k)
        {
            sum += weights[k] * u[k];
        }
        return sum;
    }

    void add_bias(float value)
    {
        constexpr float bound = 1 << (15 - Fraction);
        if (!(std::abs(value) <= bound))
        {
            throw value_error("fixed_array", "biases up to " + number(bound), number(value));
        }
        bias_.push_back(static_cast<std::int16_t>(activation(value).integer()));
    }

    void add_column(const std::vector<double>& column)
    {
        for (int shift = most_shift; shift >= 0; --shift)
        {
            const auto rounded = [shift](double w) { return std::nearbyint(std::ldexp(w, shift)); };
            const bool fits = std::ranges::all_of(column, [&](double w) { return std::abs(rounded(w)) <= std::numeric_limits<Weight>::max(); });
            const double size = std::accumulate(column.begin(), column.end(), 0.0, [&](double sum, double w) { return sum + std::abs(rounded(w)); });
            constexpr double half = 1 << (most_shift - 1);  // what rounding adds, and no bias exceeds
            if (fits && size * -activation::least + half <= static_cast<double>(std::numeric_limits<wide>::max()))
            {
                std::ranges::transform(column, std::back_inserter(weights_), [&](double w) { return static_cast<Weight>(rounded(w)); });
                shifts_.push_back(static_cast<std::uint8_t>(shift));
                return;
            }
        }
        const auto largest = std::ranges::max(column, {}, [](double w) { return std::isnan(w) ? std::numeric_limits<double>::infinity() : std::abs(w); });
        throw value_error("fixed_array", "weights up to " + std::to_string(std::numeric_limits<Weight>::max()) + " whose sum fits an accumulator", number(largest));
    }

    wiring wires_;
    std::vector<Weight> weights_;
    std::vector<std::uint8_t> shifts_;
    std::vector<std::int16_t> bias_;
};
}
