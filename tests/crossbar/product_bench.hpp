// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "support/same_bits.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <vector>

#include <dni/core/thread_pool.hpp>
#include <dni/core/workspace.hpp>
#include <dni/crossbar/crossbar.hpp>
#include <dni/crossbar/mapping.hpp>
#include <dni/random/stream.hpp>

//! A product by itself, forward and back.
namespace product_bench
{
using namespace dni;

inline bool wired(const wiring& wires, std::size_t k, std::size_t n)
{
    return k < wires.inputs ? n < wires.by_inputs + wires.by_both : n >= wires.by_inputs;
}

//! A crossbar of random weights with all it is used with.
template <class Noise, class Mapping, class Precision = precision::float64>
struct bench
{
    static constexpr std::size_t rows = 3;
    wiring wires;
    std::vector<double> weight, bias, weight_gradient, bias_gradient;
    crossbar<policies<Noise, Precision, Mapping>> bar;
    thread_pool pool{2};
    std::vector<std::uint64_t> ids{4, 2, 9};
    workspace_matrix<double> inputs, clean_inputs, kept_inputs, outputs, kept_outputs, scratch, input_gradient;

    explicit bench(const wiring& chosen) : wires{chosen}, bar{chosen, true}
    {
        stream random{key{seed{1}}};
        const auto normals = [&](std::size_t count)
        {
            std::vector<double> drawn(count);
            std::ranges::generate(drawn, [&] { return random.normal<double>(); });
            return drawn;
        };
        weight = normals(wires.rows() * wires.columns());
        bias = normals(wires.columns());
        const auto u = normals(rows * wires.rows());
        const auto to = clean_inputs.resize(rows, wires.rows());
        for (std::size_t i = 0; i < u.size(); ++i)
        {
            to.row(i / wires.rows())[i % wires.rows()] = u[i];
        }
        inputs.resize(rows, wires.rows());
        kept_inputs.resize(rows, wires.rows());
        outputs.resize(rows, bar.width());
        kept_outputs.resize(rows, bar.width());
        scratch.resize(rows, std::max(wires.rows(), bar.width()));
        input_gradient.resize(rows, wires.rows());
    }

    template <class Model, class Level>
    void level(Level value)
    {
        bar.noise().for_each(
            [value]<class Part>(Part& part)
            {
                if constexpr (std::is_base_of_v<Model, Part>)
                {
                    part.level = value;
                }
            });
    }

    //! The mean square of what noise adds to an output, over steps and outputs.
    double noise_power(const std::vector<double>& exact, std::size_t steps)
    {
        double power = 0;
        for (std::size_t s = 0; s < steps; ++s)
        {
            const auto y = forward(s);
            for (std::size_t i = 0; i < y.size(); ++i)
            {
                power += (y[i] - exact[i]) * (y[i] - exact[i]) / static_cast<double>(steps * y.size());
            }
        }
        return power;
    }

    void program(const noise::moment& now = {key{seed{3}}})
    {
        bar.program([&](std::size_t k, std::size_t n) { return weight[k * wires.columns() + n]; }, [&](std::size_t n) { return bias[n]; }, now, pool);
    }

    row_keys keys(std::size_t step) const { return {key{seed{3}}, ids.data(), step}; }

    //! The product [rows, N].
    std::vector<double> forward(std::size_t step = 0)
    {
        for (std::size_t r = 0; r < rows; ++r)
        {
            std::ranges::copy(clean_inputs.view().row(r), inputs.view().row(r).begin());
        }
        bar.forward(inputs.view(), kept_inputs.view(), outputs.view(), kept_outputs.view(), keys(step));
        auto y = outputs.view();
        y.columns = wires.columns();
        return support::elements(y);
    }

    //! From ∂L/∂y = dy for each element.
    void backward(const std::function<double(std::size_t r, std::size_t n)>& dy, std::size_t step = 0)
    {
        for (std::size_t r = 0; r < rows; ++r)
        {
            for (std::size_t n = 0; n < wires.columns(); ++n)
            {
                outputs.view().row(r)[n] = dy(r, n);
            }
        }
        bar.adjoint(outputs.view(), kept_outputs.view(), input_gradient.view(), kept_inputs.view(), inputs.view(), scratch.view(), keys(step));
        weight_gradient.assign(weight.size(), 0);
        bias_gradient.assign(bias.size(), 0);
        bar.accumulate(
            inputs.view(), outputs.view(), [&](std::size_t k, std::size_t n, double v) { weight_gradient[k * wires.columns() + n] += v; },
            [&](std::size_t n, double v) { bias_gradient[n] += v; }, pool);
    }
};
}
