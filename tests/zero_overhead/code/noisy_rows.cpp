// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// Noise on every row of a matrix through the policies, and, with -DBY_HAND, the same written out. compare_instructions.py wants as many
// instructions to be executed, to half a percent. RELATIVE chooses the kind of level.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <vector>

#include <dni/core/simd.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/noise/site.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>

using namespace dni;

namespace
{
#ifdef RELATIVE
using level_type = snr_db;
#else
using level_type = sigma;
#endif
}

[[gnu::noinline]] void kernel(float* values, std::size_t rows, std::size_t columns, level_type level, key pass)
{
#ifdef BY_HAND
    using V = simd::batch<float>;
    for (std::size_t r = 0; r < rows; ++r)
    {
        float* const y = values + r * columns;
        stream random{pass.with(r).with(std::uint64_t{0}).with(static_cast<std::uint64_t>(noise::site::output)).with(std::uint64_t{0})};
#ifdef RELATIVE
        V sum(0.0f);
        simd::for_each_batch<float>(columns,
                                    [&](std::size_t j, auto lanes)
                                    {
                                        const V v = lanes.load(y + j);
                                        sum = dni::simd::multiply_add(v, v, sum);
                                    });
        const float amplitude = static_cast<float>(level.ratio()) * std::sqrt(simd::sum<float>(sum) / static_cast<float>(columns));
#else
        const float amplitude = static_cast<float>(level.value);
#endif
        random.for_each_normal<float>(columns, [y, scale = V(amplitude)](std::size_t j, auto lanes, const V& draws)
                                      { lanes.store(y + j, dni::simd::multiply_add(draws, scale, lanes.load(y + j))); });
    }
#else
    noise::sources<noise::gaussian<level_type>> noise;
    noise.for_each([level](auto& part) { part.level = level; });
    for (std::size_t r = 0; r < rows; ++r)
    {
        noise.apply<noise::site::output, float>(std::span<float>(values + r * columns, columns), {.pass = pass, .sample = r});
    }
#endif
}

int main()
{
    std::vector<float> values(200 * 512, 1.0f);
    kernel(values.data(), 200, 512, level_type{0.5}, key{seed{1}});
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); i += 97)
    {
        sum += static_cast<double>(values[i]);
    }
    std::printf("%.9g\n", sum);
}
