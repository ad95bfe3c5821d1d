// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/same_bits.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <dni/noise/ir_drop.hpp>
#include <dni/noise/site.hpp>
#include <dni/random/stream.hpp>

using namespace dni;

namespace
{
//! Weights [K, N] of one array, the largest of which is 2.
struct wired_array
{
    std::size_t rows, columns;
    std::vector<double> w;
    std::vector<noise::crossing> crossings;

    wired_array(std::size_t k, std::size_t n) : rows{k}, columns{n}, w(k * n)
    {
        stream random{key{seed{11}}};
        for (std::size_t i = 0; i < w.size(); ++i)
        {
            w[i] = std::clamp(random.normal<double>(), -2.0, 2.0);
            crossings.push_back({static_cast<std::uint32_t>(i / n), static_cast<std::uint32_t>(i % n)});
        }
        w.back() = 2;
    }

    noise::ir_drop model(double r) const { return {.segment = {r * 1e6 / 25}, .g_max = {25}, .w_max = 2}; }
    noise::device_draws draws() const { return {{}, {}, crossings}; }

    std::vector<double> lossy(double r) const
    {
        auto values = w;
        model(r).apply(std::span<double>(values), draws());
        return values;
    }
};

//! a x = b for symmetric, positive definite a, by elimination.
std::vector<double> solve(std::vector<std::vector<double>> a, std::vector<double> b)
{
    const std::size_t n = b.size();
    for (std::size_t i = 0; i < n; ++i)
    {
        for (std::size_t j = i + 1; j < n; ++j)
        {
            const double factor = a[j][i] / a[i][i];
            for (std::size_t l = i; l < n && factor != 0; ++l)
            {
                a[j][l] -= factor * a[i][l];
            }
            b[j] -= factor * b[i];
        }
    }
    for (std::size_t i = n; i-- > 0;)
    {
        for (std::size_t j = i + 1; j < n; ++j)
        {
            b[i] -= a[i][j] * b[j];
        }
        b[i] /= a[i][i];
    }
    return b;
}

//! The matrix that the network of resistors is, from the potentials of all its nodes, one input at a time. Conductances in units of g_max, a segment of wire
//! has 1 / r.
std::vector<double> of_resistors(const wired_array& array, double r)
{
    const std::size_t k_count = array.rows;
    const std::size_t n_count = array.columns;
    const auto input_node = [&](std::size_t k, std::size_t n) { return k * n_count + n; };
    const auto output_node = [&](std::size_t k, std::size_t n, std::size_t sign) { return k_count * n_count * (1 + sign) + k * n_count + n; };
    std::vector<std::vector<double>> conductance(3 * k_count * n_count, std::vector<double>(3 * k_count * n_count, 0));
    const auto connect = [&](std::size_t a, std::size_t b, double g)
    {
        conductance[a][a] += g;
        conductance[b][b] += g;
        conductance[a][b] -= g;
        conductance[b][a] -= g;
    };
    for (std::size_t k = 0; k < k_count; ++k)
    {
        for (std::size_t n = 0; n < n_count; ++n)
        {
            const double w = array.w[k * n_count + n] / 2;
            connect(input_node(k, n), output_node(k, n, w < 0 ? 1 : 0), std::abs(w));
            if (n > 0)
            {
                connect(input_node(k, n), input_node(k, n - 1), 1 / r);
            }
            else
            {
                conductance[input_node(k, n)][input_node(k, n)] += 1 / r;  // to the driver
            }
            for (const std::size_t sign : {0u, 1u})
            {
                if (k > 0)
                {
                    connect(output_node(k, n, sign), output_node(k - 1, n, sign), 1 / r);
                }
                else
                {
                    conductance[output_node(k, n, sign)][output_node(k, n, sign)] += 1 / r;  // to the amplifier, at zero potential
                }
            }
        }
    }
    std::vector<double> matrix;
    for (std::size_t k = 0; k < k_count; ++k)
    {
        std::vector<double> driven(conductance.size(), 0);
        driven[input_node(k, 0)] = 1 / r;
        const auto potential = solve(conductance, driven);
        for (std::size_t n = 0; n < n_count; ++n)
        {
            matrix.push_back(2 * (potential[output_node(0, n, 0)] - potential[output_node(0, n, 1)]) / r);
        }
    }
    return matrix;
}

double farthest(const std::vector<double>& a, const std::vector<double>& b)
{
    double worst = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
    {
        worst = std::max(worst, std::abs(a[i] - b[i]));
    }
    return worst;
}
}

TEST_CASE("IR drop: the network of resistors to the first order, what is left falls with the square of the resistance")
{
    const wired_array array(7, 5);
    const auto error = [&](double r) { return farthest(array.lossy(r), of_resistors(array, r)); };
    for (const double r : {1e-3, 1e-4})
    {
        // the next order is of relative size r d, d < 7 * 8 / 2 + 5 * 6 / 2 = 43
        CAPTURE(r, error(r));
        CHECK(std::abs(error(r) / error(r / 2) - 4) < 4 * 43 * r);
        CHECK(error(r) < 2 * std::pow(43 * r, 2));
    }
    // where up to 9 % of the largest weight is lost, the model tells nearly all of it
    const double r = 5e-3;
    const auto exact = of_resistors(array, r);
    CAPTURE(farthest(array.w, exact), error(r));
    CHECK(farthest(array.w, exact) > 0.09 * 2);
    CHECK(error(r) < 43 * r * farthest(array.w, exact));
}

TEST_CASE("IR drop: a single device is in series with its wires, a column of equal ones has the drops of its segments")
{
    const auto lost = [](std::vector<double> w, double r)
    {
        const noise::ir_drop model{.segment = {r * 1e4}, .g_max = {100}, .w_max = 1};
        model.apply(std::span<double>(w), {});
        return w;
    };
    CHECK(lost({1}, 0.25)[0] == Approx(1 / (1 + 0.25 + 0.25)).epsilon(1e-14));
    CHECK(lost({-0.5}, 0.25)[0] == Approx(-0.5 / (1 + 2 * 0.25 * 0.5)).epsilon(1e-14));
    const auto column = lost({1, 1, 1, 1}, 0.01);
    // segments of the column carry 4, 3, 2, 1 currents, that of each input one
    CHECK(column[0] == Approx(1 / 1.05).epsilon(1e-14));
    CHECK(column[1] == Approx(1 / 1.08).epsilon(1e-14));
    CHECK(column[2] == Approx(1 / 1.10).epsilon(1e-14));
    CHECK(column[3] == Approx(1 / 1.11).epsilon(1e-14));
    // the other sign has a wire of its own
    CHECK(lost({1, -1}, 0.01)[0] == Approx(1 / 1.02).epsilon(1e-14));
    CHECK(lost({1, -1}, 0.01)[1] == Approx(-1 / 1.03).epsilon(1e-14));
}

TEST_CASE("IR drop: its gradient equals central differences, with the largest weight held fixed")
{
    const wired_array array(6, 4);
    const auto model = array.model(0.01);
    std::vector<double> c(array.w.size());
    stream random{key{seed{12}}};
    std::ranges::generate(c, [&] { return random.normal<double>(); });
    auto gradient = c;
    model.adjoint(std::span<double>(gradient), std::span<const double>(array.w), array.draws());
    double worst = 0;
    for (std::size_t i = 0; i < c.size(); ++i)
    {
        const auto loss = [&](double by)
        {
            auto values = array.w;
            values[i] += by;
            model.apply(std::span<double>(values), array.draws());
            double sum = 0;
            for (std::size_t j = 0; j < c.size(); ++j)
            {
                sum += c[j] * values[j];
            }
            return sum;
        };
        worst = std::max(worst, std::abs((loss(1e-5) - loss(-1e-5)) / 2e-5 - gradient[i]));
    }
    CHECK(worst < 1e-8);
    CHECK(farthest(gradient, c) > 0.1);
}

TEST_CASE("IR drop: none without resistance, described in ohm and microsiemens, and what makes no sense is refused")
{
    const wired_array array(3, 4);
    CHECK(support::same_bits(array.lossy(0), array.w));
    CHECK(noise::ir_drop{}.describe() == "IR drop, 0.35 ohm of wire from pair to pair of devices, g_max = 25 uS");
    CHECK_THROWS_WITH(check(noise::ir_drop{.segment = {-1}}, "here"), support::contains("here: expected 0 to 1e6 ohm a segment of wire, found -1"));
    CHECK_THROWS_AS(check(noise::ir_drop{.g_max = {0}}, "here"), value_error);
    CHECK_NOTHROW(check(noise::ir_drop{}, "here"));
    STATIC_REQUIRE(noise::of_devices<noise::ir_drop>);
    STATIC_REQUIRE(noise::sources<noise::ir_drop>::needs_signal<noise::site::weights>);
    STATIC_REQUIRE(!noise::model_at<noise::ir_drop, noise::site::output>);
}
