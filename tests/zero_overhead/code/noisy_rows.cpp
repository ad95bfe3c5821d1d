// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// What acts on every row of a matrix, through the policies and, with -DBY_HAND, written out. compare_instructions.py wants as many instructions to be
// executed, to half a percent. -DKIND chooses among the structs below.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <numbers>
#include <span>
#include <vector>

#include <dni/core/simd.hpp>
#include <dni/crossbar/sources.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/noise/multiplicative.hpp>
#include <dni/noise/site.hpp>
#include <dni/noise/uniform.hpp>
#include <dni/precision/converted.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>

using namespace dni;
using V = simd::batch<float>;

namespace
{
// `policies`, their values, and the same for one row of n elements by hand; random(part) is the stream of one of several noises.
struct gaussian_sigma
{
    using policies = dni::policies<noise::gaussian<sigma>>;
    static void set(auto& sources, float level)
    {
        sources.for_each([level](auto& part) { part.level = sigma{level}; });
    }
    static void by_hand(float* y, std::size_t n, float level, auto&& random)
    {
        random(0).template for_each_normal<float>(n, [y, scale = V(level)](std::size_t j, auto lanes, const V& xi)
                                                  { lanes.store(y + j, simd::multiply_add(xi, scale, lanes.load(y + j))); });
    }
};

struct gaussian_snr
{
    using policies = dni::policies<noise::gaussian<snr_db>>;
    static void set(auto& sources, float level)
    {
        sources.for_each([level](auto& part) { part.level = snr_db{level}; });
    }
    static void by_hand(float* y, std::size_t n, float level, auto&& random)
    {
        V sum(0.0f);
        simd::for_each_batch<float>(n,
                                    [&](std::size_t j, auto lanes)
                                    {
                                        const V v = lanes.load(y + j);
                                        sum = simd::multiply_add(v, v, sum);
                                    });
        const float amplitude = static_cast<float>(snr_db{level}.ratio()) * std::sqrt(simd::sum<float>(sum) / static_cast<float>(n));
        gaussian_sigma::by_hand(y, n, amplitude, random);
    }
};

struct uniform_sigma
{
    using policies = dni::policies<noise::uniform<sigma>>;
    static void set(auto& sources, float level) { gaussian_sigma::set(sources, level); }
    static void by_hand(float* y, std::size_t n, float level, auto&& random)
    {
        constexpr float half_width = std::numbers::sqrt3_v<float>;
        random(0).template for_each_uniform<float>(
            n,
            [y, scale = V(level)](std::size_t j, auto lanes, const V& u)
            { lanes.store(y + j, simd::multiply_add(simd::multiply_add(u, V(2 * half_width), V(-half_width)), scale, lanes.load(y + j))); });
    }
};

struct multiplicative
{
    using policies = dni::policies<noise::multiplicative>;
    static void set(auto& sources, float level)
    {
        sources.for_each([level](auto& part) { part.level = spread{level}; });
    }
    static void by_hand(float* y, std::size_t n, float level, auto&& random)
    {
        random(0).template for_each_normal<float>(n, [y, s = V(level)](std::size_t j, auto lanes, const V& xi)
                                                  { lanes.store(y + j, lanes.load(y + j) * simd::multiply_add(xi, s, V(1.0f))); });
    }
};

struct adc8
{
    using policies = dni::policies<noise::none, precision::converted<precision::infinite, precision::adc<precision::constant_bound>>>;
    static void set(auto& sources, float bound) { sources.set({.adc = bits{8}, .adc_full_scale = full_scale{bound}}); }
    static void by_hand(float* y, std::size_t n, float bound, auto&&)
    {
        const V step(bound / 127);
        simd::for_each_batch<float>(n,
                                    [=](std::size_t j, auto lanes)
                                    {
                                        const V v = xsimd::min(V(127.0f), xsimd::max(V(-127.0f), lanes.load(y + j) / step));
                                        lanes.store(y + j, xsimd::nearbyint(v) * step);
                                    });
    }
};

struct several
{
    using policies = dni::policies<noise::all<noise::multiplicative, noise::gaussian<sigma>>,
                                   precision::converted<precision::infinite, precision::adc<precision::constant_bound>>>;
    static void set(auto& sources, float level)
    {
        sources.for_each(
            [level](auto& part)
            {
                part.level = {level};
            });
        adc8::set(sources, level);
    }
    static void by_hand(float* y, std::size_t n, float level, auto&& random)
    {
        multiplicative::by_hand(y, n, level, random);
        gaussian_sigma::by_hand(y, n, level, [&](std::uint64_t) { return random(1); });
        adc8::by_hand(y, n, level, random);
    }
};
}

[[gnu::noinline]] void kernel(float* values, std::size_t rows, std::size_t columns, float level, key pass)
{
#ifdef BY_HAND
    for (std::size_t r = 0; r < rows; ++r)
    {
        const auto random = [&](std::uint64_t part)
        { return stream{pass.with(r).with(std::uint64_t{0}).with(static_cast<std::uint64_t>(noise::site::output)).with(part)}; };
        if (level > 0)  // 0 is off
        {
            KIND::by_hand(values + r * columns, columns, level, random);
        }
    }
#else
    product_sources<KIND::policies> sources;
    KIND::set(sources, level);
    for (std::size_t r = 0; r < rows; ++r)
    {
        sources.template apply<noise::site::output, float>(std::span<float>(values + r * columns, columns), {.pass = pass, .sample = r});
    }
#endif
}

int main()
{
    std::vector<float> values(200 * 512, 1.0f);
    kernel(values.data(), 200, 512, 0.5f, key{seed{1}});
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); i += 97)
    {
        sum += static_cast<double>(values[i]);
    }
    std::printf("%.9g\n", sum);
}
