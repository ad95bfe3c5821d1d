// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <dni/cell/cell.hpp>
#include <dni/cell/normalized.hpp>
#include <dni/core/fixed_point.hpp>
#include <dni/crossbar/fixed_array.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/layer/cell_step.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/mean_over_time.hpp>
#include <dni/layer/recurrent.hpp>

namespace dni
{
//! @brief What a layer becomes when a sequence comes step by step in fixed point. Specialise it, and `c_fixed_layer`, for a layer of your own.
//! @details
//!   | expression                                                   | meaning                                                                  |
//!   |--------------------------------------------------------------|--------------------------------------------------------------------------|
//!   | `fixed_layer<L, Weight, Fraction>(options, inputs, weights)` | built from a layer's options; moves `weights` behind its own             |
//!   | `outputs()`                                                  | width of what it gives                                                   |
//!   | `step(x)`                                                    | its outputs, integers n of n / 2^Fraction; noexcept, no heap             |
//!   | `reset()`                                                    | before the first step again                                              |
//!   Layers that need the end of the sequence first, normalised cells, and products with noise or in another precision than float32, have none: they do
//!   not compile.
template <class Layer, fixed_weight Weight, int Fraction>
class fixed_layer;

template <cell::unit_by_unit Cell, exact_hardware Policies, fixed_weight Weight, int Fraction>
class fixed_layer<recurrent_stack<Cell, Policies, directions::forward>, Weight, Fraction>
{
    using layout = detail::cell_layout<Cell>;

public:
    //! One layer of the stack: its product, and the rows it carries, h first, one after the other.
    struct level
    {
        fixed_array<Weight, Fraction> product;
        std::vector<std::int16_t> rows;
    };

    fixed_layer(const recurrent_options& chosen, std::size_t inputs, const float*& weights) : hidden_{chosen.hidden}, products_(layout::products * chosen.hidden)
    {
        for (std::size_t l = 0; l < chosen.layers; ++l)
        {
            const layout where{l == 0 ? inputs : hidden_, hidden_};
            levels_.push_back({fixed_array<Weight, Fraction>(
                                   where.wires(), [&](std::size_t k, std::size_t n) { return weights[where.weight(k, where.column_at(n))]; },
                                   [&](std::size_t n) { return where.bias(weights, where.column_at(n)); }),
                               std::vector<std::int16_t>(Cell::carried.size() * hidden_)});
            weights += where.end();
        }
    }

    std::size_t outputs() const noexcept { return hidden_; }
    const std::vector<level>& levels() const noexcept { return levels_; }

    const std::int16_t* step(const std::int16_t* x) noexcept
    {
        for (auto& one : levels_)
        {
            one.product.multiply(x, one.rows.data(), products_.data());
            forward_cells(one.rows.data());
            x = one.rows.data();
        }
        return x;
    }

    void reset() noexcept
    {
        for (auto& one : levels_)
        {
            std::ranges::fill(one.rows, std::int16_t{0});
        }
    }

private:
    void forward_cells(std::int16_t* rows) noexcept
    {
        using number = fixed_point<Fraction>;
        for (std::size_t j = 0; j < hidden_; ++j)
        {
            cell::element<Cell, number> e;
            for (std::size_t p = 0; p < e.in.size(); ++p)
            {
                e.in[p] = number::of(products_[detail::product_positions<Cell>[p] * hidden_ + j]);
            }
            for (std::size_t i = 0; i < Cell::carried.size(); ++i)
            {
                e.last(Cell::carried[i]) = number::of(rows[i * hidden_ + j]);
            }
            Cell::forward(e);
            for (std::size_t i = 0; i < Cell::carried.size(); ++i)
            {
                rows[i * hidden_ + j] = static_cast<std::int16_t>(e[Cell::carried[i]].integer());
            }
        }
    }

    std::size_t hidden_;
    std::vector<std::int16_t> products_;
    std::vector<level> levels_;
};

template <exact_hardware Policies, fixed_weight Weight, int Fraction>
class fixed_layer<dense<Policies>, Weight, Fraction>
{
public:
    fixed_layer(const dense_options& chosen, std::size_t inputs, const float*& weights)
        : product_{wiring{inputs, 0, chosen.outputs, 0, 0}, [&](std::size_t k, std::size_t n) { return weights[n * inputs + k]; },
                   [&](std::size_t n) { return weights[chosen.outputs * inputs + n]; }},
          y_(chosen.outputs)
    {
        weights += chosen.outputs * (inputs + 1);
    }

    std::size_t outputs() const noexcept { return y_.size(); }
    const fixed_array<Weight, Fraction>& product() const noexcept { return product_; }

    const std::int16_t* step(const std::int16_t* x) noexcept
    {
        product_.multiply(x, nullptr, y_.data());
        return y_.data();
    }

    void reset() noexcept {}

private:
    fixed_array<Weight, Fraction> product_;
    std::vector<std::int16_t> y_;
};

//! The last step so far.
template <fixed_weight Weight, int Fraction>
class fixed_layer<last_step, Weight, Fraction>
{
public:
    fixed_layer(const last_step::options&, std::size_t inputs, const float*&) : outputs_{inputs} {}

    std::size_t outputs() const noexcept { return outputs_; }
    const std::int16_t* step(const std::int16_t* x) noexcept { return x; }
    void reset() noexcept {}

private:
    std::size_t outputs_;
};

//! The mean over the steps so far, rounded to nearest, ties away from zero; the sum is exact.
template <fixed_weight Weight, int Fraction>
class fixed_layer<mean_over_time, Weight, Fraction>
{
public:
    fixed_layer(const mean_over_time::options&, std::size_t inputs, const float*&) : sum_(inputs), mean_(inputs) {}

    std::size_t outputs() const noexcept { return sum_.size(); }

    const std::int16_t* step(const std::int16_t* x) noexcept
    {
        ++steps_;
        for (std::size_t f = 0; f < sum_.size(); ++f)
        {
            sum_[f] += x[f];
            mean_[f] = static_cast<std::int16_t>((sum_[f] + (sum_[f] < 0 ? -steps_ / 2 : steps_ / 2)) / steps_);
        }
        return mean_.data();
    }

    void reset() noexcept
    {
        std::ranges::fill(sum_, 0);
        steps_ = 0;
    }

private:
    std::vector<std::int64_t> sum_;
    std::vector<std::int16_t> mean_;
    std::int64_t steps_ = 0;
};
}
