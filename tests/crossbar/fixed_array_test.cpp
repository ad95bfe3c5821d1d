// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/crossbar/fixed_array.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>

namespace fixed_array_test
{
using namespace dni;
using support::contains;

namespace
{
// A column of weights of its own, as an array of one output.
template <class Weight>
fixed_array<Weight> one_output(const std::vector<float>& column, float bias = 0)
{
    return {wiring{column.size(), 0, 1, 0, 0}, [&](std::size_t k, std::size_t) { return column[k]; }, [bias](std::size_t) { return bias; }};
}
}

TEMPLATE_TEST_CASE("fixed array: products are those of real numbers, to the rounding of weights, sum and bias", "", std::int16_t, std::int8_t)
{
    stream random{key{seed{4}}};
    const wiring wires{5, 6, 3, 4, 2};  // columns fed by x alone, by both, by h alone
    std::vector<float> weights(wires.rows() * wires.columns());
    std::vector<float> biases(wires.columns());
    std::vector<std::int16_t> u(wires.rows());
    for (float& w : weights)
    {
        w = 0.5f * random.normal();
    }
    for (float& b : biases)
    {
        b = random.normal();
    }
    for (auto& v : u)
    {
        v = static_cast<std::int16_t>(fixed_point<>(random.normal()).integer());
    }
    const auto weight = [&](std::size_t k, std::size_t n) { return weights[n * wires.rows() + k]; };
    const fixed_array<TestType> array(wires, weight, [&](std::size_t n) { return biases[n]; });
    std::vector<std::int16_t> y(wires.columns());
    array.multiply(u.data(), u.data() + wires.inputs, y.data());

    for (const auto& group : wires.forward())
    {
        for (std::size_t n = group.first; n < group.last; ++n)
        {
            double exact = static_cast<double>(biases[n]);
            double size = 0;
            for (std::size_t k = group.row_first; k < group.row_last; ++k)
            {
                exact += static_cast<double>(weight(k, n)) * u[k] / 4096;
                size += std::abs(u[k]) / 4096.0;
            }
            CHECK(std::abs(y[n] / 4096.0 - exact) <= size / 2 / (1 << array.shifts()[n]) + 1.0 / 4096);
        }
    }
}

TEST_CASE("fixed array: each output has the finest power of two that its weights and its sum allow")
{
    const auto shift = [](const auto& array) { return static_cast<int>(array.shifts()[0]); };
    CHECK(one_output<std::int16_t>({0.75f, -0.5f}).weights() == std::vector<std::int16_t>{24576, -16384});
    CHECK(shift(one_output<std::int16_t>({0.75f, -0.5f})) == 15);
    CHECK(one_output<std::int8_t>({0.75f, -0.5f}).weights() == std::vector<std::int8_t>{96, -64});
    CHECK(shift(one_output<std::int8_t>({0.75f})) == 7);
    CHECK(shift(one_output<std::int8_t>({-1})) == 6);      // 128 is one too many, and −128 is not used
    CHECK(shift(one_output<std::int8_t>({0.998f})) == 6);  // as it rounds to 128
    CHECK(shift(one_output<std::int16_t>({0})) == 24);
    CHECK(shift(one_output<std::int16_t>({32767})) == 0);
    CHECK(shift(one_output<std::int8_t>(std::vector<float>(510, 0.992f))) == 7);
    CHECK(shift(one_output<std::int8_t>(std::vector<float>(520, 0.992f))) == 6);  // 520 · 127 · 2^15 would overflow 32 bits
}

TEST_CASE("fixed array: the largest sums neither overflow nor are lost")
{
    const auto product = [](const auto& array, std::int16_t u)
    {
        const std::vector<std::int16_t> x(array.wires().inputs, u);
        std::int16_t y = 0;
        array.multiply(x.data(), nullptr, &y);
        return y;
    };
    CHECK(product(one_output<std::int8_t>(std::vector<float>(513, -127), -8), -32768) == 32767);
    CHECK(product(one_output<std::int8_t>(std::vector<float>(513, 127), 8), -32768) == -32768);
    CHECK(product(one_output<std::int16_t>(std::vector<float>(1000, 32767), 8), 32767) == 32767);
    CHECK(product(one_output<std::int16_t>({1, 1}, -7), 20000) == 2 * 20000 - 7 * 4096);  // a sum beyond the range that the bias brings back
}

TEST_CASE("fixed array: what no integer stands for is refused")
{
    CHECK_THROWS_WITH(one_output<std::int8_t>({1, -128}), contains("fixed_array: expected weights up to 127 whose sum fits an accumulator, found -128"));
    CHECK_THROWS_WITH(one_output<std::int16_t>({40000}), contains("weights up to 32767"));
    CHECK_THROWS_AS(one_output<std::int16_t>({std::numeric_limits<float>::quiet_NaN()}), value_error);
    CHECK_THROWS_AS(one_output<std::int16_t>({std::numeric_limits<float>::infinity()}), value_error);
    CHECK_THROWS_WITH(one_output<std::int16_t>({1}, 8.5f), contains("fixed_array: expected biases up to 8, found 8.5"));
    CHECK_THROWS_AS(one_output<std::int16_t>({1}, std::numeric_limits<float>::quiet_NaN()), value_error);
}
}
