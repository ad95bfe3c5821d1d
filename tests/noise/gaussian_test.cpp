// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/same_bits.hpp"
#include "support/statistics.hpp"

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <dni/noise/gaussian.hpp>

namespace gaussian_test
{
using namespace dni;
using absolute = noise::gaussian<sigma>;
using relative = noise::gaussian<snr_db>;

namespace
{
template <class T>
std::vector<T> signal(std::size_t n, std::uint64_t s = 1)
{
    stream random{key{seed{s}}.with(77)};
    std::vector<T> y(n);
    for (T& v : y)
    {
        v = T(0.3) + T(2) * random.normal<T>();
    }
    return y;
}

//! What a model adds to y.
template <class T, class Model>
std::vector<double> added(const Model& model, const std::vector<T>& y, key k)
{
    auto noisy = y;
    stream random{k};
    model.apply(std::span<T>(noisy), random);
    std::vector<double> difference(y.size());
    for (std::size_t i = 0; i < y.size(); ++i)
    {
        difference[i] = static_cast<double>(noisy[i]) - static_cast<double>(y[i]);
    }
    return difference;
}

double power(const auto& values)
{
    double sum = 0;
    for (const auto v : values)
    {
        sum += static_cast<double>(v) * static_cast<double>(v);
    }
    return sum / static_cast<double>(values.size());
}

//! Standard deviation of a ratio of powers in dB, of which the noise power is estimated from n normals.
double decibel_bound(std::size_t n) { return support::deviations * 10 / std::log(10.0) * std::sqrt(2.0 / static_cast<double>(n)); }

template <class T>
std::vector<T> special_values()
{
    return {T(0), -T(0), T(1), T(-2.5), std::numeric_limits<T>::denorm_min(), std::numeric_limits<T>::max(), std::numeric_limits<T>::infinity(),
            std::numeric_limits<T>::quiet_NaN(), T(3)};
}
}

TEMPLATE_TEST_CASE("gaussian<sigma>: what is added is N(0, sigma²)", "", float, double)
{
    constexpr std::size_t n = 1u << 18;
    for (const double s : {0.01, 0.7, 30.0})
    {
        auto noise = added(absolute{sigma{s}}, std::vector<TestType>(n), key{seed{1}});
        const auto m = support::moments_of(noise);
        CHECK(std::abs(m.mean) < support::mean_bound(n, s));
        CHECK(std::abs(m.variance - s * s) < support::variance_bound(n, s));
        CHECK(std::abs(m.skewness) < support::skewness_bound(n));
        CHECK(std::abs(m.excess_kurtosis) < support::kurtosis_bound(n));
        for (double& v : noise)
        {
            v /= s;
        }
        CHECK(support::kolmogorov_smirnov(noise) < support::kolmogorov_smirnov_bound);
    }
}

TEMPLATE_TEST_CASE("gaussian<snr_db>: the requested ratio is the measured one, within its sampling error", "", float, double)
{
    constexpr std::size_t n = 1u << 18;
    const auto y = signal<TestType>(n);
    for (const double level : {40.0, 20.0, 10.0, 5.0, 0.0, -5.0, -20.0})
    {
        auto noise = added(relative{snr_db{level}}, y, key{seed{2}});
        const double measured = 10 * std::log10(power(y) / power(noise));
        CAPTURE(level, measured);
        CHECK(std::abs(measured - level) < decibel_bound(n));
        const auto m = support::moments_of(noise);
        CHECK(std::abs(m.mean) < support::mean_bound(n, std::sqrt(m.variance)));
        CHECK(std::abs(m.skewness) < support::skewness_bound(n));
        CHECK(std::abs(m.excess_kurtosis) < support::kurtosis_bound(n));
        CHECK(std::abs(support::correlation(noise, y)) < support::correlation_bound(n));
    }
}

TEMPLATE_TEST_CASE("gaussian<snr_db>: the scale is that of the vector, for vectors of any length", "", float, double)
{
    // many short vectors of very different powers: each gets noise of its own power
    for (const std::size_t length : {1u, 3u, 4u, 10u, 31u, 128u})
    {
        const std::size_t count = 40000 / length + 1;
        double squares = 0;
        for (std::size_t i = 0; i < count; ++i)
        {
            auto y = signal<TestType>(length, i);
            const TestType scale = static_cast<TestType>(std::pow(10.0, static_cast<double>(i % 7) - 3));
            for (TestType& v : y)
            {
                v *= scale;
            }
            const auto noise = added(relative{snr_db{3}}, y, key{seed{3}}.with(i));
            squares += power(noise) / power(y) * static_cast<double>(length);
        }
        const std::size_t n = count * length;
        CAPTURE(length);
        CHECK(std::abs(10 * std::log10(squares / static_cast<double>(n)) + 3) < decibel_bound(n));
    }
}

TEMPLATE_TEST_CASE("gaussian: the level zero changes no bit and draws nothing", "", float, double)
{
    const auto values = special_values<TestType>();
    const auto check = [&](const auto& model)
    {
        auto y = values;
        stream random{key{seed{1}}};
        model.apply(std::span<TestType>(y), random);
        CHECK(support::same_bits(y, values));
        stream fresh{key{seed{1}}};
        CHECK(random() == fresh());
    };
    check(absolute{sigma::none()});
    check(relative{snr_db::none()});
    check(relative{snr_db::none(), 4.0});
    check(absolute{});
    check(relative{});
}

TEMPLATE_TEST_CASE("gaussian<snr_db>: no signal, no noise, and the gradient passes", "", float, double)
{
    const relative model{snr_db{0}};
    std::vector<TestType> y(13, TestType{0});
    std::vector<TestType> g(13, TestType(0.5));
    stream forward{key{seed{1}}};
    model.apply(std::span<TestType>(y), forward);
    CHECK(y == std::vector<TestType>(13, TestType{0}));
    stream backward{key{seed{1}}};
    model.adjoint(std::span<TestType>(g), std::span<const TestType>(y), backward);
    CHECK(g == std::vector<TestType>(13, TestType(0.5)));
    stream none{key{seed{1}}};
    model.apply(std::span<TestType>{}, none);
    model.adjoint(std::span<TestType>{}, std::span<const TestType>{}, none);
}

TEMPLATE_TEST_CASE("gaussian<snr_db>: a reference power is the signal power for every vector, and the gradient passes", "", float, double)
{
    constexpr std::size_t n = 1u << 16;
    const relative model{snr_db{6}, 9.0};
    for (const TestType size : {TestType(0), TestType(0.01), TestType(5)})
    {
        const auto noise = added(model, std::vector<TestType>(n, size), key{seed{4}});
        CHECK(std::abs(10 * std::log10(9.0 / power(noise)) - 6) < decibel_bound(n));
    }
    std::vector<TestType> g(9, TestType(0.25));
    const auto y = signal<TestType>(9);
    stream random{key{seed{1}}};
    model.adjoint(std::span<TestType>(g), std::span<const TestType>(y), random);
    CHECK(g == std::vector<TestType>(9, TestType(0.25)));
}

TEST_CASE("gaussian<snr_db>: the adjoint is the derivative of apply under the same draws")
{
    for (const std::size_t n : {1u, 5u, 16u, 37u})
    {
        const relative model{snr_db{2}};
        const auto y = signal<double>(n);
        const auto g_out = signal<double>(n, 9);
        const auto loss = [&](const std::vector<double>& at)
        {
            auto noisy = at;
            stream random{key{seed{5}}};
            model.apply(std::span<double>(noisy), random);
            double sum = 0;
            for (std::size_t i = 0; i < n; ++i)
            {
                sum += g_out[i] * noisy[i];
            }
            return sum;
        };
        auto g = g_out;
        stream random{key{seed{5}}};
        model.adjoint(std::span<double>(g), std::span<const double>(y), random);
        double worst = 0;
        for (std::size_t i = 0; i < n; ++i)
        {
            auto up = y;
            auto down = y;
            up[i] += 1e-5;
            down[i] -= 1e-5;
            worst = std::max(worst, std::abs((loss(up) - loss(down)) / 2e-5 - g[i]));
        }
        CAPTURE(n);
        CHECK(worst < 1e-8);
    }
}

TEST_CASE("gaussian: float and double draw the same noise, and the key alone decides it")
{
    const std::vector<float> y(100, 1.0f);
    const std::vector<double> wide(100, 1.0);
    const auto narrow_noise = added(absolute{sigma{1}}, y, key{seed{6}});
    const auto wide_noise = added(absolute{sigma{1}}, wide, key{seed{6}});
    for (std::size_t i = 0; i < 100; ++i)
    {
        CHECK(std::abs(narrow_noise[i] - wide_noise[i]) < 1e-6);
    }
    CHECK(support::same_bits(wide_noise, added(absolute{sigma{1}}, wide, key{seed{6}})));
    CHECK(!support::same_bits(wide_noise, added(absolute{sigma{1}}, wide, key{seed{7}})));
}

TEST_CASE("gaussian: described with the level in real units")
{
    CHECK(absolute{sigma{0.5}}.describe() == "gaussian, sigma = 0.5");
    CHECK(relative{snr_db{5}}.describe() == "gaussian, SNR = 5 dB");
    CHECK(relative{snr_db{5}, 2.0}.describe() == "gaussian, SNR = 5 dB, power fixed at 2");
}
}
