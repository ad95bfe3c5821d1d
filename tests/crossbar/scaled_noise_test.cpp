// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/same_bits.hpp"
#include "support/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <dni/crossbar/crossbar.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/noise/read_noise.hpp>

namespace scaled_noise_test
{
using namespace dni;

//! Noise at the output that an array scales: by its inputs, by its largest weight.
namespace
{
constexpr std::size_t inputs = 6;
constexpr std::size_t outputs = 4;
constexpr double largest = 2.5;
const wiring wires{inputs, 0, outputs, 0, 0};

template <class Noise>
struct array
{
    crossbar<policies<Noise, precision::float64>> bar{wires, true};
    thread_pool pool{1};
    std::vector<double> weight = std::vector<double>(inputs * outputs);
    workspace_matrix<double> entered, kept, y, kept_y, du, scratch;

    array()
    {
        stream random{key{seed{1}}};
        for (double& w : weight)
        {
            w = random.normal<double>();
        }
        weight[7] = -largest;
        bar.noise().for_each([](auto& part) { part.level.value = 0.2; });
        bar.program([&](std::size_t k, std::size_t n) { return weight[k * outputs + n]; }, [](std::size_t) { return 0.0; }, {key{seed{2}}}, pool);
    }

    std::vector<double> forward(const std::vector<double>& u, std::uint64_t sample)
    {
        std::ranges::copy(u, entered.resize(1, inputs).row(0).begin());
        kept.resize(1, inputs);
        y.resize(1, outputs);
        kept_y.resize(1, outputs);
        bar.forward(entered.view(), kept.view(), y.view(), kept_y.view(), {key{seed{3}}, &sample, 0});
        return support::elements(y.view());
    }

    std::vector<double> gradient(const std::vector<double>& u, const std::vector<double>& c, std::uint64_t sample)
    {
        forward(u, sample);
        std::ranges::copy(c, y.view().row(0).begin());
        bar.adjoint(y.view(), kept_y.view(), du.resize(1, inputs), kept.view(), entered.view(), scratch.resize(1, inputs), {key{seed{3}}, &sample, 0});
        return support::elements(du.view());
    }
};

using reading = noise::read_noise;
using both = noise::all<noise::gaussian<snr_db>, reading, noise::gaussian<relative_to_wmax>>;

const std::vector<double> u{0.3, -1.2, 0.8, 2.0, -0.1, 0.6};
const std::vector<double> c{1.0, -0.5, 2.0, 0.7};

//! What noise adds to each output of many samples, in a unit.
template <class Noise>
std::vector<double> added_in_units_of(array<Noise>& noisy, double unit)
{
    array<noise::none> clean;
    const auto exact = clean.forward(u, 0);
    std::vector<double> xi;
    for (std::uint64_t sample = 0; sample < 10000; ++sample)
    {
        const auto y = noisy.forward(u, sample);
        for (std::size_t n = 0; n < outputs; ++n)
        {
            xi.push_back((y[n] - exact[n]) / unit);
        }
    }
    return xi;
}

// Against central differences, where an input may change without changing a scale that counts as a constant.
template <class Noise>
double gradient_error(std::size_t skipped = inputs)
{
    array<Noise> test;
    const auto g = test.gradient(u, c, 5);
    double worst = 0;
    for (std::size_t k = 0; k < inputs; ++k)
    {
        if (k == skipped)
        {
            continue;
        }
        const auto loss = [&](double by)
        {
            auto at = u;
            at[k] += by;
            const auto y = test.forward(at, 5);
            double sum = 0;
            for (std::size_t n = 0; n < outputs; ++n)
            {
                sum += c[n] * y[n];
            }
            return sum;
        };
        worst = std::max(worst, std::abs((loss(1e-5) - loss(-1e-5)) / 2e-5 - g[k]));
    }
    return worst;
}
}

TEST_CASE("read noise has the deviation s w_max of each weight, seen through the inputs")
{
    array<reading> noisy;
    double length = 0;
    for (const double v : u)
    {
        length += v * v;
    }
    const auto xi = added_in_units_of(noisy, 0.2 * largest * std::sqrt(length));
    CHECK(std::abs(support::moments_of(xi).variance - 1) < support::variance_bound(xi.size()));
    CHECK(support::kolmogorov_smirnov(xi) < support::kolmogorov_smirnov_bound);
    CHECK(noisy.forward(std::vector<double>(inputs), 0) == std::vector<double>(outputs));
}

TEST_CASE("a level in units of w_max is that of the largest wired weight")
{
    array<noise::gaussian<relative_to_wmax>> noisy;
    const auto xi = added_in_units_of(noisy, 0.2 * largest);
    CHECK(std::abs(support::moments_of(xi).variance - 1) < support::variance_bound(xi.size()));

    array<noise::at_weights<noise::gaussian<relative_to_wmax>>> realised;
    std::vector<double> errors;
    for (std::uint64_t pass = 0; pass < 500; ++pass)
    {
        realised.bar.program([&](std::size_t k, std::size_t n) { return realised.weight[k * outputs + n]; }, [](std::size_t) { return 0.0; },
                             {key{seed{4}}.with(pass)}, realised.pool);
        for (std::size_t k = 0; k < inputs; ++k)
        {
            std::vector<double> unit(inputs);
            unit[k] = 1;
            const auto row = realised.forward(unit, 0);
            for (std::size_t n = 0; n < outputs; ++n)
            {
                errors.push_back((row[n] - realised.weight[k * outputs + n]) / (0.2 * largest));
            }
        }
    }
    CHECK(std::abs(support::moments_of(errors).variance - 1) < support::variance_bound(errors.size()));
}

TEST_CASE("a level in units of the largest product is that of the largest weight times the largest input")
{
    array<noise::gaussian<relative_to_largest_product>> noisy;
    const auto xi = added_in_units_of(noisy, 0.2 * largest * 2);
    CHECK(std::abs(support::moments_of(xi).variance - 1) < support::variance_bound(xi.size()));
    CHECK(support::kolmogorov_smirnov(xi) < support::kolmogorov_smirnov_bound);
    CHECK(noisy.forward(std::vector<double>(inputs), 0) == std::vector<double>(outputs));

    // the largest in magnitude, whatever its sign
    auto other = u;
    other[3] = 0;
    other[1] = -8;
    const auto y = noisy.forward(other, 0);
    const auto without = array<noise::none>{}.forward(other, 0);
    for (std::size_t n = 0; n < outputs; ++n)
    {
        CHECK(std::abs((y[n] - without[n]) / 4 - xi[n] * 0.2 * largest * 2) < 1e-12);
    }
}

TEST_CASE("the gradient through read noise reaches the inputs")
{
    CHECK(gradient_error<reading>() < 1e-8);
    CHECK(gradient_error<both>() < 1e-8);
    // without what goes through the length of u it would be another
    array<reading> test;
    array<noise::none> clean;
    CHECK(test.gradient(u, c, 5) != clean.gradient(u, c, 5));
}

TEST_CASE("the gradient passes noise in units of the largest product, whose largest input counts as a constant")
{
    using scaled = noise::gaussian<relative_to_largest_product>;
    const std::size_t largest_input = 3;
    CHECK(gradient_error<scaled>(largest_input) < 1e-8);
    CHECK(gradient_error<noise::all<scaled, noise::gaussian<snr_db>>>(largest_input) < 1e-8);
    CHECK(gradient_error<noise::all<scaled, reading>>(largest_input) < 1e-8);
    array<scaled> test;
    array<noise::none> clean;
    CHECK(test.gradient(u, c, 5) == clean.gradient(u, c, 5));
}
}
