// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "noise/models.hpp"
#include "support/catch.hpp"
#include "support/same_bits.hpp"
#include "support/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <set>
#include <vector>

#include <dni/noise/discretized.hpp>
#include <dni/noise/drop_connect.hpp>
#include <dni/noise/programming.hpp>
#include <dni/noise/stuck_at.hpp>

namespace weights_test
{
using namespace dni;

//! Models of weights, on one vector of weights.
namespace
{
constexpr std::size_t weight_count = 1u << 17;

template <class Model>
double adjoint_error(const Model& model)
{
    noise::sources<noise::at_output<Model>> sources;  // any site serves
    sources.for_each([&](auto& part) { static_cast<Model&>(part) = model; });
    double worst = 0;
    for (const std::size_t count : {1u, 5u, 37u})
    {
        worst = std::max(worst, models::adjoint_error(sources, models::normals<double>(count), {key{seed{5}}}));
    }
    return worst;
}
}

TEMPLATE_TEST_CASE("programming: the deviation is the polynomial of the conductance", "", float, double)
{
    for (const double g : {0.0, 0.1, 0.5, 1.0})
    {
        for (const double sign : {1.0, -1.0})
        {
            const double w = sign * g * 2;
            auto error = models::added(noise::programming{.level = {1}, .w_max = 2}, std::vector<TestType>(weight_count, static_cast<TestType>(w)), key{seed{1}});
            const double deviation = 2 * (0.2635 + 1.9650 * g - 1.1731 * g * g) / 25;
            for (double& e : error)
            {
                e /= deviation;
            }
            CAPTURE(g, sign);
            CHECK(std::abs(support::moments_of(error).mean) < support::mean_bound(weight_count));
            CHECK(std::abs(support::moments_of(error).variance - 1) < support::variance_bound(weight_count));
            CHECK(support::kolmogorov_smirnov(error) < support::kolmogorov_smirnov_bound);
        }
    }
}

TEMPLATE_TEST_CASE("discretized: as many levels as said, each weight at the nearest", "", float, double)
{
    const auto w = models::normals<TestType>(4000);
    const double w_max = static_cast<double>(*std::ranges::max_element(w, {}, [](auto v) { return std::abs(v); }));
    for (const int levels : {2, 3, 16, 31})
    {
        const auto q = models::applied(noise::discretized{levels, std::abs(w_max)}, w, key{});
        const double step = 2 * std::abs(w_max) / (levels - 1);
        std::set<long> seen;
        double farthest = 0;
        for (std::size_t i = 0; i < w.size(); ++i)
        {
            farthest = std::max(farthest, std::abs(static_cast<double>(q[i]) - static_cast<double>(w[i])));
            seen.insert(std::lround((static_cast<double>(q[i]) + std::abs(w_max)) / step));
            CHECK(std::abs(std::remainder(static_cast<double>(q[i]) + std::abs(w_max), step)) < 1e-5 * std::abs(w_max));
        }
        CAPTURE(levels);
        CHECK(farthest < step / 2 * (1 + 1e-5));
        CHECK(static_cast<int>(seen.size()) <= levels);
        CHECK(seen.size() >= static_cast<std::size_t>(levels < 4 ? levels : levels / 2));
        CHECK(models::applied(noise::discretized{levels, std::abs(w_max)}, q, key{}) == q);
    }
    CHECK(models::applied(noise::discretized{3, 1}, std::vector<TestType>{TestType(0.4), TestType(-0.6), TestType(0)}, key{})
          == std::vector<TestType>{0, -1, 0});
}

TEMPLATE_TEST_CASE("drop_connect: as many zeros as the probability says, the rest the same bits", "", float, double)
{
    const auto w = std::vector<TestType>(weight_count, TestType(1.5));
    for (const double p : {0.02, 0.5})
    {
        const auto left = models::applied(noise::drop_connect{probability{p}}, w, key{seed{2}});
        const double zeros = static_cast<double>(std::ranges::count(left, TestType{0}));
        CHECK(std::abs(zeros - p * weight_count) < support::deviations * std::sqrt(weight_count * p * (1 - p)));
        CHECK(zeros + static_cast<double>(std::ranges::count(left, TestType(1.5))) == weight_count);
    }
    CHECK(support::same_bits(models::applied(noise::drop_connect{}, w, key{seed{2}}), w));
    CHECK(std::ranges::count(models::applied(noise::drop_connect{probability{1}}, w, key{seed{2}}), TestType{0}) == weight_count);
}

TEMPLATE_TEST_CASE("stuck_at: as many devices at zero and at either end as the probabilities say", "", float, double)
{
    const auto w = std::vector<TestType>(weight_count, TestType(0.25));
    const auto faulty = models::applied(noise::stuck_at{probability{0.1}, probability{0.04}, 2}, w, key{seed{3}});
    const auto check = [&](TestType value, double p)
    {
        const double found = static_cast<double>(std::ranges::count(faulty, value));
        CAPTURE(value, found);
        CHECK(std::abs(found - p * weight_count) < support::deviations * std::sqrt(weight_count * p * (1 - p)));
    };
    check(TestType(0), 0.1);
    check(TestType(2), 0.02);
    check(TestType(-2), 0.02);
    check(TestType(0.25), 0.86);
    CHECK(support::same_bits(models::applied(noise::stuck_at{{0}, {0}, 2}, w, key{seed{3}}), w));
}

TEST_CASE("models of weights: adjoints are derivatives with w_max held fixed")
{
    CHECK(adjoint_error(noise::programming{.level = {5}, .w_max = 4}) < 1e-8);
    CHECK(adjoint_error(noise::drop_connect{probability{0.4}}) < 1e-8);
    CHECK(adjoint_error(noise::stuck_at{probability{0.3}, probability{0.3}, 4}) < 1e-8);
}

TEST_CASE("models of weights: described, and constants that make no sense are refused")
{
    CHECK(noise::programming{}.describe() == "programming, off (spread = 0), (0.01054 + 0.0786 g + -0.046924 g^2) w_max");
    CHECK(noise::discretized{}.describe() == "discretized, 31 levels between -w_max and w_max");
    CHECK(noise::drop_connect{probability{0.1}}.describe() == "drop-connect, probability = 0.1");
    CHECK(noise::stuck_at{}.describe() == "stuck at 0 with probability = 0.01, at w_max with probability = 0.001");
    CHECK_THROWS_AS(check(noise::discretized{1}, "here"), value_error);
    CHECK_THROWS_AS(check(noise::drop_connect{probability{-0.1}}, "here"), value_error);
    CHECK_THROWS_AS(check(noise::stuck_at{probability{0.6}, probability{0.6}}, "here"), value_error);
    CHECK_THROWS_AS(check(noise::programming{.level = {-1}}, "here"), value_error);
    CHECK_NOTHROW(check(noise::stuck_at{}, "here"));
}
}
