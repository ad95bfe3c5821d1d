// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/same_bits.hpp"
#include "support/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <dni/random/initializers.hpp>

namespace initializers_test
{
using namespace dni;

TEMPLATE_TEST_CASE("glorot_uniform: uniform within sqrt(6 / (fan_in + fan_out))", "", float, double)
{
    constexpr std::size_t in = 300;
    constexpr std::size_t out = 200;
    std::vector<TestType> w(in * out);
    stream random{key{seed{1}}};
    glorot_uniform(std::span<TestType>(w), in, out, random);
    const double bound = std::sqrt(6.0 / (in + out));
    const auto n = static_cast<double>(w.size());
    std::vector<int> classes(100);
    bool in_bound = true;
    for (const TestType v : w)
    {
        in_bound = in_bound && std::abs(static_cast<double>(v)) <= bound * (1 + 1e-6);
        ++classes[std::min<std::size_t>(99, static_cast<std::size_t>((static_cast<double>(v) / bound + 1) * 50))];
    }
    CHECK(in_bound);
    CHECK(std::abs(support::chi_square_deviate(classes)) < support::deviations);
    const auto m = support::moments_of(w);
    CHECK(std::abs(m.mean) < support::deviations * bound / std::sqrt(3 * n));
    CHECK(std::abs(m.variance - bound * bound / 3) < support::deviations * bound * bound * std::sqrt(4.0 / 45 / n));
    CHECK(std::ranges::max(w) > 0.999 * bound);
    CHECK(std::ranges::min(w) < -0.999 * bound);
}

TEMPLATE_TEST_CASE("orthogonal: rows, or columns if there are fewer, are orthonormal", "", float, double)
{
    struct size
    {
        std::size_t rows, columns;
    };
    for (const auto& shape : {size{1, 1}, size{1, 7}, size{7, 1}, size{40, 40}, size{13, 40}, size{40, 13}})
    {
        const std::size_t rows = shape.rows;
        const std::size_t columns = shape.columns;
        std::vector<TestType> m(rows * columns);
        stream random{key{seed{rows}}.with(columns)};
        orthogonal(std::span<TestType>(m), rows, columns, random);
        const bool by_rows = rows <= columns;
        const std::size_t count = std::min(rows, columns);
        const std::size_t length = std::max(rows, columns);
        const auto at = [&](std::size_t vector, std::size_t i)
        { return static_cast<double>(by_rows ? m[vector * columns + i] : m[i * columns + vector]); };
        double worst = 0;
        for (std::size_t a = 0; a < count; ++a)
        {
            for (std::size_t b = 0; b <= a; ++b)
            {
                double dot = 0;
                for (std::size_t i = 0; i < length; ++i)
                {
                    dot += at(a, i) * at(b, i);
                }
                worst = std::max(worst, std::abs(dot - (a == b ? 1 : 0)));
            }
        }
        CAPTURE(rows, columns);
        CHECK(worst < (std::is_same_v<TestType, float> ? 1e-5 : 1e-13));
    }
}

TEST_CASE("initializers: the same stream gives the same weights, another key others")
{
    const auto draw = [](std::uint64_t k)
    {
        std::vector<float> w(64);
        stream random{key{seed{k}}};
        orthogonal(std::span<float>(w), 8, 8, random);
        return w;
    };
    CHECK(support::same_bits(draw(1), draw(1)));
    CHECK(!support::same_bits(draw(1), draw(2)));
}
}
