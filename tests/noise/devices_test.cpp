// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "noise/models.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/same_bits.hpp"
#include "support/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <dni/noise/chip.hpp>
#include <dni/noise/phase_change_memory.hpp>
#include <dni/noise/resistive_memory_oxide.hpp>
#include <dni/noise/resistive_memory_wan.hpp>

namespace devices_test
{
using namespace dni;
using noise::site;

namespace
{
constexpr std::size_t device_count = 1u << 15;
constexpr double year = 365.25 * 24 * 3600;

//! Weights as they are read, in units of w_max = 1.
template <class Model>
std::vector<double> read(const Model& model, const std::vector<double>& w, chip on = {}, key pass = {})
{
    noise::sources<Model> sources;
    sources.for_each([&](auto& part) { static_cast<Model&>(part) = model; });
    sources.w_max(1);
    auto values = w;
    sources.template apply<site::weights, double>(values, {pass, on.draws()});
    return values;
}

noise::phase_change_memory aged(double age, double read_scale = 1)
{
    return {.device = {.age = {age}, .read_scale = read_scale}};
}

support::moments of(const std::vector<double>& values) { return support::moments_of(values); }
}

TEST_CASE("phase-change memory: errors of writing have the deviation of the polynomial, in both devices of a pair")
{
    for (const double g : {0.2, 0.5, 1.0})
    {
        const auto w = read(aged(0, 0), std::vector<double>(device_count, g));
        const double own = (-1.1731 * g * g + 1.9650 * g + 0.2635) / 25;
        // the device at zero is cut at zero: half a normal, of mean s / sqrt(2 pi) and second moment s² / 2
        const double other = 0.2635 / 25;
        const double mean = g - other / std::sqrt(2 * 3.141592653589793);
        const double variance = own * own + other * other * (0.5 - 1 / (2 * 3.141592653589793));
        CAPTURE(g);
        CHECK(std::abs(of(w).mean - mean) < support::mean_bound(device_count, std::sqrt(variance)));
        CHECK(std::abs(of(w).variance - variance) < support::variance_bound(device_count, std::sqrt(variance)));
    }
}

TEST_CASE("phase-change memory: what is left after an hour, a day and a year")
{
    // E[exp(−|ν| L)] for ν = N(µ, s) with µ = 0.049, s = 0.008 at full conductance, L = ln(t / t0): exp(−µ L + s² L² / 2)
    for (const double age : {3600.0, 86400.0, year})
    {
        const double l = std::log((age + 20) / 20);
        const double left = std::exp(-0.049 * l + 0.008 * 0.008 * l * l / 2);
        auto model = aged(age, 0);
        model.device.written_scale = 0;
        const auto w = read(model, std::vector<double>(device_count, 1.0));
        CAPTURE(age, left);
        CHECK(std::abs(of(w).mean - left) < support::mean_bound(device_count, 0.008 * l * left) + 1e-6);
        // compensated, the array gives what was written
        model.compensation = noise::compensation::global;
        CHECK(of(read(model, std::vector<double>(device_count, 1.0))).mean == Approx(1).epsilon(1e-9));
    }
}

TEST_CASE("phase-change memory: read noise has its deviation, is fresh for each pass and nothing else is")
{
    auto model = aged(0);
    model.device.written_scale = 0;
    const auto w = std::vector<double>(device_count, 1.0);
    const auto once = read(model, w, chip{1}, key{seed{1}});
    const double deviation = 0.0088 * std::sqrt(std::log((20 + 250e-9) / 500e-9));
    CHECK(std::abs(of(once).mean - 1) < support::mean_bound(device_count, deviation));
    CHECK(std::abs(of(once).variance - deviation * deviation) < support::variance_bound(device_count, deviation));
    const auto again = read(model, w, chip{1}, key{seed{2}});
    CHECK(std::abs(support::correlation(once, again)) < support::correlation_bound(device_count));
    CHECK(support::same_bits(read(model, w, chip{1}, key{seed{1}}), once));

    // without read noise passes are equal, chips are not
    const auto quiet = aged(1000, 0);
    const auto one = read(quiet, w, chip{1}, key{seed{1}});
    CHECK(support::same_bits(read(quiet, w, chip{1}, key{seed{2}}), one));
    CHECK(std::abs(support::correlation(read(quiet, w, chip{2}, key{seed{1}}), one)) < support::correlation_bound(device_count));
}

TEST_CASE("phase-change memory: the same chip at two times is the same devices")
{
    std::vector<double> w(device_count);
    for (std::size_t i = 0; i < device_count; ++i)
    {
        w[i] = 0.5;
    }
    const auto now = read(aged(0, 0), w, chip{5});
    const auto later = read(aged(86400, 0), w, chip{5});
    CHECK(support::correlation(now, later) > 0.5);
    CHECK(of(later).mean < of(now).mean);
}

TEST_CASE("device pairs: signs are symmetric, zero stays near zero, ideal devices are exact")
{
    const auto plus = read(aged(3600), std::vector<double>(device_count, 0.7));
    const auto minus = read(aged(3600), std::vector<double>(device_count, -0.7));
    CHECK(std::abs(of(plus).mean + of(minus).mean) < 2 * support::mean_bound(device_count, std::sqrt(of(plus).variance)));
    CHECK(std::abs(of(read(aged(0), std::vector<double>(device_count, 0.0))).mean) < support::mean_bound(device_count, 0.02));

    noise::phase_change_memory ideal{.device = {.age = {0}, .written_scale = 0, .drift_scale = 0, .read_scale = 0}};
    const auto w = models::normals<double>(50);
    double worst = 0;
    for (std::size_t i = 0; const double v : read(ideal, w))
    {
        worst = std::max(worst, std::abs(v - w[i++]));
    }
    CHECK(worst < 1e-12);
    CHECK(read(noise::phase_change_memory{}, {}).empty());
}

TEST_CASE("resistive memory of Wan et al.: the deviations of its polynomials at three times, of the same devices")
{
    using noise::devices::resistive_wan;
    const auto at = [](resistive_wan::time time) { return noise::resistive_memory_wan{.device = {.after = time}}; };
    const double g = 0.6;
    const auto deviation = [&](double c0, double c1, double c2, double c3, double c4) { return (c0 + g * (c1 + g * (c2 + g * (c3 + g * c4)))) / 40; };
    const auto check = [&](resistive_wan::time time, double own, double other)
    {
        const auto w = read(at(time), std::vector<double>(device_count, g));
        const double variance = own * own + other * other * (0.5 - 1 / (2 * 3.141592653589793));
        CHECK(std::abs(of(w).mean - (g - other / std::sqrt(2 * 3.141592653589793))) < support::mean_bound(device_count, std::sqrt(variance)));
        CHECK(std::abs(of(w).variance - variance) < support::variance_bound(device_count, std::sqrt(variance)));
    };
    check(resistive_wan::time::second, deviation(0.348, 16.030, -43.853, 45.393, -16.815), 0.348 / 40);
    check(resistive_wan::time::day, deviation(0.701, 22.086, -50.773, 47.095, -16.458), 0.701 / 40);
    check(resistive_wan::time::two_days, deviation(0.782, 20.274, -43.507, 37.062, -11.934), 0.782 / 40);
    const auto w = std::vector<double>(device_count, g);
    CHECK(support::correlation(read(at(resistive_wan::time::second), w), read(at(resistive_wan::time::day), w)) > 0.9);
}

TEST_CASE("resistive memory of HfOx: relaxes by its logarithmic law, within its window")
{
    using noise::devices::resistive_oxide;
    const double g = 0.5;
    const double target = g * resistive_oxide::g_max;
    const auto plus_alone = [&](double age)
    {
        noise::resistive_memory_oxide model{.device = {.age = {age}}};
        return read(model, std::vector<double>(device_count, g));
    };
    const double written = 0.01129027418 * (target + 9) + 0.0112185391;
    const double at_zero = 0.01129027418 * 9 + 0.0112185391;
    const auto fresh = plus_alone(0);
    const double own = written / resistive_oxide::g_max;
    const double other = at_zero / resistive_oxide::g_max;
    const double variance = own * own + other * other * (0.5 - 1 / (2 * 3.141592653589793));
    CHECK(std::abs(of(fresh).variance - variance) < support::variance_bound(device_count, std::sqrt(variance)));
    const double l = std::log(86400.0);
    const auto later = plus_alone(86400);
    const double wider = std::hypot(written, 0.04201137 * l + 0.41183342) / resistive_oxide::g_max;
    // of the device at zero less than a normal of its deviation is seen
    const double at_most = std::hypot(wider, std::hypot(at_zero, 0.04201137 * l + 0.41183342) / resistive_oxide::g_max);
    CHECK(std::sqrt(of(later).variance) > wider * (1 - support::deviations / std::sqrt(2.0 * device_count)));
    CHECK(std::sqrt(of(later).variance) < at_most * (1 + support::deviations / std::sqrt(2.0 * device_count)));
    CHECK(std::ranges::all_of(plus_alone(1e9), [](double w) { return w <= 1 && w >= -1; }));
}

TEST_CASE("devices: described with their age in seconds, and what makes no sense is refused")
{
    CHECK(noise::phase_change_memory{.device = {.age = {3600}}, .compensation = noise::compensation::global}.describe()
          == "phase-change memory, read 3600 s after writing, pairs of devices, g_max = 25 uS, global compensation");
    CHECK(noise::phase_change_memory{.compensation = noise::compensation::column, .range = noise::full_range::column}.describe()
          == "phase-change memory, read 0 s after writing, pairs of devices, g_max = 25 uS for the largest weight of each output, compensation of each output");
    CHECK(noise::resistive_memory_wan{}.describe() == "resistive memory (Wan), read 1 s after writing, pairs of devices, g_max = 40 uS, no compensation");
    CHECK_THAT(noise::resistive_memory_oxide{}.describe(), support::contains("resistive memory (HfOx), read 0 s"));
    CHECK_THROWS_WITH(check(aged(-1), "here"), support::contains("here: expected 0 to 1e10 s, found -1"));
    CHECK_THROWS_AS(check(aged(0, -1), "here"), value_error);
    CHECK_NOTHROW(check(noise::phase_change_memory{}, "here"));
    STATIC_REQUIRE(noise::policy<noise::phase_change_memory>);
    STATIC_REQUIRE(noise::sources<noise::phase_change_memory>::acts<site::weights>);
    STATIC_REQUIRE(!noise::model_at<noise::phase_change_memory, site::output>);
}
}
