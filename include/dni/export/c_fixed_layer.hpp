// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <dni/cell/cell.hpp>
#include <dni/core/fixed_point.hpp>
#include <dni/crossbar/fixed_array.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/export/c_integer.hpp>
#include <dni/export/c_layer.hpp>
#include <dni/export/c_program.hpp>
#include <dni/export/fixed_layer.hpp>
#include <dni/layer/cell_step.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/mean_over_time.hpp>
#include <dni/layer/recurrent.hpp>

namespace dni
{
//! @brief What a layer in fixed point is in C: `write(program, i, layer, in)` writes layer i, fed by the vector `in`, and returns the vector of its outputs.
//!        Specialise it for a layer of your own.
template <class FixedLayer>
struct c_fixed_layer;

namespace detail
{
// A crossbar's constants, the C function y = Wᵀ [x, h] + b as `fixed_array::multiply` computes it, and the statements that call it.
template <fixed_weight Weight, int Fraction>
void write_fixed_product(c_program& to, const std::string& layer, const fixed_array<Weight, Fraction>& array, const std::string& x, const std::string& h,
                         const std::string& y)
{
    const std::string wide = c_type<typename fixed_array<Weight, Fraction>::wide>;
    const auto chain = [](const std::string& vector, const std::string& count)
    { return "        for (int k = 0; k < " + count + "; ++k)\n        {\n            sum += (int32_t)*weights++ * " + vector + "[k];\n        }\n"; };
    const std::string rounded = c_integer::rounded_shift_of(to, wide);
    const std::string product = to.function(
        "product",
        "int outputs, int by_x, int by_h, const " + std::string(c_type<Weight>)
            + " *weights, const uint8_t *shifts, const int16_t *bias, const int16_t *x, const int16_t *h, int16_t *y",
        "    for (int n = 0; n < outputs; ++n)\n    {\n        " + wide + " sum = 0;\n" + chain("x", "by_x") + chain("h", "by_h") + "        sum = " + rounded
            + "(sum, shifts[n]) + bias[n];\n        y[n] = (int16_t)(sum < -32768 ? -32768 : (sum > 32767 ? 32767 : sum));\n    }\n",
        "void");
    const std::string weights = to.constants<Weight>("weights" + layer, array.weights());
    const std::string shifts = to.constants<std::uint8_t>("shifts" + layer, array.shifts());
    const std::string bias = to.constants<std::int16_t>("bias" + layer, array.bias());
    write_groups(to, product, array.wires(), weights, {shifts, bias}, x, h, y);
}
}

template <cell::recurrent_cell Cell, exact_hardware Policies, fixed_weight Weight, int Fraction>
struct c_fixed_layer<fixed_layer<recurrent_stack<Cell, Policies, directions::forward>, Weight, Fraction>>
{
    static c_vector write(c_program& to, std::size_t i, const auto& fixed, c_vector in)
    {
        using number = fixed_point<Fraction, c_integer>;
        const std::string layer = "_" + std::to_string(i);
        const std::size_t hidden = fixed.outputs();
        const std::string cell = detail::c_cell<Cell, number>(
            to, layer, c_type<std::int32_t>, [](const std::string& text, c_statements& body) { return number::of(c_integer(text, body)); },
            [](const number& v) { return "(int16_t)" + v.integer().text(); });
        const std::string products = to.scratch(detail::cell_layout<Cell>::products * hidden);
        std::size_t l = 0;
        for (const auto& one : fixed.levels())
        {
            const std::string level = layer + "_" + std::to_string(l++);
            const c_vector h = detail::add_rows<Cell>(to, "rows" + level, hidden);
            detail::write_fixed_product(to, level, one.product, in.name, h.name, products);
            detail::write_cell_step<Cell>(to, cell, products, "rows" + level, hidden);
            in = h;
        }
        return in;
    }
};

template <exact_hardware Policies, fixed_weight Weight, int Fraction>
struct c_fixed_layer<fixed_layer<dense<Policies>, Weight, Fraction>>
{
    static c_vector write(c_program& to, std::size_t i, const auto& fixed, const c_vector& in)
    {
        const std::string layer = "_" + std::to_string(i);
        c_vector y{"s->y" + layer, fixed.outputs()};
        to.add_state("int16_t y" + layer + "[" + std::to_string(y.size) + "]");
        detail::write_fixed_product(to, layer, fixed.product(), in.name, "0", y.name);
        return y;
    }
};

template <fixed_weight Weight, int Fraction>
struct c_fixed_layer<fixed_layer<last_step, Weight, Fraction>>
{
    static c_vector write(c_program&, std::size_t, const auto&, const c_vector& in) { return in; }
};

template <fixed_weight Weight, int Fraction>
struct c_fixed_layer<fixed_layer<mean_over_time, Weight, Fraction>>
{
    static c_vector write(c_program& to, std::size_t i, const auto&, const c_vector& in)
    {
        const std::string layer = "_" + std::to_string(i);
        const std::string size = "[" + std::to_string(in.size) + "]";
        const std::string sum = "s->sum" + layer + "[f]";
        const std::string steps = "s->steps" + layer;
        to.add_state("int64_t sum" + layer + size);
        to.add_state("int16_t mean" + layer + size);
        to.add_state("int64_t steps" + layer);
        to.add_step("++" + steps + ";");
        to.add_step("for (int f = 0; f < " + std::to_string(in.size) + "; ++f)");
        to.add_step("{");
        to.add_step("    " + sum + " += " + in.name + "[f];");
        to.add_step("    s->mean" + layer + "[f] = (int16_t)((" + sum + " + (" + sum + " < 0 ? -" + steps + " / 2 : " + steps + " / 2)) / " + steps + ");");
        to.add_step("}");
        return {"s->mean" + layer, in.size};
    }
};
}
