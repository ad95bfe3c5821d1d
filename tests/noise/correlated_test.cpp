// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "noise/models.hpp"
#include "support/catch.hpp"
#include "support/same_bits.hpp"
#include "support/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <dni/noise/ar1.hpp>
#include <dni/noise/flicker.hpp>
#include <dni/noise/telegraph.hpp>

using namespace dni;

//! Noise that is correlated in time: many paths, each of some steps.
namespace
{
constexpr std::size_t width = 300;  // more than one piece

//! ξ of one step of a path.
template <class T, class Draws>
std::vector<double> at(const Draws& draws, key path, std::size_t step, std::size_t count = width)
{
    std::vector<T> y(count);
    const noise::additive<Draws, sigma> model{sigma{1}, draws};
    const noise::trajectory here{path, step};
    model.apply(std::span<T>(y), here);
    return {y.begin(), y.end()};
}

constexpr std::uint64_t paths = 100;

//! Over many paths, the values at two steps: each N(0, 1) or ±1, and correlated so much.
template <class Draws>
double correlation_between(const Draws& draws, std::size_t first, std::size_t second)
{
    std::vector<double> a;
    std::vector<double> b;
    for (std::uint64_t p = 0; p < paths; ++p)
    {
        const auto x = at<float>(draws, key{seed{p}}, first);
        const auto y = at<float>(draws, key{seed{p}}, second);
        a.insert(a.end(), x.begin(), x.end());
        b.insert(b.end(), y.begin(), y.end());
    }
    return support::correlation(a, b);
}

constexpr std::size_t draws_in_all = paths * width;

template <class Draws, class Expected>
void check_correlations(const Draws& draws, const Expected& expected)
{
    // across the ends of blocks too: steps around powers of two
    for (const std::size_t first : {0u, 1u, 7u, 127u, 128u, 200u})
    {
        for (const std::size_t lag : {1u, 2u, 3u, 8u, 20u, 60u, 300u})
        {
            const double wanted = expected(static_cast<double>(lag));
            CAPTURE(first, lag, wanted);
            CHECK(std::abs(correlation_between(draws, first, first + lag) - wanted) < support::correlation_bound(draws_in_all));
        }
    }
}

template <class Draws>
std::vector<double> many(const Draws& draws, std::size_t step)
{
    std::vector<double> xi;
    for (std::uint64_t p = 0; p < paths; ++p)
    {
        const auto x = at<double>(draws, key{seed{p}}, step);
        xi.insert(xi.end(), x.begin(), x.end());
    }
    return xi;
}

//! Each element is a path of its own.
template <class Draws>
void check_elements(const Draws& draws)
{
    const auto xi = many(draws, 37);
    for (const std::ptrdiff_t lag : {1, 16, 32, 255, 256, 300})
    {
        CHECK(std::abs(support::correlation(xi, std::vector<double>(xi.begin() + lag, xi.end()))) < support::correlation_bound(xi.size() - 300));
    }
}
}

TEST_CASE("ar1: normal at each step, correlated as exp(−lag / τ), steps asked for in any order")
{
    const noise::draws::ar1 draws{{10}};
    check_correlations(draws, [](double lag) { return std::exp(-lag / 10); });
    for (const std::size_t step : {0u, 1u, 64u, 100u, 1000000u})
    {
        const auto xi = many(draws, step);
        CHECK(support::kolmogorov_smirnov(xi) < support::kolmogorov_smirnov_bound);
        CHECK(std::abs(support::moments_of(xi).variance - 1) < support::variance_bound(xi.size()));
    }
    check_elements(draws);
    CHECK(std::abs(correlation_between(noise::draws::ar1{{0.5}}, 5, 6) - std::exp(-2.0)) < support::correlation_bound(draws_in_all));
    CHECK(std::abs(correlation_between(noise::draws::ar1{{1000}}, 5, 705) - std::exp(-0.7)) < support::correlation_bound(draws_in_all));
}

TEST_CASE("ar1: the path is Markov: two steps apart, given the one between, values are unrelated")
{
    const noise::draws::ar1 draws{{10}};
    const double a = std::exp(-0.1);
    for (const std::size_t step : {3u, 63u, 64u, 127u})
    {
        std::vector<double> before, after;
        for (std::uint64_t p = 0; p < paths; ++p)
        {
            const auto x = at<double>(draws, key{seed{p}}, step);
            const auto y = at<double>(draws, key{seed{p}}, step + 1);
            const auto z = at<double>(draws, key{seed{p}}, step + 2);
            for (std::size_t i = 0; i < width; ++i)
            {
                before.push_back(x[i] - a * y[i]);
                after.push_back(z[i] - a * y[i]);
            }
        }
        CAPTURE(step);
        CHECK(std::abs(support::correlation(before, after)) < support::correlation_bound(before.size()));
    }
}

TEST_CASE("telegraph: plus or minus one, equally often, correlated as exp(−2 lag / τ)")
{
    const noise::draws::telegraph draws{{10}};
    check_correlations(draws, [](double lag) { return std::exp(-lag / 5); });
    for (const std::size_t step : {0u, 1u, 64u, 100u, 1000000u})
    {
        const auto xi = many(draws, step);
        CHECK(std::ranges::all_of(xi, [](double v) { return v == 1 || v == -1; }));
        CHECK(std::abs(support::moments_of(xi).mean) < support::mean_bound(xi.size()));
    }
    check_elements(draws);
}

TEST_CASE("telegraph: as many jumps as the dwell time says, in stretches of no certain length")
{
    // in discrete time a jump is seen with the probability (1 − exp(−2 / τ)) / 2, whatever happened before
    const noise::draws::telegraph draws{{10}};
    const double p = (1 - std::exp(-0.2)) / 2;
    constexpr std::size_t steps = 200;
    double jumps = 0;
    double pairs = 0;
    for (std::uint64_t path = 0; path < 10; ++path)
    {
        std::vector<std::vector<double>> xi;
        for (std::size_t s = 0; s < steps; ++s)
        {
            xi.push_back(at<float>(draws, key{seed{path}}, s));
        }
        for (std::size_t s = 2; s < steps; ++s)
        {
            for (std::size_t i = 0; i < width; ++i)
            {
                const bool now = xi[s][i] != xi[s - 1][i];
                jumps += now ? 1 : 0;
                pairs += now && xi[s - 1][i] != xi[s - 2][i] ? 1 : 0;
            }
        }
    }
    const double n = 10.0 * width * (steps - 2);
    CHECK(std::abs(jumps - n * p) < support::deviations * std::sqrt(n * p * (1 - p)));
    CHECK(std::abs(pairs - n * p * p) < support::deviations * std::sqrt(n * p * p * (1 + 2 * p)));
}

TEST_CASE("flicker: normal at each step, correlated as the sum of its octaves")
{
    const noise::draws::flicker draws{6};
    const auto expected = [](double lag)
    {
        double sum = 0;
        for (int k = 0; k < 6; ++k)
        {
            sum += std::max(0.0, 1 - lag / std::exp2(k));
        }
        return sum / 6;
    };
    // the shifts are those of a path: over paths, not elements, is what varies
    for (const std::size_t lag : {1u, 2u, 5u, 16u, 32u, 40u})
    {
        std::vector<double> of_path;
        for (std::uint64_t p = 0; p < 1000; ++p)
        {
            const auto x = at<float>(draws, key{seed{p}}, 50);
            const auto y = at<float>(draws, key{seed{p}}, 50 + lag);
            double sum = 0;
            for (std::size_t i = 0; i < width; ++i)
            {
                sum += x[i] * y[i] / width;
            }
            of_path.push_back(sum);
        }
        const auto m = support::moments_of(of_path);
        CAPTURE(lag, m.mean, expected(static_cast<double>(lag)));
        CHECK(std::abs(m.mean - expected(static_cast<double>(lag))) < support::mean_bound(of_path.size(), std::sqrt(m.variance)));
    }
    for (const std::size_t step : {0u, 31u, 1000u})
    {
        CHECK(support::kolmogorov_smirnov(many(draws, step)) < support::kolmogorov_smirnov_bound);
    }
    check_elements(draws);
}

TEST_CASE("flicker: the power in each octave of frequency is the same within the band")
{
    // Periodograms of 2^11 steps, at eight frequencies in each octave. One of a stationary process has the mean Σ (steps − |lag|) R(lag) cos(ω lag), known from
    // the correlation; over its mean it is a chi-squared of two degrees over two, and over many paths and frequencies the mean is normal with the variance
    // 1 / (their number).
    constexpr std::size_t steps = 1u << 11;
    constexpr std::size_t paths_here = 100;
    constexpr int octaves = 10;
    const noise::draws::flicker draws{octaves};
    std::vector<std::vector<double>> x(steps);
    for (std::size_t s = 0; s < steps; ++s)
    {
        for (std::uint64_t p = 0; p < paths_here; ++p)
        {
            x[s].push_back(at<float>(draws, key{seed{p}}, s, 1)[0]);  // a path each, for the elements of one change together
        }
    }
    std::vector<double> correlation(steps, 0);
    for (std::size_t lag = 0; lag < steps; ++lag)
    {
        for (int k = 0; k < octaves; ++k)
        {
            correlation[lag] += std::max(0.0, 1 - static_cast<double>(lag) / std::exp2(k)) / octaves;
        }
    }

    std::vector<double> power_of_octave;
    for (std::size_t low = 8; low <= 256; low *= 2)
    {
        double power = 0;
        double over_mean = 0;
        for (std::size_t f = low; f < 2 * low; f += low / 8)
        {
            double mean = 0;
            std::vector<double> real(paths_here, 0);
            std::vector<double> imaginary(paths_here, 0);
            for (std::size_t s = 0; s < steps; ++s)
            {
                const double phase = 2 * 3.141592653589793 * static_cast<double>(f * s % steps) / static_cast<double>(steps);
                const double cosine = std::cos(phase);
                const double sine = std::sin(phase);
                mean += (s == 0 ? 1 : 2) * static_cast<double>(steps - s) * correlation[s] * cosine;
                for (std::size_t p = 0; p < paths_here; ++p)
                {
                    real[p] += x[s][p] * cosine;
                    imaginary[p] += x[s][p] * sine;
                }
            }
            for (std::size_t p = 0; p < paths_here; ++p)
            {
                over_mean += (real[p] * real[p] + imaginary[p] * imaginary[p]) / mean / (8 * paths_here);
            }
            power += mean * static_cast<double>(low / 8);
        }
        CAPTURE(low, over_mean);
        CHECK(std::abs(over_mean - 1) < support::deviations / std::sqrt(8.0 * paths_here));
        power_of_octave.push_back(power);
    }
    // The model's own ripple: near the top of the band the octaves are missing that would be shorter than a step. White noise: a factor of 32.
    const auto [least, most] = std::ranges::minmax(power_of_octave);
    CAPTURE(power_of_octave);
    CHECK(most / least < 1.19);
}

namespace
{
template <class Draws>
void check_purity(const Draws& draws)
{
    const key path{seed{8}};
    const auto late = at<float>(draws, path, 77);
    for (std::size_t s = 0; s < 100; ++s)
    {
        at<float>(draws, path, s);
    }
    CHECK(support::same_bits(at<float>(draws, path, 77), late));
    CHECK(!support::same_bits(at<float>(draws, key{seed{9}}, 77), late));
    const auto wide = at<double>(draws, path, 77);
    double difference = 0;
    for (std::size_t i = 0; i < width; ++i)
    {
        difference = std::max(difference, std::abs(wide[i] - late[i]));
    }
    CHECK(difference < 1e-5);

    // through lifetimes: a path for a sequence goes on from step to step, another sequence has another
    noise::sources<noise::additive<Draws, snr_db>> sources;
    sources.for_each([](auto& part) { part.level = snr_db{2}; });
    const noise::moment now{key{seed{1}}, {}, 4, 9};
    CHECK(models::adjoint_error(sources, models::normals<double>(37), now) < 1e-8);
    const auto drawn = [](const noise::moment& m)
    {
        noise::sources<noise::additive<Draws, sigma>> one;
        one.for_each([](auto& part) { part.level = sigma{1}; });
        std::vector<double> y(200);
        one.template apply<noise::site::output, double>(y, m);
        return y;
    };
    CHECK(std::abs(support::correlation(drawn(now), drawn({now.pass, {}, 4, 10}))) > 0.5);
    CHECK(std::abs(support::correlation(drawn(now), drawn({now.pass, {}, 5, 9}))) < support::correlation_bound(200));
    CHECK(std::abs(support::correlation(drawn(now), drawn({key{seed{2}}, {}, 4, 9}))) < support::correlation_bound(200));
}
}

TEST_CASE("correlated noise is a pure function of path and step, in float and double, and its gradient under a relative level is exact")
{
    check_purity(noise::draws::ar1{});
    check_purity(noise::draws::telegraph{});
    check_purity(noise::draws::flicker{});
}

TEST_CASE("correlated noise: described with its time, and constants that make no sense are refused")
{
    CHECK(noise::ar1<sigma>{sigma{0.5}}.describe() == "AR(1), correlation time 10 steps, sigma = 0.5");
    CHECK(noise::telegraph<sigma>{sigma{0.5}, {{4}}}.describe() == "random telegraph, 4 steps between jumps, sigma = 0.5");
    CHECK(noise::flicker<sigma>{sigma{0.5}}.describe() == "flicker (1/f), 10 octaves, sigma = 0.5");
    CHECK_THROWS_AS(noise::draws::ar1{{0}}.check("here"), value_error);
    CHECK_THROWS_AS(noise::draws::telegraph{{std::nan("")}}.check("here"), value_error);
    CHECK_THROWS_AS(noise::draws::flicker{0}.check("here"), value_error);
    CHECK_THROWS_AS(noise::draws::flicker{41}.check("here"), value_error);
}
