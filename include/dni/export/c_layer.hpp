// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <dni/cell/cell.hpp>
#include <dni/cell/normalized.hpp>
#include <dni/cell/policies_of_cell.hpp>
#include <dni/crossbar/mapping.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/crossbar/wiring.hpp>
#include <dni/export/c_expression.hpp>
#include <dni/export/c_program.hpp>
#include <dni/layer/cell_step.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/mean_over_time.hpp>
#include <dni/layer/recurrent.hpp>

namespace dni
{
//! @brief Numbers of the exported program that stand one after the other.
struct c_vector
{
    std::string name;
    std::size_t size = 0;
};

//! @brief What a layer is in C. Specialise it for a layer of your own.
//! @details
//!   | expression                                | meaning                                                                                                     |
//!   |-------------------------------------------|-------------------------------------------------------------------------------------------------------------|
//!   | `write(program, i, options, in, weights)` | adds layer i, fed by the vector `in`, and moves `weights` behind its own; returns the vector of its outputs |
//!   Layers that need the end of the sequence first, normalised cells, and products with noise or in another precision than float32, have none: they do
//!   not compile.
template <class Layer>
struct c_layer;

namespace detail
{
// The C function y = W [x, h] + b as the memory array computes it: each output is one chain of fused multiply-adds from its bias on.
inline std::string c_product(c_program& to)
{
    const auto chain = [&](const std::string& vector, const std::string& count)
    {
        c_statements next(to, "            ");
        const auto sum = multiply_add(c_expression<true>(vector + "[k]", next), c_expression<true>("*weights++", next), c_expression<true>("sum", next));
        return "        for (int k = 0; k < " + count + "; ++k)\n        {\n" + next.text() + "            sum = " + sum.text() + ";\n        }\n";
    };
    const std::string both = chain("x", "by_x") + chain("h", "by_h");
    return to.function("product", "int outputs, int by_x, int by_h, const float *weights, const float *bias, const float *x, const float *h, float *y",
                       "    for (int n = 0; n < outputs; ++n)\n    {\n        float sum = bias[n];\n" + both + "        y[n] = sum;\n    }\n", "void");
}

// The statement of each group of outputs of a crossbar: weights stand one output after the other, and each of the other arrays has a number for each output.
inline void write_groups(c_program& to, const std::string& product, const wiring& wires, const std::string& weights, const std::vector<std::string>& others,
                         const std::string& x, const std::string& h, const std::string& y)
{
    const auto at = [](const std::string& array, std::size_t first) { return array + (first > 0 ? " + " + std::to_string(first) : ""); };
    std::size_t before = 0;
    for (const auto& group : wires.forward())
    {
        if (group.first == group.last)
        {
            continue;
        }
        const std::size_t by_x = group.row_first < wires.inputs ? wires.inputs : 0;
        const std::size_t by_h = group.row_last - group.row_first - by_x;
        std::string step = product + "(" + std::to_string(group.last - group.first) + ", " + std::to_string(by_x) + ", " + std::to_string(by_h) + ", "
                           + at(weights, before);
        for (const auto& other : others)
        {
            step += ", " + at(other, group.first);
        }
        to.add_step(step + ", " + x + ", " + h + ", " + at(y, group.first) + ");");
        before += (group.last - group.first) * (by_x + by_h);
    }
}

// The wired part of a crossbar: its constants and statements. weight(k, n) and bias(n) as for `memory_array::program`.
template <class Weight, class Bias>
void write_product(c_program& to, const std::string& layer, const wiring& wires, const Weight& weight, const Bias& bias, const std::string& x,
                   const std::string& h, const std::string& y)
{
    std::vector<float> weights;
    std::vector<float> biases;
    for (const auto& group : wires.forward())
    {
        for (std::size_t n = group.first; n < group.last; ++n)
        {
            biases.push_back(bias(n));
            for (std::size_t k = group.row_first; k < group.row_last; ++k)
            {
                weights.push_back(weight(k, n));
            }
        }
    }
    const std::string product = c_product(to);
    const std::string own_weights = to.constants<float>("weights" + layer, weights);
    write_groups(to, product, wires, own_weights, {to.constants<float>("bias" + layer, biases)}, x, h, y);
}

// The C function of a cell: what it does to expressions V, for each of its units. The carried rows are replaced.
// computed: the type of what it computes. read(text, statements) gives a V, written(V) the text to be stored.
template <cell::recurrent_cell Cell, class V>
std::string c_cell(c_program& to, const std::string& layer, const char* computed, const auto& read, const auto& written)
{
    const auto row = [](std::size_t i) { return "row" + std::to_string(i) + "[j]"; };
    c_statements body(to, "        ", computed);
    cell::element<Cell, V> e;
    for (std::size_t p = 0; p < e.in.size(); ++p)
    {
        e.in[p] = read("products[" + std::to_string(product_positions<Cell>[p]) + " * hidden + j]", body);
    }
    for (std::size_t i = 0; i < Cell::carried.size(); ++i)
    {
        e.last(Cell::carried[i]) = read(row(i), body);
    }
    Cell::forward(e);

    std::string parameters = "int hidden, const " + to.type() + " *products";
    std::string stores;
    for (std::size_t i = 0; i < Cell::carried.size(); ++i)
    {
        parameters += ", " + to.type() + " *row" + std::to_string(i);
        stores += "        " + row(i) + " = " + written(e[Cell::carried[i]]) + ";\n";
    }
    return to.function("cell" + layer, parameters, "    for (int j = 0; j < hidden; ++j)\n    {\n" + body.text() + stores + "    }\n", "void");
}

// A step of one level of a recurrent layer: the carried rows in the state, and what makes them from the products.
template <cell::recurrent_cell Cell>
void write_cell_step(c_program& to, const std::string& cell, const std::string& products, const std::string& rows, std::size_t hidden)
{
    std::string step = cell + "(" + std::to_string(hidden) + ", " + products;
    for (std::size_t c = 0; c < Cell::carried.size(); ++c)
    {
        step += ", s->" + rows + "[" + std::to_string(c) + "]";
    }
    to.add_step(step + ");");
}

// The carried rows of a level as part of the state; the first is what it gives.
template <cell::recurrent_cell Cell>
c_vector add_rows(c_program& to, const std::string& rows, std::size_t hidden)
{
    to.add_state(to.type() + " " + rows + "[" + std::to_string(Cell::carried.size()) + "][" + std::to_string(hidden) + "]");
    return {"s->" + rows + "[0]", hidden};
}
}

template <cell::unit_by_unit Cell, hardware Policies>
    requires exact_hardware<policies_of_cell<Policies, Cell>>
struct c_layer<recurrent_stack<Cell, Policies, directions::forward>>
{
    using layout = detail::cell_layout<Cell>;

    static c_vector write(c_program& to, std::size_t i, const recurrent_options& chosen, c_vector in, const float*& weights)
    {
        const std::string layer = "_" + std::to_string(i);
        using number = c_expression<true>;
        const std::string cell = detail::c_cell<Cell, number>(
            to, layer, c_type<float>, [](const std::string& text, c_statements& body) { return number(text, body); },
            [](const number& v) { return v.text(); });
        const std::string products = to.scratch(layout::products * chosen.hidden);
        for (std::size_t l = 0; l < chosen.layers; ++l)
        {
            const layout where{in.size, chosen.hidden};
            const std::string level = layer + "_" + std::to_string(l);
            const c_vector h = detail::add_rows<Cell>(to, "rows" + level, chosen.hidden);
            detail::write_product(
                to, level, where.wires(), [&](std::size_t k, std::size_t n) { return weights[where.weight(k, where.column_at(n))]; },
                [&](std::size_t n) { return where.bias(weights, where.column_at(n)); }, in.name, h.name, products);
            detail::write_cell_step<Cell>(to, cell, products, "rows" + level, chosen.hidden);
            weights += where.end();
            in = h;
        }
        return in;
    }
};

template <exact_hardware Policies>
struct c_layer<dense<Policies>>
{
    static c_vector write(c_program& to, std::size_t i, const dense_options& chosen, const c_vector& in, const float*& weights)
    {
        const std::string layer = "_" + std::to_string(i);
        c_vector y{"s->y" + layer, chosen.outputs};
        to.add_state("float y" + layer + "[" + std::to_string(y.size) + "]");
        const float* const bias = weights + in.size * y.size;
        detail::write_product(
            to, layer, wiring{in.size, 0, y.size, 0, 0}, [&](std::size_t k, std::size_t n) { return weights[n * in.size + k]; },
            [&](std::size_t n) { return bias[n]; }, in.name, "0", y.name);
        weights = bias + y.size;
        return y;
    }
};

//! The last step so far.
template <>
struct c_layer<last_step>
{
    static c_vector write(c_program&, std::size_t, const last_step::options&, const c_vector& in, const float*&) { return in; }
};

//! The mean over the steps so far.
template <>
struct c_layer<mean_over_time>
{
    static c_vector write(c_program& to, std::size_t i, const mean_over_time::options&, const c_vector& in, const float*&)
    {
        const std::string layer = "_" + std::to_string(i);
        const std::string size = "[" + std::to_string(in.size) + "]";
        to.add_state("float sum" + layer + size);
        to.add_state("float mean" + layer + size);
        to.add_state("uint32_t steps" + layer);
        to.add_step("++s->steps" + layer + ";");
        to.add_step("for (int f = 0; f < " + std::to_string(in.size) + "; ++f)");
        to.add_step("{");
        to.add_step("    s->sum" + layer + "[f] += " + in.name + "[f];");
        to.add_step("    s->mean" + layer + "[f] = s->sum" + layer + "[f] / (float)s->steps" + layer + ";");
        to.add_step("}");
        return {"s->mean" + layer, in.size};
    }
};
}
