// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "crossbar/product_bench.hpp"
#include "support/catch.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

#include <dni/noise/discretized.hpp>
#include <dni/noise/phase_change_memory.hpp>
#include <dni/noise/resistive_memory_oxide.hpp>
#include <dni/noise/resistive_memory_wan.hpp>

namespace straight_through_test
{
using namespace dni;

namespace
{
constexpr wiring wires{4, 6, 6, 12, 6};

//! The weights [k, n] an array is read to have: its outputs for unit vectors, three at a time, without the bias.
template <class Bench>
std::vector<double> read_weights(Bench& test)
{
    const auto kept = support::elements(test.clean_inputs.view());
    const auto put = [&](const auto& value)
    {
        for (std::size_t r = 0; r < Bench::rows; ++r)
        {
            for (std::size_t k = 0; k < wires.rows(); ++k)
            {
                test.clean_inputs.view().row(r)[k] = value(r, k);
            }
        }
    };
    std::vector<double> found(wires.rows() * wires.columns());
    for (std::size_t first = 0; first < wires.rows(); first += Bench::rows)
    {
        put([&](std::size_t r, std::size_t k) { return k == first + r ? 1.0 : 0.0; });
        const auto y = test.forward();
        for (std::size_t r = 0; r < Bench::rows && first + r < wires.rows(); ++r)
        {
            for (std::size_t n = 0; n < wires.columns(); ++n)
            {
                found[(first + r) * wires.columns() + n] = y[r * wires.columns() + n] - test.bias[n];
            }
        }
    }
    put([&](std::size_t r, std::size_t k) { return kept[r * wires.rows() + k]; });
    return found;
}
}

//! The declared surrogate of W' = f(W) is W + (W' − W) with the difference held: inputs get their gradient through W', weights get the outer product.
TEMPLATE_TEST_CASE("straight through: what is written passes the gradient to the weights as it is, and the inputs see what was written", "",
                   noise::at_weights<noise::discretized>, noise::phase_change_memory, noise::resistive_memory_wan, noise::resistive_memory_oxide)
{
    product_bench::bench<TestType, mapping::tiles<5, 7>> test(wires);
    test.program();
    const auto written = read_weights(test);
    double moved = 0;
    for (std::size_t i = 0; i < written.size(); ++i)
    {
        moved = std::max(moved, product_bench::wired(wires, i / wires.columns(), i % wires.columns()) ? std::abs(written[i] - test.weight[i]) : 0.0);
    }
    REQUIRE(moved > 1e-3);

    const auto y = test.forward();
    const auto dy = [](std::size_t r, std::size_t n) { return std::cos(static_cast<double>(2 * r + n)); };
    test.backward(dy);
    double worst = 0;
    const auto differ = [&](double found, double expected) { worst = std::max(worst, std::abs(found - expected)); };
    for (std::size_t r = 0; r < test.rows; ++r)
    {
        const auto u = test.clean_inputs.view().row(r);
        for (std::size_t n = 0; n < wires.columns(); ++n)
        {
            double sum = test.bias[n];
            for (std::size_t k = 0; k < wires.rows(); ++k)
            {
                sum += u[k] * written[k * wires.columns() + n];
            }
            differ(y[r * wires.columns() + n], sum);
        }
        for (std::size_t k = 0; k < wires.rows(); ++k)
        {
            double sum = 0;
            for (std::size_t n = 0; n < wires.columns(); ++n)
            {
                sum += dy(r, n) * written[k * wires.columns() + n];
            }
            differ(test.input_gradient.view().row(r)[k], sum);
        }
    }
    for (std::size_t k = 0; k < wires.rows(); ++k)
    {
        for (std::size_t n = 0; n < wires.columns(); ++n)
        {
            double sum = 0;
            for (std::size_t r = 0; r < test.rows; ++r)
            {
                sum += product_bench::wired(wires, k, n) ? test.clean_inputs.view().row(r)[k] * dy(r, n) : 0.0;
            }
            differ(test.weight_gradient[k * wires.columns() + n], sum);
        }
    }
    CHECK(worst < 1e-13);
}
}
