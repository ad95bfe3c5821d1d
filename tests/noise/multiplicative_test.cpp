// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "noise/models.hpp"
#include "support/catch.hpp"
#include "support/same_bits.hpp"
#include "support/statistics.hpp"

#include <cmath>
#include <cstddef>
#include <vector>

#include <dni/noise/log_normal.hpp>
#include <dni/noise/multiplicative.hpp>

namespace multiplicative_test
{
using namespace dni;

namespace
{
constexpr std::size_t value_count = 1u << 17;

//! The factors a model multiplies by.
template <class T, class Model>
std::vector<double> factors(const Model& model)
{
    const auto y = models::applied(model, std::vector<T>(value_count, T(-3)), key{seed{1}});
    std::vector<double> by(value_count);
    for (std::size_t i = 0; i < value_count; ++i)
    {
        by[i] = static_cast<double>(y[i]) / -3;
    }
    return by;
}

template <class Model>
void check_identity_and_adjoint(const Model& off, const Model& on)
{
    const auto y = models::normals<double>(40);
    CHECK(support::same_bits(models::applied(off, y, key{seed{1}}), y));
    noise::sources<Model> sources;
    sources.for_each([&](auto& part) { part.level = on.level; });
    for (const std::size_t count : {1u, 5u, 37u})
    {
        CHECK(models::adjoint_error(sources, models::normals<double>(count), {key{seed{5}}}) < 1e-8);
    }
}
}

TEMPLATE_TEST_CASE("multiplicative: factors are N(1, s²), independent", "", float, double)
{
    auto by = factors<TestType>(noise::multiplicative{spread{0.2}});
    for (double& v : by)
    {
        v = (v - 1) / 0.2;
    }
    CHECK(support::kolmogorov_smirnov(by) < support::kolmogorov_smirnov_bound);
    CHECK(std::abs(support::moments_of(by).variance - 1) < support::variance_bound(value_count));
    CHECK(std::abs(support::correlation(by, std::vector<double>(by.begin() + 1, by.end()))) < support::correlation_bound(value_count - 1));
}

TEMPLATE_TEST_CASE("log_normal: the logarithm of the factors is normal, their mean 1", "", float, double)
{
    constexpr double s = 0.4;
    const auto by = factors<TestType>(noise::log_normal{spread{s}});
    const double variance = std::exp(s * s) - 1;
    CHECK(std::abs(support::moments_of(by).mean - 1) < support::mean_bound(value_count, std::sqrt(variance)));
    std::vector<double> logarithms;
    for (const double v : by)
    {
        logarithms.push_back((std::log(v) + s * s / 2) / s);
    }
    CHECK(support::kolmogorov_smirnov(logarithms) < support::kolmogorov_smirnov_bound);
}

TEST_CASE("multiplicative, log_normal: level zero is the identity, the adjoint is the derivative")
{
    check_identity_and_adjoint<noise::multiplicative>({}, {spread{0.5}});
    check_identity_and_adjoint<noise::log_normal>({}, {spread{0.5}});
    CHECK(noise::multiplicative{spread{0.1}}.describe() == "multiplicative, spread = 0.1");
    CHECK(noise::log_normal{spread{0.1}}.describe() == "log-normal, spread = 0.1 of the logarithm");
    CHECK(noise::multiplicative{}.describe() == "multiplicative, off (spread = 0)");
}
}
