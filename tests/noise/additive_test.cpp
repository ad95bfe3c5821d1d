// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "noise/models.hpp"
#include "support/catch.hpp"
#include "support/same_bits.hpp"
#include "support/statistics.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include <dni/noise/common_mode.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/noise/impulse.hpp>
#include <dni/noise/laplace.hpp>
#include <dni/noise/uniform.hpp>

namespace additive_test
{
using namespace dni;

//! Each kind of draws under each kind of level. The Gaussian ones have tests of their own.
namespace
{
constexpr std::size_t draw_count = 1u << 18;

template <class T, class Draws>
std::vector<double> unit(const Draws& draws = {}, std::uint64_t s = 1, std::size_t count = draw_count)
{
    return models::added(noise::additive<Draws, sigma>{sigma{1}, draws}, std::vector<T>(count), key{seed{s}});
}

void check_moments(const std::vector<double>& xi, double excess_kurtosis)
{
    const auto m = support::moments_of(xi);
    CHECK(std::abs(m.mean) < support::mean_bound(xi.size()));
    CHECK(std::abs(m.variance - 1) < support::variance_bound(xi.size(), 1, excess_kurtosis));
    // neighbours, and the same element of the next vector of draws
    for (const std::ptrdiff_t lag : {1, 2, 15, 16, 17, 32})
    {
        const std::vector<double> after(xi.begin() + lag, xi.end());
        CHECK(std::abs(support::correlation(xi, after)) < support::correlation_bound(after.size()));
    }
}
}

TEMPLATE_TEST_CASE("uniform: the draws are uniform, of variance 1, independent", "", float, double)
{
    const auto xi = unit<TestType>(noise::draws::uniform{});
    check_moments(xi, -1.2);
    CHECK(support::kolmogorov_smirnov(xi, [](double x) { return (x / std::numbers::sqrt3 + 1) / 2; }) < support::kolmogorov_smirnov_bound);
}

TEMPLATE_TEST_CASE("laplace: the draws are Laplace's, of variance 1, independent", "", float, double)
{
    const auto xi = unit<TestType>(noise::draws::laplace{});
    check_moments(xi, 3);
    const auto cdf = [](double x)
    {
        const double tail = std::exp(-std::numbers::sqrt2 * std::abs(x)) / 2;
        return x < 0 ? tail : 1 - tail;
    };
    CHECK(support::kolmogorov_smirnov(xi, cdf) < support::kolmogorov_smirnov_bound);
}

TEMPLATE_TEST_CASE("impulse: as many elements are hit as the probability says, either way, at one height", "", float, double)
{
    for (const double p : {0.5, 0.04, 0.002})
    {
        const auto xi = unit<TestType>(noise::draws::impulse{probability{p}});
        double up = 0;
        double down = 0;
        bool one_height = true;
        for (const double v : xi)
        {
            up += v > 0 ? 1 : 0;
            down += v < 0 ? 1 : 0;
            one_height = one_height && (v == 0 || std::abs(std::abs(v) - 1 / std::sqrt(p)) < 1e-5 / std::sqrt(p));
        }
        CAPTURE(p, up, down);
        CHECK(one_height);
        const double bound = support::deviations * std::sqrt(static_cast<double>(draw_count) * p / 2 * (1 - p / 2));
        CHECK(std::abs(up - static_cast<double>(draw_count) * p / 2) < bound);
        CHECK(std::abs(down - static_cast<double>(draw_count) * p / 2) < bound);
        check_moments(xi, 1 / p - 3);
    }
    CHECK(unit<TestType>(noise::draws::impulse{probability{0}}) == std::vector<double>(draw_count));
}

TEMPLATE_TEST_CASE("common_mode: one normal for all elements of a vector, another for the next", "", float, double)
{
    std::vector<double> shared;
    for (std::uint64_t s = 0; s < 20000; ++s)
    {
        const auto xi = unit<TestType>(noise::draws::common{}, s, 19);
        CHECK(std::equal(xi.begin() + 1, xi.end(), xi.begin()));
        shared.push_back(xi[0]);
    }
    CHECK(support::kolmogorov_smirnov(shared) < support::kolmogorov_smirnov_bound);
    CHECK(std::abs(support::moments_of(shared).variance - 1) < support::variance_bound(shared.size()));
}

namespace
{
template <class Draws>
void check_levels(const Draws& draws = {})
{
    const auto y = models::normals<double>(64);
    const key k{seed{4}};
    const auto xi = models::added(noise::additive<Draws, sigma>{sigma{1}, draws}, std::vector<double>(64), k);
    const auto is_scaled = [&](const std::vector<double>& noise, double by)
    {
        bool same = true;
        for (std::size_t i = 0; i < 64; ++i)
        {
            same = same && std::abs(noise[i] - by * xi[i]) < 1e-12 * (1 + std::abs(y[i]) + std::abs(by * xi[i]));
        }
        return same;
    };
    double power = 0;
    for (const double v : y)
    {
        power += v * v / 64;
    }
    CHECK(is_scaled(models::added(noise::additive<Draws, sigma>{sigma{0.3}, draws}, y, k), 0.3));
    CHECK(is_scaled(models::added(noise::additive<Draws, relative_to_wmax>{relative_to_wmax{0.1}, 2.5, draws}, y, k), 0.25));
    CHECK(is_scaled(models::added(noise::additive<Draws, snr_db>{snr_db{6}, 0, draws}, y, k), snr_db{6}.ratio() * std::sqrt(power)));
    CHECK(is_scaled(models::added(noise::additive<Draws, snr_db>{snr_db{6}, 9, draws}, y, k), snr_db{6}.ratio() * 3));

    // without a level nothing changes and nothing is drawn
    const auto idle = [&](const auto& model)
    {
        auto same = y;
        stream random{k};
        model.apply(std::span<double>(same), random);
        stream fresh{k};
        return support::same_bits(same, y) && random() == fresh();
    };
    CHECK(idle(noise::additive<Draws, sigma>{{}, draws}));
    CHECK(idle(noise::additive<Draws, relative_to_wmax>{{}, 2.5, draws}));
    CHECK(idle(noise::additive<Draws, snr_db>{{}, 0, draws}));

    // the adjoint is the derivative, whatever the draws are like
    noise::sources<noise::additive<Draws, snr_db>> relative;
    relative.for_each(
        [&](auto& part)
        {
            part.level = snr_db{2};
            part.draws = draws;
        });
    for (const std::size_t count : {1u, 5u, 16u, 37u})
    {
        CHECK(models::adjoint_error(relative, models::normals<double>(count), {key{seed{5}}}) < 1e-8);
    }
}
}

TEST_CASE("additive: each level scales the same draws, and the gradient of a relative one is exact")
{
    check_levels<noise::draws::normal>();
    check_levels<noise::draws::uniform>();
    check_levels<noise::draws::laplace>();
    check_levels(noise::draws::impulse{probability{0.3}});
    check_levels<noise::draws::common>();
}

TEST_CASE("additive: described by kind of draws and level")
{
    CHECK(noise::uniform<sigma>{sigma{0.5}}.describe() == "uniform, sigma = 0.5");
    CHECK(noise::laplace<snr_db>{snr_db{5}}.describe() == "laplace, SNR = 5 dB");
    CHECK(noise::impulse<relative_to_wmax>{relative_to_wmax{0.1}}.describe() == "impulses, probability = 0.01, sigma = 0.1 w_max");
    CHECK(noise::common_mode<sigma>{}.describe() == "common mode, off (sigma = 0)");
    CHECK_THROWS_AS(noise::draws::impulse{probability{1.5}}.check("here"), value_error);
}
}
