// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/same_bits.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include <dni/core/math.hpp>
#include <dni/core/simd.hpp>

namespace math_test
{
using namespace dni;

namespace
{
//! Both signs of a geometric grid from the smallest normal number to `limit`, of a fine linear grid, and the special places.
template <class T>
std::vector<T> grid(T limit)
{
    std::vector<T> points{T{0}, std::numeric_limits<T>::min(), limit};
    for (T x = std::numeric_limits<T>::min(); x < limit; x *= T(1.37))
    {
        points.push_back(x);
    }
    for (int i = 1; i < 20000; ++i)
    {
        points.push_back(limit * static_cast<T>(i) / T{20000});
        points.push_back(T{6} * static_cast<T>(i) / T{20000});
    }
    const std::size_t count = points.size();
    for (std::size_t i = 0; i < count; ++i)
    {
        points.push_back(-points[i]);
    }
    return points;
}

//! The largest relative error (float), or error in units of the last place of the exact value (double).
template <class T, class F, class Exact>
double worst_error(const std::vector<T>& points, F&& f, Exact&& exact)
{
    double worst = 0;
    for (const T x : points)
    {
        const long double wanted = exact(static_cast<long double>(x));
        const long double difference = std::abs(static_cast<long double>(f(x)) - wanted);
        if (wanted == 0)
        {
            worst = std::max(worst, difference == 0 ? 0.0 : std::numeric_limits<double>::infinity());
            continue;
        }
        const long double unit = std::is_same_v<T, float> ? std::abs(wanted) : std::ldexp(1.0L, std::ilogb(wanted) - 52);
        worst = std::max(worst, static_cast<double>(difference / unit));
    }
    return worst;
}

template <class T>
constexpr double bound = std::is_same_v<T, float> ? 1e-6 : 4.0;

template <class T>
constexpr T limit = math::detail::constants<T>::limit;

//! f on a batch, read back lane by lane.
template <class T, class F>
auto by_batch(F f)
{
    return [f](T x)
    {
        std::array<T, simd::width<T>> lanes{};
        lanes.fill(T(0.5));
        lanes[simd::width<T> / 2] = x;
        f(simd::batch<T>::load_unaligned(lanes.data())).store_unaligned(lanes.data());
        return lanes[simd::width<T> / 2];
    };
}

constexpr auto exp_of = [](const auto& x) { return math::exp(x); };
constexpr auto sigmoid_of = [](const auto& x) { return math::sigmoid(x); };
constexpr auto tanh_of = [](const auto& x) { return math::tanh(x); };
}

TEMPLATE_TEST_CASE("math: exp, sigmoid and tanh keep their accuracy near zero, in the tails and at the limits", "", float, double)
{
    using T = TestType;
    const auto exact_exp = [](long double x) { return std::exp(x); };
    const auto exact_sigmoid = [](long double x) { return 1 / (1 + std::exp(-x)); };
    const auto exact_tanh = [](long double x) { return std::tanh(x); };
    const auto wide = grid(limit<T>);
    CHECK(worst_error<T>(wide, exp_of, exact_exp) <= bound<T>);
    CHECK(worst_error<T>(wide, sigmoid_of, exact_sigmoid) <= bound<T>);
    CHECK(worst_error<T>(wide, tanh_of, exact_tanh) <= bound<T>);
    CHECK(worst_error<T>(wide, by_batch<T>(exp_of), exact_exp) <= bound<T>);
    CHECK(worst_error<T>(wide, by_batch<T>(sigmoid_of), exact_sigmoid) <= bound<T>);
    CHECK(worst_error<T>(wide, by_batch<T>(tanh_of), exact_tanh) <= bound<T>);
}

TEMPLATE_TEST_CASE("math: beyond the limits functions stay at their value there", "", float, double)
{
    using T = TestType;
    const T huge = std::numeric_limits<T>::max();
    const T infinity = std::numeric_limits<T>::infinity();
    const auto check = [&](auto exp, auto sigmoid, auto tanh)
    {
        for (const T x : {T(2) * limit<T>, huge, infinity})
        {
            CHECK(exp(x) == exp(limit<T>));
            CHECK(exp(-x) == exp(-limit<T>));
            CHECK(sigmoid(x) == T{1});
            CHECK(sigmoid(-x) == sigmoid(-limit<T>));
            CHECK(tanh(x) == T{1});
            CHECK(tanh(-x) == T{-1});
        }
    };
    check(exp_of, sigmoid_of, tanh_of);
    check(by_batch<T>(exp_of), by_batch<T>(sigmoid_of), by_batch<T>(tanh_of));
}

TEMPLATE_TEST_CASE("math: NaN passes through every function", "", float, double)
{
    using T = TestType;
    const T nan = std::numeric_limits<T>::quiet_NaN();
    CHECK(std::isnan(math::exp(nan)));
    CHECK(std::isnan(math::sigmoid(nan)));
    CHECK(std::isnan(math::tanh(nan)));
    CHECK(std::isnan(math::relu(nan)));
    CHECK(std::isnan(by_batch<T>(exp_of)(nan)));
    CHECK(std::isnan(by_batch<T>(sigmoid_of)(nan)));
    CHECK(std::isnan(by_batch<T>(tanh_of)(nan)));
    CHECK(std::isnan(by_batch<T>([](const auto& x) { return math::relu(x); })(nan)));
}

TEMPLATE_TEST_CASE("math: a number and a lane agree bit for bit", "", float, double)
{
    using T = TestType;
    const auto count_differences = [](auto f)
    {
        std::size_t differing = 0;
        for (const T x : grid(limit<T>))
        {
            differing += support::same_bits(f(x), by_batch<T>(f)(x)) ? 0u : 1u;
        }
        return differing;
    };
    CHECK(count_differences(exp_of) == 0);
    CHECK(count_differences(sigmoid_of) == 0);
    CHECK(count_differences(tanh_of) == 0);
}

TEMPLATE_TEST_CASE("math: relu and its derivative", "", float, double)
{
    using T = TestType;
    const auto check = [](auto relu, auto step)
    {
        for (const T x : {T(-3), T(-1e-30), T(0), T(1e-30), T(2.5)})
        {
            CHECK(relu(x) == std::max(x, T{0}));
            CHECK(step(x) == (x > 0 ? T{1} : T{0}));
        }
    };
    const auto relu = [](const auto& x) { return math::relu(x); };
    const auto step = [](const auto& x) { return math::step(x); };
    check(relu, step);
    check(by_batch<T>(relu), by_batch<T>(step));
}

TEMPLATE_TEST_CASE("math: clamp keeps what lies between, and NaN", "", float, double)
{
    using T = TestType;
    const auto check = [](auto clamped)
    {
        CHECK(clamped(T(-3)) == T(-2));
        CHECK(clamped(T(-2)) == T(-2));
        CHECK(clamped(T(0.25)) == T(0.25));
        CHECK(clamped(T(7)) == T(5));
        CHECK(clamped(std::numeric_limits<T>::infinity()) == T(5));
        CHECK(clamped(-std::numeric_limits<T>::infinity()) == T(-2));
        CHECK(std::isnan(clamped(std::numeric_limits<T>::quiet_NaN())));
    };
    const auto clamped = []<class V>(const V& v) { return math::clamp(v, V(T(-2)), V(T(5))); };
    check(clamped);
    check(by_batch<T>(clamped));
}
}
