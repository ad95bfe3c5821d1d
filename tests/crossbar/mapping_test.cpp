// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "crossbar/product_bench.hpp"
#include "support/catch.hpp"
#include "support/same_bits.hpp"
#include "support/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <dni/crossbar/array_plan.hpp>
#include <dni/crossbar/crossbar.hpp>
#include <dni/crossbar/mapping.hpp>
#include <dni/noise/chip.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/noise/read_noise.hpp>
#include <dni/precision/converted.hpp>
#include <dni/random/stream.hpp>

namespace mapping_test
{
using namespace dni;

namespace
{
using product_bench::bench;
using product_bench::wired;
using relative = noise::gaussian<snr_db>;
using everywhere = noise::all<noise::at_input<relative>, noise::at_weights<relative>, relative>;
using absolute = noise::all<noise::gaussian<sigma>, noise::gaussian<relative_to_wmax>, noise::gaussian<relative_to_largest_product>, noise::read_noise>;
using small_tiles = mapping::tiles<3, 5>;
using sliced_tiles = mapping::bit_slices<2, 8, small_tiles>;
using two_by_two = mapping::bit_slices<2, 2>;
using weight_noise = noise::per_chip<noise::at_weights<noise::gaussian<relative_to_wmax>>>;
using read_by_adc = precision::converted<precision::infinite, precision::adc<precision::constant_bound>, precision::float64>;

const std::vector<wiring> wirings{{3, 0, 4, 0, 0}, {7, 0, 0, 33, 0}, {3, 5, 0, 20, 0}, {4, 6, 6, 12, 6}, {1, 1, 1, 1, 1}, {2, 4, 5, 0, 7}};

double some_gradient(std::size_t r, std::size_t n)
{
    return std::sin(1.0 + 3.0 * static_cast<double>(r) + static_cast<double>(n));
}
}

TEMPLATE_TEST_CASE("mapping: every weight stands in one array, none of which is too large", "", mapping::separate, small_tiles,
                   (mapping::tiles<4, unbounded, mapping::separate>) )
{
    for (const auto& wires : wirings)
    {
        const array_plan<TestType> plan(wires);
        std::vector<int> found(wires.rows() * wires.columns(), 0);
        std::vector<int> columns(plan.width(), 0);
        std::size_t index = 0;
        const auto groups = plan.forward();
        const auto is_in = [](const std::vector<column_group>& some, std::size_t row, std::size_t column)
        { return std::ranges::any_of(some, [&](const auto& g) { return g.first <= column && column < g.last && g.row_first <= row && row < g.row_last; }); };
        for (std::size_t v = 0; v < plan.width(); ++v)
        {
            for (std::size_t k = 0; k < wires.rows(); ++k)
            {
                CHECK(is_in(plan.backward(true), v, k) == is_in(groups, k, v));
                CHECK(is_in(plan.backward(false), v, k) == (k >= wires.inputs && is_in(groups, k, v)));
            }
        }
        plan.for_each_array(
            [&](const placed_array& one)
            {
                CHECK(one.outputs.index == index++);
                CHECK(one.outputs.count <= TestType::most_outputs);
                CHECK(one.inputs.first + one.inputs.count <= TestType::inputs_end(wires, one.inputs.first));
                for (std::size_t v = one.outputs.first; v < one.outputs.first + one.outputs.count; ++v)
                {
                    ++columns[v];
                    CHECK(plan.output(v) <= v);
                    for (std::size_t k = one.inputs.first; k < one.inputs.first + one.inputs.count; ++k)
                    {
                        const bool packed = is_in(groups, k, v);
                        CHECK(packed == wired(wires, k, plan.output(v)));
                        found[k * wires.columns() + plan.output(v)] += packed ? 1 : 0;
                    }
                }
            });
        CHECK(std::ranges::all_of(columns, [](int times) { return times == 1; }));
        for (std::size_t k = 0; k < wires.rows(); ++k)
        {
            for (std::size_t n = 0; n < wires.columns(); ++n)
            {
                CHECK(found[k * wires.columns() + n] == (wired(wires, k, n) ? 1 : 0));
            }
        }
    }
}

TEST_CASE("mapping: arrays in words")
{
    const wiring lstm{4, 128, 0, 512, 0};
    CHECK(array_plan<mapping::separate>(lstm).describe() == "2 arrays: x 4 by 512, h 128 by 512");
    CHECK(array_plan<mapping::tiles<64, 256>>(lstm).describe() == "6 arrays: 2 of [x, h] 64 by 256, 2 of h 64 by 256, 2 of h 4 by 256");
    CHECK(array_plan<mapping::tiles<64, 256>>(wiring{20, 0, 300, 0, 0}).describe() == "2 arrays: 20 by 256, 20 by 44");
    CHECK(array_plan<mapping::tiles<512, 512>>(wiring{20, 0, 300, 0, 0}).describe() == "1 array: 20 by 300");
    CHECK(array_plan<mapping::bit_slices<4, 2>>(lstm).describe() == "4 arrays: 4 of [x, h] 132 by 512, a slice of 2 bits in each");
    CHECK(array_plan<mapping::bit_slices<8, 1, mapping::tiles<64>>>(wiring{70, 0, 9, 0, 0}).describe()
          == "16 arrays: 8 of 64 by 9, 8 of 6 by 9, a slice of 1 bit in each");
}

TEMPLATE_TEST_CASE("mapping: without noise and converters all are the same product, forward and back", "", mapping::separate, small_tiles, sliced_tiles)
{
    for (const auto& wires : wirings)
    {
        bench<everywhere, TestType> test(wires);
        test.program();
        const auto y = test.forward();
        test.backward(some_gradient);
        // sliced weights are rounded to 16 bits of at most the largest; their gradient goes straight through
        const double most = std::abs(*std::ranges::max_element(test.weight, {}, [](double w) { return std::abs(w); }));
        const double rounding = mapping::sliced<TestType> ? most / 65535 / 2 : 0;
        double worst = 0;
        const auto differ = [&](double found, double expected, double allowed = 0)
        { worst = std::max(worst, std::abs(found - expected) - allowed); };
        for (std::size_t r = 0; r < test.rows; ++r)
        {
            const auto u = test.clean_inputs.view().row(r);
            for (std::size_t n = 0; n < wires.columns(); ++n)
            {
                double sum = test.bias[n];
                double size = 0;
                for (std::size_t k = 0; k < wires.rows(); ++k)
                {
                    sum += wired(wires, k, n) ? u[k] * test.weight[k * wires.columns() + n] : 0;
                    size += std::abs(u[k]);
                }
                differ(y[r * wires.columns() + n], sum, rounding * size);
            }
            for (std::size_t k = 0; k < wires.rows(); ++k)
            {
                double sum = 0;
                double size = 0;
                for (std::size_t n = 0; n < wires.columns(); ++n)
                {
                    sum += wired(wires, k, n) ? some_gradient(r, n) * test.weight[k * wires.columns() + n] : 0;
                    size += std::abs(some_gradient(r, n));
                }
                differ(test.input_gradient.view().row(r)[k], sum, rounding * size);
            }
        }
        for (std::size_t n = 0; n < wires.columns(); ++n)
        {
            const auto over_rows = [&](auto&& factor)
            {
                double sum = 0;
                for (std::size_t r = 0; r < test.rows; ++r)
                {
                    sum += factor(r) * some_gradient(r, n);
                }
                return sum;
            };
            differ(test.bias_gradient[n], over_rows([](std::size_t) { return 1.0; }));
            for (std::size_t k = 0; k < wires.rows(); ++k)
            {
                const double sum = over_rows([&](std::size_t r) { return test.clean_inputs.view().row(r)[k]; });
                differ(test.weight_gradient[k * wires.columns() + n], wired(wires, k, n) ? sum : 0);
            }
        }
        CHECK(worst < 1e-13);
    }
}

TEST_CASE("mapping: a product that one array holds has the bits of the whole one")
{
    const wiring wires{1, 2, 1, 3, 1};
    bench<everywhere, mapping::whole> whole(wires);
    bench<everywhere, small_tiles> tiled(wires);
    whole.level<relative>(snr_db{3});
    tiled.level<relative>(snr_db{3});
    whole.program();
    tiled.program();
    CHECK(support::same_bits(whole.forward(5), tiled.forward(5)));
    whole.backward(some_gradient, 5);
    tiled.backward(some_gradient, 5);
    CHECK(support::same_bits(support::elements(whole.input_gradient.view()), support::elements(tiled.input_gradient.view())));
    CHECK(support::same_bits(whole.weight_gradient, tiled.weight_gradient));
    CHECK(support::same_bits(whole.bias_gradient, tiled.bias_gradient));
}

TEST_CASE("mapping: noise of n arrays in a column has n times the power of one, and each array has its own largest weight")
{
    constexpr std::size_t steps = 400;
    const wiring wires{0, 8, 0, 7, 0};  // rows 0 … 2, 3 … 5, 6 and 7; outputs 0 … 4, 5 and 6
    bench<absolute, small_tiles> test(wires);
    test.weight[0] = 5;      // of array 0
    test.weight[55] = -20;   // of the last
    test.program();
    const auto exact = test.forward();
    const double draws = static_cast<double>(steps * exact.size());

    test.level<noise::gaussian<sigma>>(sigma{0.3});
    CHECK(std::abs(test.noise_power(exact, steps) / (0.3 * 0.3) - 3) < 4.5 * 3 * std::sqrt(2 / draws));

    test.level<noise::gaussian<sigma>>(sigma{0});
    test.level<noise::gaussian<relative_to_wmax>>(relative_to_wmax{0.3});
    double expected = 0;  // mean over the outputs of the power of their arrays
    double squares = 0;
    for (std::size_t n = 0; n < 7; ++n)
    {
        double power = 0;
        for (std::size_t k = 0; k < 8; k += 3)
        {
            double largest = 0;
            for (std::size_t row = k; row < std::min<std::size_t>(k + 3, 8); ++row)
            {
                for (std::size_t column = n < 5 ? 0 : 5; column < (n < 5 ? 5 : 7); ++column)
                {
                    largest = std::max(largest, std::abs(test.weight[row * 7 + column]));
                }
            }
            power += 0.3 * 0.3 * largest * largest;
        }
        expected += power / 7;
        squares += power * power / 7;
    }
    CHECK(std::abs(test.noise_power(exact, steps) - expected) < 4.5 * std::sqrt(2 * squares / draws));
}

TEST_CASE("mapping: the largest product is that of the largest weight and the largest input of each array")
{
    constexpr std::size_t steps = 2000;
    bench<absolute, mapping::tiles<1>> test(wiring{2, 0, 1, 0, 0});
    test.weight = {4, -0.5};
    for (std::size_t r = 0; r < test.rows; ++r)
    {
        test.clean_inputs.view().row(r)[0] = 0.25;
        test.clean_inputs.view().row(r)[1] = -6;
    }
    test.program();
    const auto exact = test.forward();
    test.level<noise::gaussian<relative_to_largest_product>>(relative_to_largest_product{0.3});
    const double expected = 0.3 * 0.3 * (1 + 9);  // of both as one it would be 0.3² · 24²
    CHECK(std::abs(test.noise_power(exact, steps) / expected - 1) < support::variance_bound(steps * exact.size()));
}

TEST_CASE("mapping: each array has converters of its own, which clip its partial sum")
{
    using namespace dni::precision;
    bench<noise::none, mapping::tiles<1>, converted<dac<>, adc<constant_bound>, float64>> test(wiring{2, 0, 2, 0, 0});
    test.bar.noise().set({.dac = bits{2}, .adc = bits{3}, .adc_full_scale = full_scale{3}});
    // By hand. The DAC: each array scales its one input to its own maximum, so 1 and 0.1 stay, where max|u| of both would make 0.1 zero.
    // The ADC: steps of 1 up to 3.
    test.weight = {4, 1.5, -25, 12};
    test.bias = {0.25, 0.25};
    for (std::size_t r = 0; r < test.rows; ++r)
    {
        test.clean_inputs.view().row(r)[0] = 1;
        test.clean_inputs.view().row(r)[1] = 0.1;
    }
    test.program();
    const auto y = test.forward();
    CHECK(y[0] == 3 - 2);  // 4.25 is clipped to 3, −2.5 is rounded to the even −2; their sum would have been 1.75
    CHECK(y[1] == 2 + 1);  // 1.75 and 1.2
    test.backward([](std::size_t, std::size_t) { return 1.0; });
    CHECK(test.bias_gradient == std::vector<double>{0, 3});
    CHECK(test.weight_gradient[0] == 0);  // clipped in its own array alone
    CHECK(test.weight_gradient[1] == 3);
    CHECK(std::abs(test.weight_gradient[2] - 0.3) < 1e-15);
    CHECK(test.input_gradient.view().row(0)[0] == 1.5);
    CHECK(test.input_gradient.view().row(0)[1] == -13);
}

TEMPLATE_TEST_CASE("mapping: noise that depends on the inputs depends on those of its array, and so does its gradient", "", small_tiles, sliced_tiles)
{
    const wiring wires{3, 5, 0, 7, 0};
    bench<absolute, TestType> test(wires);
    test.template level<noise::read_noise>(relative_to_wmax{0.2});
    test.program();
    const auto loss = [&]
    {
        const auto y = test.forward(5);
        double sum = 0;
        for (std::size_t i = 0; i < y.size(); ++i)
        {
            sum += y[i] * some_gradient(i / 7, i % 7);
        }
        return sum;
    };
    loss();
    test.backward(some_gradient, 5);
    const auto gradient = support::elements(test.input_gradient.view());
    double worst = 0;
    for (std::size_t i = 0; i < gradient.size(); ++i)
    {
        double& u = test.clean_inputs.view().row(i / 8)[i % 8];
        const double at = u;
        const auto shifted = [&](double by)
        {
            u = at + by;
            return loss();
        };
        const double numeric = (8 * (shifted(1e-4) - shifted(-1e-4)) - (shifted(2e-4) - shifted(-2e-4))) / 12e-4;
        u = at;
        worst = std::max(worst, std::abs(gradient[i] - numeric) / (1 + std::abs(numeric)));
    }
    CHECK(worst < 1e-9);
}

TEMPLATE_TEST_CASE("bit slices: digits of the nearest step, each a weight of few levels, together the weight", "", (mapping::bit_slices<4, 2>), (mapping::bit_slices<8, 1>),
                   (mapping::bit_slices<1, 8>), (mapping::bit_slices<3, 5>) )
{
    constexpr std::size_t n = TestType::slices * TestType::bits;
    const double levels = std::pow(2, TestType::bits) - 1;
    const double step = 2.0 / (std::pow(2, n) - 1);
    std::vector<double> w{2, -2, 0, step, -0.4 * step, 0.6 * step, 2 - step};
    stream random{key{seed{4}}};
    while (w.size() < 500)
    {
        w.push_back(std::clamp(random.normal<double>(), -2.0, 2.0));
    }
    std::vector<double> sum(w.size(), 0);
    double shares = 0;
    for (std::size_t s = 0; s < TestType::slices; ++s)
    {
        auto slice = w;
        TestType::cut(std::span<double>(slice), s);
        shares += TestType::share(s);
        for (std::size_t i = 0; i < w.size(); ++i)
        {
            sum[i] += TestType::share(s) * slice[i];
            const double digit = slice[i] / 2 * levels;
            CHECK(std::abs(digit - std::round(digit)) < 1e-12 * levels);
            CHECK(slice[i] * w[i] >= 0);
            CHECK(std::abs(slice[i]) <= 2);
        }
    }
    CHECK(std::abs(shares - 1) < 1e-15);
    for (std::size_t i = 0; i < w.size(); ++i)
    {
        CHECK(std::abs(sum[i] - step * std::nearbyint(w[i] / step)) < 1e-14);
    }

    std::vector<float> zeros(3, 0.f);
    TestType::cut(std::span<float>(zeros), 0);
    CHECK(zeros == std::vector<float>(3, 0.f));
}

TEST_CASE("bit slices: noise of each slice counts by its share, also at the weights, where it stays")
{
    const wiring wires{0, 8, 0, 7, 0};
    bench<weight_noise, two_by_two, read_by_adc> test(wires);
    test.bar.noise().set({.adc = bits{24}, .adc_full_scale = full_scale{1000}});  // steps of 1e-4
    test.weight[0] = 5;
    test.program();
    const auto exact = test.forward();
    test.level<noise::gaussian<relative_to_wmax>>(relative_to_wmax{0.3});
    constexpr std::size_t chips = 400;
    double power = 0;
    std::vector<double> before;
    for (std::size_t c = 0; c < chips; ++c)
    {
        test.program({key{seed{3}}.with(c), chip{c}.draws()});
        const auto y = test.forward(c);
        CHECK(support::same_bits(y, test.forward(c + 1)));
        CHECK(y != before);
        before = y;
        for (std::size_t n = 0; n < 7; ++n)
        {
            power += (y[n] - exact[n]) * (y[n] - exact[n]) / (chips * 7);
        }
    }
    double length = 0;
    for (const double u : test.clean_inputs.view().row(0))
    {
        length += u * u;
    }
    const double expected = 0.3 * 0.3 * 5 * 5 * length * (0.8 * 0.8 + 0.2 * 0.2);
    CHECK(std::abs(power / expected - 1) < 4.5 * std::sqrt(2.0 / (chips * 7)));
    // written again on the same chip, in another pass: the same devices
    test.program({key{seed{77}}, chip{chips - 1}.draws()});
    CHECK(support::same_bits(test.forward(), before));
}

TEST_CASE("bit slices: each has an ADC of its own, which clips alone")
{
    bench<weight_noise, two_by_two, read_by_adc> test(wiring{1, 0, 2, 0, 0});
    test.bar.noise().set({.adc = bits{3}, .adc_full_scale = full_scale{3}});  // steps of 1 up to 3
    // By hand: 3 and 2.6 of at most 3 are 15 and 13 of 15 steps, in digits (3, 3) and (3, 1), which count 0.8 and 0.2.
    test.weight = {3, 2.6};
    test.bias = {-1.6, 0.6};
    for (std::size_t r = 0; r < test.rows; ++r)
    {
        test.clean_inputs.view().row(r)[0] = 1;
    }
    test.program();
    const auto y = test.forward();
    CHECK(std::abs(y[0] - 1) < 1e-15);                      // 1.4 twice
    CHECK(std::abs(y[1] - (0.8 * 3 + 0.2 * 2)) < 1e-15);    // 3.6 is clipped, 1.6 is not
    test.backward([](std::size_t, std::size_t) { return 1.0; });
    CHECK(std::abs(test.weight_gradient[0] - 3) < 1e-15);
    CHECK(std::abs(test.weight_gradient[1] - 3 * 0.2) < 1e-15);
    CHECK(std::abs(test.bias_gradient[1] - 3 * 0.2) < 1e-15);
    CHECK(std::abs(test.input_gradient.view().row(0)[0] - (3 + 0.2 * 1)) < 1e-14);
}
}
