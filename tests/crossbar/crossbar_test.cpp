// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/same_bits.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <dni/crossbar/crossbar.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/precision/converted.hpp>
#include <dni/random/stream.hpp>

namespace crossbar_test
{
using namespace dni;

namespace
{
using relative = noise::gaussian<snr_db>;
template <class Noise>
using exactly = policies<Noise, precision::float64>;

//! A noise that is known: adds 100 to every element.
struct plus_hundred
{
    template <class T>
    void apply(std::span<T> y, stream&) const
    {
        for (T& v : y)
        {
            v += 100;
        }
    }
    std::string describe() const { return "plus 100"; }
};

//! A crossbar with all it is used with.
template <class Noise, class Precision = precision::float64>
struct bench
{
    static constexpr std::size_t rows = 5;
    wiring wires;
    std::vector<double> weight, bias;
    crossbar<policies<Noise, Precision>> bar;
    thread_pool pool{2};
    std::vector<std::uint64_t> ids{4, 2, 9, 0, 7};
    workspace_matrix<double> inputs, kept_inputs, outputs, kept_outputs, scratch, input_gradient;

    explicit bench(const wiring& chosen, bool with_input_gradient = true)
        : wires{chosen}, weight(chosen.rows() * chosen.columns()), bias(chosen.columns()), bar{chosen, with_input_gradient}
    {
        stream random{key{seed{1}}};
        for (double& w : weight)
        {
            w = random.normal<double>();
        }
        for (double& b : bias)
        {
            b = random.normal<double>();
        }
        bar.noise().for_each(
            [](auto& part)
            {
                if constexpr (requires { part.level = snr_db{3}; })
                {
                    part.level = snr_db{3};
                }
            });
        fill(inputs.resize(rows, wires.rows()), 2);
        kept_inputs.resize(rows, wires.rows());
        outputs.resize(rows, wires.columns());
        kept_outputs.resize(rows, wires.columns());
        scratch.resize(rows, std::max(wires.rows(), wires.columns()));
        input_gradient.resize(rows, wires.rows());
    }

    static void fill(matrix_view<double> m, std::uint64_t s)
    {
        stream random{key{seed{s}}};
        for (std::size_t r = 0; r < m.rows; ++r)
        {
            for (double& v : m.row(r))
            {
                v = random.normal<double>();
            }
        }
    }

    bool wired(std::size_t k, std::size_t n) const
    {
        const bool by_x = n < wires.by_inputs + wires.by_both;
        const bool by_h = n >= wires.by_inputs;
        return k < wires.inputs ? by_x : by_h;
    }

    void program(key pass = key{seed{3}})
    {
        bar.program([&](std::size_t k, std::size_t n) { return weight[k * wires.columns() + n]; }, [&](std::size_t n) { return bias[n]; }, {pass}, pool);
    }

    row_keys keys(key pass = key{seed{3}}, std::size_t step = 0) const { return {pass, ids.data(), step}; }

    std::vector<double> forward(key pass = key{seed{3}}, std::size_t step = 0)
    {
        bar.forward(inputs.view(), kept_inputs.view(), outputs.view(), kept_outputs.view(), keys(pass, step));
        return support::elements(outputs.view());
    }

    //! Wᵀ u + b for the inputs as they are now.
    std::vector<double> product() const
    {
        std::vector<double> all;
        for (std::size_t r = 0; r < rows; ++r)
        {
            for (std::size_t n = 0; n < wires.columns(); ++n)
            {
                double sum = bias[n];
                for (std::size_t k = 0; k < wires.rows(); ++k)
                {
                    sum += wired(k, n) ? inputs.view().row(r)[k] * weight[k * wires.columns() + n] : 0.0;
                }
                all.push_back(sum);
            }
        }
        return all;
    }
};

double largest_difference(const std::vector<double>& a, const std::vector<double>& b)
{
    REQUIRE(a.size() == b.size());
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
    {
        worst = std::max(worst, std::abs(a[i] - b[i]));
    }
    return worst;
}

//! Double arithmetic, weights in fewer bits.
template <class Storage>
struct stored_double
{
    using value_type = double;
    using storage_type = Storage;
    static constexpr const char* name = "stored";
};

double rounded(bfloat16, double weight, double) { return widen(narrow<bfloat16>(static_cast<float>(weight))); }
double rounded(float16, double weight, double) { return widen(narrow<float16>(static_cast<float>(weight))); }
double rounded(std::int16_t, double weight, double largest) { return std::nearbyint(weight / largest * 32767) * largest / 32767; }
double rounded(std::int8_t, double weight, double largest) { return std::nearbyint(weight / largest * 127) * largest / 127; }

const std::vector<wiring> wirings{{3, 0, 4, 0, 0}, {3, 5, 0, 20, 0}, {4, 6, 6, 12, 6}, {1, 1, 1, 1, 1}, {2, 20, 0, 20, 0}, {7, 0, 33, 0, 0}};
}

TEST_CASE("wiring: which inputs feed which outputs")
{
    const wiring gru{4, 6, 6, 12, 6};
    CHECK(gru.rows() == 10);
    CHECK(gru.columns() == 24);
    const auto groups = gru.forward();
    CHECK((groups[0].first == 0 && groups[0].last == 6 && groups[0].row_first == 0 && groups[0].row_last == 4));
    CHECK((groups[1].first == 6 && groups[1].last == 18 && groups[1].row_first == 0 && groups[1].row_last == 10));
    CHECK((groups[2].first == 18 && groups[2].last == 24 && groups[2].row_first == 4 && groups[2].row_last == 10));
    const auto back = gru.backward(true);
    CHECK((back[0].first == 0 && back[0].last == 4 && back[0].row_first == 0 && back[0].row_last == 18));
    CHECK((back[1].first == 4 && back[1].last == 10 && back[1].row_first == 6 && back[1].row_last == 24));
    CHECK(gru.backward(false)[0].last == 0);
}

TEST_CASE("crossbar: without noise it is the product, for every wiring")
{
    for (const auto& wires : wirings)
    {
        bench<noise::none> test(wires);
        test.program();
        CHECK(largest_difference(test.forward(), test.product()) < 1e-13);
    }
}

TEST_CASE("crossbar: the adjoint is the transpose, and accumulate sums the outer products")
{
    const bool with_input_gradient = GENERATE(true, false);
    for (const auto& wires : wirings)
    {
        bench<noise::none> test(wires, with_input_gradient);
        test.program();
        test.forward();
        const auto dy = test.outputs.view();
        bench<noise::none>::fill(dy, 8);
        const auto du = test.input_gradient.view();
        std::fill_n(du.data, du.rows * du.stride, -77.0);
        test.bar.adjoint(dy, test.kept_outputs.view(), du, test.kept_inputs.view(), test.inputs.view(), test.scratch.view(), test.keys());
        double worst = 0;
        for (std::size_t r = 0; r < test.rows; ++r)
        {
            for (std::size_t k = 0; k < wires.rows(); ++k)
            {
                double sum = 0;
                for (std::size_t n = 0; n < wires.columns(); ++n)
                {
                    sum += test.wired(k, n) ? dy.row(r)[n] * test.weight[k * wires.columns() + n] : 0.0;
                }
                const bool asked = with_input_gradient || k >= wires.inputs;
                worst = std::max(worst, std::abs(du.row(r)[k] - (asked ? sum : -77.0)));
            }
        }
        CHECK(worst < 1e-13);

        std::vector<double> dw(test.weight.size()), db(wires.columns());
        std::size_t calls = 0;
        test.bar.accumulate(
            test.inputs.view(), dy,
            [&](std::size_t k, std::size_t n, double v)
            {
                dw[k * wires.columns() + n] += v;
                ++calls;
            },
            [&](std::size_t n, double v) { db[n] += v; }, test.pool);
        worst = 0;
        std::size_t crossings = 0;
        for (std::size_t n = 0; n < wires.columns(); ++n)
        {
            double b = 0;
            for (std::size_t r = 0; r < test.rows; ++r)
            {
                b += dy.row(r)[n];
            }
            worst = std::max(worst, std::abs(db[n] - b));
            for (std::size_t k = 0; k < wires.rows(); ++k)
            {
                double sum = 0;
                for (std::size_t r = 0; r < test.rows; ++r)
                {
                    sum += test.inputs.view().row(r)[k] * dy.row(r)[n];
                }
                crossings += test.wired(k, n) ? 1u : 0u;
                worst = std::max(worst, std::abs(dw[k * wires.columns() + n] - (test.wired(k, n) ? sum : 0.0)));
            }
        }
        CHECK(worst < 1e-13);
        CHECK(calls == crossings);
    }
}

TEMPLATE_TEST_CASE("crossbar: weights are rounded as they are stored, forward and back, and their gradient passes", "", bfloat16, float16, std::int8_t,
                   std::int16_t)
{
    for (const auto& wires : wirings)
    {
        bench<noise::none, stored_double<TestType>> test(wires);
        test.program();
        const auto y = test.forward();
        const auto dy = test.outputs.view();  // any gradient will do
        const auto expected_gradient = support::elements(dy);
        test.bar.adjoint(dy, {}, test.input_gradient.view(), {}, test.inputs.view(), test.scratch.view(), test.keys());
        std::vector<double> dw(test.weight.size()), db(test.bias.size());
        test.bar.accumulate(
            test.inputs.view(), dy, [&](std::size_t k, std::size_t n, double v) { dw[k * wires.columns() + n] += v; },
            [&](std::size_t n, double v) { db[n] += v; }, test.pool);

        const auto exact = test.product();
        double worst_weight = 0;
        for (std::size_t n = 0; n < wires.columns(); ++n)
        {
            double largest = 0;
            for (std::size_t k = 0; k < wires.rows(); ++k)
            {
                largest = test.wired(k, n) ? std::max(largest, std::abs(test.weight[k * wires.columns() + n])) : largest;
            }
            for (std::size_t k = 0; k < wires.rows(); ++k)
            {
                double& weight = test.weight[k * wires.columns() + n];
                weight = rounded(TestType{}, weight, largest);
                double sum = 0;
                for (std::size_t r = 0; r < test.rows; ++r)
                {
                    sum += test.inputs.view().row(r)[k] * dy.row(r)[n];
                }
                worst_weight = std::max(worst_weight, std::abs(dw[k * wires.columns() + n] - (test.wired(k, n) ? sum : 0.0)));
            }
        }
        double worst_input = 0;
        for (std::size_t r = 0; r < test.rows; ++r)
        {
            for (std::size_t k = 0; k < wires.rows(); ++k)
            {
                double sum = 0;
                for (std::size_t n = 0; n < wires.columns(); ++n)
                {
                    sum += test.wired(k, n) ? dy.row(r)[n] * test.weight[k * wires.columns() + n] : 0.0;
                }
                worst_input = std::max(worst_input, std::abs(test.input_gradient.view().row(r)[k] - sum));
            }
        }
        CHECK(largest_difference(y, test.product()) < 1e-13);
        CHECK(largest_difference(y, exact) > 1e-7);
        CHECK(worst_input < 1e-12);
        CHECK(worst_weight < 1e-12);
        CHECK(support::same_bits(support::elements(dy), expected_gradient));
    }
}

TEST_CASE("crossbar: noise enters where its site says")
{
    const wiring wires{3, 4, 2, 6, 3};
    bench<noise::none> plain(wires);
    plain.program();
    const auto exact = plain.forward();

    bench<plus_hundred> at_output(wires);
    at_output.program();
    auto y = at_output.forward();
    for (double& v : y)
    {
        v -= 100;
    }
    CHECK(largest_difference(y, exact) < 1e-11);

    // at the input: u as it entered the product is left in place, for the weight gradient
    bench<noise::at_input<plus_hundred>> at_input(wires);
    at_input.program();
    const auto with_noise = at_input.forward();
    CHECK(at_input.inputs.view().row(1)[2] == plain.inputs.view().row(1)[2] + 100);
    CHECK(largest_difference(with_noise, at_input.product()) < 1e-11);

    // in the weights: every device, the bias and the missing crossings excepted
    bench<noise::at_weights<plus_hundred>> at_weights(wires);
    at_weights.program();
    const auto y_weights = at_weights.forward();
    for (double& w : at_weights.weight)
    {
        w += 100;
    }
    CHECK(largest_difference(y_weights, at_weights.product()) < 1e-11);
}

TEST_CASE("crossbar: what an adjoint needs is kept")
{
    const wiring wires{3, 4, 0, 8, 0};
    bench<noise::all<relative, noise::at_input<relative>>> test(wires);
    STATIC_REQUIRE(decltype(test.bar)::keeps_inputs);
    STATIC_REQUIRE(decltype(test.bar)::keeps_outputs);
    STATIC_REQUIRE(!crossbar<exactly<noise::gaussian<sigma>>>::keeps_outputs);
    const auto clean = support::elements(test.inputs.view());
    test.program();
    const auto y = test.forward();
    CHECK(support::same_bits(support::elements(test.kept_inputs.view()), clean));
    CHECK(!support::same_bits(support::elements(test.inputs.view()), clean));
    CHECK(largest_difference(support::elements(test.kept_outputs.view()), test.product()) < 1e-12);
    CHECK(largest_difference(y, test.product()) > 0.01);
}

TEST_CASE("crossbar: noise depends on pass, sample and step, not on the row or the rows beside it")
{
    const wiring wires{3, 0, 9, 0, 0};
    const auto run = [&](const std::vector<std::uint64_t>& ids, key pass, std::size_t step)
    {
        bench<relative> test(wires);
        test.ids = ids;
        for (std::size_t r = 0; r < test.rows; ++r)
        {
            std::ranges::fill(test.inputs.view().row(r), 1.0);
        }
        test.program();
        const auto y = test.forward(pass, step);
        std::vector<std::vector<double>> by_row;
        for (std::size_t r = 0; r < test.rows; ++r)
        {
            by_row.emplace_back(y.begin() + static_cast<std::ptrdiff_t>(9 * r), y.begin() + static_cast<std::ptrdiff_t>(9 * r + 9));
        }
        return by_row;
    };
    const key pass{seed{3}};
    const auto first = run({4, 2, 9, 0, 7}, pass, 5);
    const auto moved = run({7, 9, 4, 1, 2}, pass, 5);
    CHECK(first[0] == moved[2]);
    CHECK(first[1] == moved[4]);
    CHECK(first[2] == moved[1]);
    CHECK(first[4] == moved[0]);
    CHECK(first[3] != moved[3]);
    CHECK(first[0] != first[1]);
    CHECK(first[0] != run({4, 2, 9, 0, 7}, pass, 6)[0]);
    CHECK(first[0] != run({4, 2, 9, 0, 7}, key{seed{4}}, 5)[0]);
}

TEST_CASE("crossbar: weight noise is drawn when it is programmed, once for all rows, steps and samples")
{
    const wiring wires{6, 0, 10, 0, 0};
    bench<noise::at_weights<relative>> test(wires);
    for (std::size_t r = 0; r < test.rows; ++r)
    {
        std::ranges::fill(test.inputs.view().row(r), 0.5);
    }
    test.program(key{seed{1}});
    const auto y = test.forward(key{seed{1}}, 0);
    for (std::size_t r = 1; r < test.rows; ++r)
    {
        CHECK(std::equal(y.begin(), y.begin() + 10, y.begin() + static_cast<std::ptrdiff_t>(10 * r)));
    }
    CHECK(y == test.forward(key{seed{2}}, 17));
    CHECK(largest_difference(y, test.product()) > 0.01);
    test.program(key{seed{2}});
    CHECK(y != test.forward(key{seed{1}}, 0));
    test.program(key{seed{1}});
    CHECK(y == test.forward(key{seed{1}}, 0));
}

TEST_CASE("crossbar: the relative level of weight noise is that of the wired weights")
{
    // 60 × 80 devices; what is not wired would spoil the mean square
    const wiring wires{30, 30, 40, 40, 40};
    bench<noise::at_weights<relative>> test(wires);
    for (double& w : test.weight)
    {
        w *= 7;
    }
    std::size_t devices = 0;
    double power = 0;
    for (std::size_t k = 0; k < wires.rows(); ++k)
    {
        for (std::size_t n = 0; n < wires.columns(); ++n)
        {
            if (test.wired(k, n))
            {
                ++devices;
                power += test.weight[k * wires.columns() + n] * test.weight[k * wires.columns() + n];
            }
        }
    }
    test.program();
    // unit vectors read the array out, five rows at a time
    double noise_power = 0;
    for (std::size_t first = 0; first < wires.rows(); first += test.rows)
    {
        const auto u = test.inputs.view();
        fill_zero(u);
        for (std::size_t r = 0; r < test.rows; ++r)
        {
            u.row(r)[first + r] = 1;
        }
        const auto y = test.forward();
        for (std::size_t r = 0; r < test.rows; ++r)
        {
            for (std::size_t n = 0; n < wires.columns(); ++n)
            {
                const std::size_t k = first + r;
                if (test.wired(k, n))
                {
                    const double added = y[r * wires.columns() + n] - test.bias[n] - test.weight[k * wires.columns() + n];
                    noise_power += added * added;
                }
            }
        }
    }
    const double measured = 10 * std::log10(power / noise_power);
    CHECK(std::abs(measured - 3) < 4.5 * 4.343 * std::sqrt(2.0 / static_cast<double>(devices)));
}

namespace
{
//! The formula of a converter, and whether the gradient passes.
double converted_value(double v, double b, int n)
{
    const double step = 2 * b / (std::exp2(n) - 2);
    return std::clamp(std::nearbyint(v / step) * step, -b, b);
}
}

TEST_CASE("crossbar: the DAC stands before the noise at the input, the ADC behind that at the output, forward and back")
{
    using namespace dni::precision;
    const wiring wires{3, 4, 2, 6, 3};
    using noises = noise::all<plus_hundred, noise::at_input<plus_hundred>>;
    bench<noises, converted<dac<constant_bound>, adc<constant_bound>, float64>> test(wires);
    STATIC_REQUIRE(decltype(test.bar)::keeps_inputs);
    STATIC_REQUIRE(decltype(test.bar)::keeps_outputs);
    test.bar.noise().set({.dac = bits{4}, .adc = bits{6}, .dac_full_scale = full_scale{0.9}, .adc_full_scale = full_scale{250}});
    const auto clean = support::elements(test.inputs.view());
    test.program();
    const auto y = test.forward();

    std::vector<double> entered;
    for (const double u : clean)
    {
        entered.push_back(converted_value(u, 0.9, 4) + 100);
    }
    CHECK(largest_difference(support::elements(test.inputs.view()), entered) < 1e-13);
    CHECK(support::same_bits(support::elements(test.kept_inputs.view()), clean));

    const auto products = test.product();
    std::vector<double> expected;
    std::size_t clipped = 0;
    for (const double product : products)
    {
        expected.push_back(converted_value(product + 100, 250, 6));
        clipped += std::abs(product + 100) > 250 ? 1u : 0u;
    }
    CHECK(largest_difference(y, expected) < 1e-11);
    CHECK(clipped > 3);
    CHECK(clipped + 3 < products.size());

    // any gradient: the outputs
    auto dy = test.outputs.view();
    auto expected_dy = y;
    for (std::size_t i = 0; i < products.size(); ++i)
    {
        expected_dy[i] = std::abs(products[i] + 100) > 250 ? 0 : expected_dy[i];
    }
    test.bar.adjoint(dy, test.kept_outputs.view(), test.input_gradient.view(), test.kept_inputs.view(), test.inputs.view(), test.scratch.view(), test.keys());
    CHECK(support::elements(dy) == expected_dy);
    double worst = 0;
    for (std::size_t r = 0; r < test.rows; ++r)
    {
        for (std::size_t k = 0; k < wires.rows(); ++k)
        {
            double sum = 0;
            for (std::size_t n = 0; n < wires.columns(); ++n)
            {
                sum += test.wired(k, n) ? expected_dy[r * wires.columns() + n] * test.weight[k * wires.columns() + n] : 0.0;
            }
            sum = std::abs(clean[r * wires.rows() + k]) > 0.9 ? 0 : sum;
            worst = std::max(worst, std::abs(test.input_gradient.view().row(r)[k] - sum));
        }
    }
    CHECK(worst < 1e-10);
}

TEST_CASE("crossbar: converters and noise are told apart")
{
    using namespace dni::precision;
    crossbar<policies<noise::all<relative, noise::at_input<relative>>, converted<dac<>, adc<managed_bound>>>> bar(wiring{3, 0, 2, 0, 0}, true);
    std::size_t noises = 0;
    bar.noise().for_each([&](auto& part) { noises += part.level == snr_db::none() ? 1u : 0u; });
    CHECK(noises == 2);
    std::string words;
    bar.noise().set({.dac = bits{3}, .adc = bits{5}, .adc_full_scale = full_scale{2}});
    bar.noise().for_each_converter([&](const auto& part) { words += part.describe() + "\n"; });
    CHECK(words == "3 bits, step bound / 3; bound max|v| of each vector, rounding nearest\n"
                   "5 bits, bound 2, step 0.133333; constant bound, doubled up to 3 times where a vector would saturate, rounding nearest\n");
    converter_settings there;
    bar.noise().add_settings(there);
    CHECK((there.dac == bits{3} && there.adc == bits{5} && !there.dac_full_scale && there.adc_full_scale == full_scale{2}));

    crossbar<policies<noise::none, converted<dac<>, adc<managed_bound>, float64>>> other(wiring{3, 0, 2, 0, 0}, true);
    other.noise().take_converters(bar.noise());
    std::string again;
    other.noise().for_each_converter([&](const auto& part) { again += part.describe() + "\n"; });
    CHECK(again == words);
    STATIC_REQUIRE(std::is_empty_v<product_sources<policies<noise::none, converted<infinite, infinite>>>>);
}
}
