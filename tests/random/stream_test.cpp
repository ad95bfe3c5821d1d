// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/same_bits.hpp"
#include "support/statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <random>
#include <span>
#include <vector>

#include <dni/core/simd.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>

namespace stream_test
{
using namespace dni;

namespace
{
constexpr std::size_t many = 1u << 20;

//! The generator spelled out, one lane after the other: what every SIMD width has to give.
class reference
{
public:
    explicit reference(key k)
    {
        const auto low = static_cast<std::uint32_t>(k.value());
        const auto high = static_cast<std::uint32_t>(k.value() >> 32);
        for (std::uint32_t word = 0; word < 4; ++word)
        {
            for (std::uint32_t lane = 0; lane < 16; ++lane)
            {
                state_[lane][word] = scramble(scramble(low ^ ((word * 16 + lane) * 0x9E3779B9u)) + high);
            }
        }
    }

    //! One word of each lane: xoshiro128++ as its authors wrote it.
    std::array<std::uint32_t, 16> next()
    {
        std::array<std::uint32_t, 16> words{};
        for (std::size_t lane = 0; lane < 16; ++lane)
        {
            auto& s = state_[lane];
            words[lane] = std::rotl(s[0] + s[3], 7) + s[0];
            const std::uint32_t t = s[1] << 9;
            s[2] ^= s[0];
            s[3] ^= s[1];
            s[1] ^= s[2];
            s[0] ^= s[3];
            s[2] ^= t;
            s[3] = std::rotl(s[3], 11);
        }
        return words;
    }

private:
    static std::uint32_t scramble(std::uint32_t h)
    {
        h = (h ^ (h >> 16)) * 0x85EBCA6Bu;
        h = (h ^ (h >> 13)) * 0xC2B2AE35u;
        return h ^ (h >> 16);
    }

    std::array<std::array<std::uint32_t, 4>, 16> state_;
};

std::vector<double> normals(key k, std::size_t count)
{
    stream random{k};
    std::vector<double> draws(count);
    for (double& d : draws)
    {
        d = random.normal<double>();
    }
    return draws;
}
}

TEST_CASE("stream: integers are those of sixteen generators xoshiro128++, whatever the SIMD width")
{
    for (const std::uint64_t s : {0u, 1u, 99u})
    {
        stream random{key{seed{s}}};
        reference expected{key{seed{s}}};
        for (int round = 0; round < 20; ++round)
        {
            for (const std::uint32_t word : expected.next())
            {
                CHECK(random() == word);
            }
        }
    }
}

TEST_CASE("stream: normals are Box and Muller's of the same integers, to the rounding of the elementary functions")
{
    stream random{key{seed{5}}};
    reference words{key{seed{5}}};
    double worst = 0;
    for (int round = 0; round < 4000; ++round)
    {
        const auto first = words.next();
        const auto second = words.next();
        std::array<double, 32> expected{};
        for (std::size_t lane = 0; lane < 16; ++lane)
        {
            const double u = (first[lane] >> 8) * 0x1p-24 + 0x1p-25;
            const double radius = std::sqrt(-2 * std::log(u));
            // half the circle as a signed number of 32 bits; the lowest bit gives the sign of the cosine
            const double angle = std::numbers::pi * 0x1p-32 * static_cast<std::int32_t>(second[lane]);
            expected[lane] = (second[lane] & 1 ? -1 : 1) * radius * std::cos(angle);
            expected[16 + lane] = radius * std::sin(angle);
        }
        for (const double e : expected)
        {
            worst = std::max(worst, std::abs(random.normal<double>() - e));
        }
    }
    CHECK(worst < 4e-6);
}

TEST_CASE("stream: the same key gives the same draws, as numbers, batches, in float and in double")
{
    constexpr std::size_t count = 320;
    const key k = key{seed{3}}.with(4);
    std::vector<float> single(count), by_batch(count);
    std::vector<double> wide(count), wide_by_batch(count);
    stream a{k}, b{k}, c{k}, d{k};
    for (std::size_t i = 0; i < count; ++i)
    {
        single[i] = a.normal();
        wide[i] = b.normal<double>();
    }
    for (std::size_t i = 0; i < count; i += simd::width<float>)
    {
        c.normal<simd::batch<float>>().store_unaligned(by_batch.data() + i);
    }
    for (std::size_t i = 0; i < count; i += simd::width<double>)
    {
        d.normal<simd::batch<double>>().store_unaligned(wide_by_batch.data() + i);
    }
    CHECK(support::same_bits(single, by_batch));
    CHECK(support::same_bits(wide, wide_by_batch));
    CHECK(std::ranges::equal(single, wide));
}

TEST_CASE("stream: it serves the distributions of the standard library")
{
    STATIC_REQUIRE(std::uniform_random_bit_generator<stream>);
    stream random{key{seed{1}}};
    const int die = std::uniform_int_distribution<int>(1, 6)(random);
    CHECK((die >= 1 && die <= 6));
}

TEST_CASE("stream: bits, uniforms and bounded integers are uniform")
{
    stream random{key{seed{11}}};
    std::vector<int> ones(32), classes(256), bounded(37);
    bool in_range = true;
    for (std::size_t i = 0; i < many; ++i)
    {
        const std::uint32_t word = random();
        for (std::size_t bit = 0; bit < 32; ++bit)
        {
            ones[bit] += static_cast<int>(word >> bit & 1);
        }
        const float u = random.uniform();
        in_range = in_range && u >= 0 && u < 1;
        ++classes[static_cast<std::size_t>(u * 256) % 256];
        const std::uint32_t below = random.below(37);
        in_range = in_range && below < 37;
        ++bounded[below % 37];
    }
    CHECK(in_range);
    const double half = many / 2.0;
    CHECK(std::ranges::all_of(ones, [&](int n) { return std::abs(n - half) < support::deviations * std::sqrt(half / 2); }));
    CHECK(std::abs(support::chi_square_deviate(classes)) < support::deviations);
    CHECK(std::abs(support::chi_square_deviate(bounded)) < support::deviations);
    CHECK(random.below(1) == 0);
}

TEST_CASE("stream: normals have the moments and the distribution of N(0, 1)")
{
    for (const std::uint64_t s : {1u, 2u, 3u})
    {
        const auto draws = normals(key{seed{s}}, many);
        const auto m = support::moments_of(draws);
        CHECK(std::abs(m.mean) < support::mean_bound(many));
        CHECK(std::abs(m.variance - 1) < support::variance_bound(many));
        CHECK(std::abs(m.skewness) < support::skewness_bound(many));
        CHECK(std::abs(m.excess_kurtosis) < support::kurtosis_bound(many));
        CHECK(support::kolmogorov_smirnov(draws) < support::kolmogorov_smirnov_bound);
        CHECK(std::ranges::all_of(draws, [](double d) { return std::abs(d) < 5.9; }));
        // the tails: P(|d| > 4) = 6.33e-5
        const auto far = static_cast<double>(std::ranges::count_if(draws, [](double d) { return std::abs(d) > 4; }));
        const double expected = many * 2 * support::normal_cdf(-4);
        CHECK(std::abs(far - expected) < support::deviations * std::sqrt(expected));
    }
}

TEST_CASE("stream: a draw tells nothing of the next ones, nor its size of theirs")
{
    const auto draws = normals(key{seed{21}}, many);
    const auto sizes = support::squares(draws);
    for (std::size_t lag = 1; lag <= 64; ++lag)
    {
        const auto after = std::span(draws).subspan(lag);
        const auto size_after = std::span(sizes).subspan(lag);
        CHECK(std::abs(support::correlation(draws, after)) < support::correlation_bound(after.size()));
        CHECK(std::abs(support::correlation(sizes, size_after)) < support::correlation_bound(after.size()));
    }
}

TEST_CASE("stream: the first draws of many streams, which noise is made of, are independent normals")
{
    // one stream for each sample and step, as a crossbar derives them; of each its first 32 draws
    constexpr std::size_t steps = 50;
    constexpr std::size_t samples = 800;
    constexpr std::size_t streams = steps * samples;
    constexpr std::size_t length = 32;
    std::vector<std::vector<double>> position(length, std::vector<double>(streams));
    const key pass = key{seed{31}}.with(2);
    for (std::size_t i = 0; i < streams; ++i)
    {
        stream random{pass.with(i / steps).with(i % steps)};
        for (auto& draws : position)
        {
            draws[i] = random.normal<double>();
        }
    }
    std::vector<std::vector<double>> size;
    for (const auto& draws : position)
    {
        size.push_back(support::squares(draws));
        const auto m = support::moments_of(draws);
        CHECK(std::abs(m.mean) < support::mean_bound(streams));
        CHECK(std::abs(m.variance - 1) < support::variance_bound(streams));
        CHECK(support::kolmogorov_smirnov(draws) < support::kolmogorov_smirnov_bound);
        // neighbouring steps, neighbouring samples
        CHECK(std::abs(support::correlation(draws, std::span(draws).subspan(1))) < support::correlation_bound(streams - 1));
        CHECK(std::abs(support::correlation(draws, std::span(draws).subspan(steps))) < support::correlation_bound(streams - steps));
        CHECK(std::abs(support::correlation(size.back(), std::span(size.back()).subspan(1))) < support::correlation_bound(streams - 1));
    }
    double sum_of_squares = 0;
    for (std::size_t a = 0; a < length; ++a)
    {
        for (std::size_t b = 0; b < a; ++b)
        {
            const double r = support::correlation(position[a], position[b]);
            CHECK(std::abs(r) < support::correlation_bound(streams));
            CHECK(std::abs(support::correlation(size[a], size[b])) < support::correlation_bound(streams));
            sum_of_squares += r * r * streams;
        }
    }
    // all correlations together: about chi-square of as many degrees of freedom as there are pairs
    const double pairs = length * (length - 1) / 2.0;
    CHECK(std::abs(sum_of_squares - pairs) < support::deviations * std::sqrt(2 * pairs));
}

TEST_CASE("stream: neighbouring keys and seeds give unrelated streams")
{
    constexpr std::size_t length = 1u << 16;
    const auto first = normals(key{seed{1}}, length);
    const auto first_sizes = support::squares(first);
    const key root{seed{1}};
    for (const key other : {key{seed{0}}, key{seed{2}}, key{seed{1u << 31}}, root.with(0), root.with(1), root.with(0).with(1), root.with(1).with(0)})
    {
        const auto second = normals(other, length);
        CHECK(std::abs(support::correlation(first, second)) < support::correlation_bound(length));
        CHECK(std::abs(support::correlation(first_sizes, support::squares(second))) < support::correlation_bound(length));
    }
}

TEST_CASE("stream: the order of below, uniform, words and normals does not mix their sources up")
{
    // normals and words advance the same generators; used alternately they stay uncorrelated
    stream random{key{seed{8}}};
    std::vector<double> n, u;
    for (std::size_t i = 0; i < many / 4; ++i)
    {
        n.push_back(random.normal<double>());
        u.push_back(random.uniform());
    }
    CHECK(std::abs(support::correlation(n, u)) < support::correlation_bound(n.size()));
    CHECK(support::kolmogorov_smirnov(n) < support::kolmogorov_smirnov_bound);
}

TEST_CASE("shuffle: a permutation, the same for the same stream, and each place as likely")
{
    std::vector<std::size_t> order(100);
    std::iota(order.begin(), order.end(), std::size_t{0});
    auto again = order;
    stream a{key{seed{1}}}, b{key{seed{1}}};
    shuffle(std::span<std::size_t>(order), a);
    shuffle(std::span<std::size_t>(again), b);
    CHECK(order == again);
    CHECK(!std::ranges::is_sorted(order));
    std::ranges::sort(order);
    CHECK(order.front() == 0);
    CHECK(order.back() == 99);
    CHECK(std::ranges::adjacent_find(order) == order.end());

    // all 5! orders of five elements
    std::vector<int> count(120);
    for (std::uint64_t trial = 0; trial < 60000; ++trial)
    {
        std::array<std::size_t, 5> five{0, 1, 2, 3, 4};
        stream random{key{seed{2}}.with(trial)};
        shuffle(std::span<std::size_t>(five), random);
        std::size_t rank = 0;
        for (std::size_t i = 0; i < 5; ++i)
        {
            std::size_t smaller_after = 0;
            for (std::size_t j = i + 1; j < 5; ++j)
            {
                smaller_after += five[j] < five[i] ? 1u : 0u;
            }
            rank = rank * (5 - i) + smaller_after;
        }
        ++count[rank];
    }
    CHECK(std::abs(support::chi_square_deviate(count)) < support::deviations);

    stream unused{key{seed{3}}};
    shuffle(std::span<int>{}, unused);
    std::array<int, 1> one{4};
    shuffle(std::span<int>(one), unused);
    CHECK(one[0] == 4);
}

namespace
{
template <class T>
std::vector<T> uniforms(std::size_t n, key k)
{
    std::vector<T> u(n, T(-1));
    stream random{k};
    random.for_each_uniform<T>(n, [to = u.data()](std::size_t j, auto lanes, const simd::batch<T>& draws) { lanes.store(to + j, draws); });
    return u;
}
}

TEST_CASE("stream: uniforms for many elements lie evenly in (0, 1), the same in float and double, for any number of elements")
{
    constexpr std::size_t n = 1u << 18;
    const auto u = uniforms<float>(n, key{seed{1}});
    std::vector<int> classes(256);
    bool inside = true;
    for (const float v : u)
    {
        inside = inside && v > 0 && v < 1;
        ++classes[static_cast<std::size_t>(v * 256)];
    }
    CHECK(inside);
    CHECK(std::abs(support::chi_square_deviate(classes)) < support::deviations);
    CHECK(std::abs(support::correlation(u, std::vector<float>(u.begin() + 1, u.end()))) < support::correlation_bound(n - 1));
    CHECK(std::abs(support::correlation(u, std::vector<float>(u.begin() + 16, u.end()))) < support::correlation_bound(n - 16));

    const auto wide = uniforms<double>(n, key{seed{1}});
    CHECK(std::equal(u.begin(), u.end(), wide.begin(), [](float a, double b) { return static_cast<double>(a) == b; }));
    for (const std::size_t few : {0u, 1u, 3u, 15u, 16u, 17u, 33u})
    {
        CHECK(uniforms<float>(few, key{seed{1}}) == std::vector<float>(u.begin(), u.begin() + static_cast<std::ptrdiff_t>(few)));
    }
}
}
