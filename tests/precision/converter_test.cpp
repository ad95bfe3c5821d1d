// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/same_bits.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <set>
#include <span>
#include <vector>

#include <dni/noise/site.hpp>
#include <dni/precision/converter.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>

namespace converter_test
{
using namespace dni;
using namespace dni::precision;

namespace
{
template <class Converter, class T>
std::vector<T> converted(const Converter& converter, std::vector<T> v, std::uint64_t draws = 1)
{
    stream random{key{seed{draws}}};
    converter.apply(std::span<T>(v), random);
    return v;
}

template <class Bound = constant_bound, class Rounding = nearest>
converter<Bound, Rounding> made(int resolution, double limit)
{
    converter<Bound, Rounding> one{.resolution = bits{resolution}};
    one.range.limit = full_scale{limit};
    return one;
}

//! Numbers from −1.5 b to 1.5 b, not a multiple of anything.
template <class T>
std::vector<T> ramp(T b, std::size_t count)
{
    std::vector<T> v;
    for (std::size_t i = 0; i < count; ++i)
    {
        v.push_back(b * T(1.5) * (T(2) * static_cast<T>(i) / static_cast<T>(count - 1) - T(1)));
    }
    return v;
}
}

TEMPLATE_TEST_CASE("converter: values are those of the formula, 2^n - 1 of them", "", float, double)
{
    using T = TestType;
    for (const int n : {2, 3, 4, 6, 8, 10})
    {
        for (const T b : {T(0.3), T(1), T(12)})
        {
            CAPTURE(n, b);
            const auto v = ramp(b, 10007);
            const auto q = converted(made(n, b), v);
            const long double step = 2 * static_cast<long double>(b) / (std::exp2(n) - 2);
            std::set<T> values;
            long double worst = 0;
            for (std::size_t i = 0; i < v.size(); ++i)
            {
                const long double exact = std::clamp<long double>(std::nearbyint(v[i] / step) * step, -b, b);
                // at a tie the rounding error of v / Δ decides
                const bool tie = std::abs(std::abs(v[i] / step - std::floor(v[i] / step)) - 0.5L) < 1e-4L;
                worst = tie ? worst : std::max(worst, std::abs(q[i] - exact));
                values.insert(q[i]);
            }
            CHECK(worst <= 2 * std::numeric_limits<T>::epsilon() * b);
            CHECK(values.size() == (std::size_t{1} << n) - 1);
            CHECK(values.contains(T{0}));
        }
    }
}

TEST_CASE("converter: two bits are -b, 0 and b")
{
    CHECK(converted(made(2, 4), std::vector<float>{-9, -2.1f, -2, -1, 0, 1.9f, 2, 2.1f, 4, 100}) == std::vector<float>{-4, -4, 0, 0, 0, 0, 0, 4, 4, 4});
}

TEST_CASE("converter: ties go to even, what is beyond saturates, the bound is a value")
{
    // b = 7, step 1
    CHECK(converted(made(4, 7), std::vector<double>{0.5, 1.5, 2.5, -0.5, -1.5, 6.5, 7, 7.5, -8, 1e300})
          == std::vector<double>{0, 2, 2, 0, -2, 6, 7, 7, -7, 7});
}

TEST_CASE("converter: NaN stays NaN, infinity saturates")
{
    const float inf = std::numeric_limits<float>::infinity();
    const auto q = converted(made(8, 3), std::vector<float>{NAN, inf, -inf, 1});
    CHECK(std::isnan(q[0]));
    CHECK(q[1] == 3);
    CHECK(q[2] == -3);
    CHECK(std::isnan(converted(converter<abs_max, nearest>{}, std::vector<float>{1, NAN})[1]));
}

TEST_CASE("converter: the largest magnitude of each vector is a bound that nothing is beyond")
{
    for (const std::size_t count : {1u, 2u, 7u, 16u, 33u})
    {
        auto v = ramp(5.0f, count + 2);
        v.front() = 0.25f;
        v.back() = -2;
        for (float& one : v)
        {
            one = std::clamp(one, -1.9f, 1.9f);
        }
        v.back() = -2;
        const auto q = converted(converter<abs_max, nearest>{.resolution = bits{5}}, v);
        for (std::size_t i = 0; i < v.size(); ++i)
        {
            CHECK(q[i] == std::nearbyint(v[i] / (2.0f / 15)) * (2.0f / 15));
        }
        CHECK(q.back() == Approx(-2.0f).epsilon(1e-6));
    }
    const std::vector<float> zeros(9);
    CHECK(support::same_bits(converted(converter<abs_max, nearest>{}, zeros), zeros));
    const std::vector<float> tiny(3, std::numeric_limits<float>::denorm_min());  // its step would be zero
    CHECK(support::same_bits(converted(converter<abs_max, nearest>{}, tiny), tiny));
    STATIC_REQUIRE(!noise::has_signal_adjoint<converter<abs_max, nearest>>);  // its gradient passes
    STATIC_REQUIRE(noise::has_signal_adjoint<converter<constant_bound, nearest>>);
}

TEST_CASE("converter: a managed bound doubles until the vector fits, and no further than it may")
{
    auto one = made<managed_bound>(3, 1.5);  // steps 0.5, 1, 2, 4
    CHECK(converted(one, std::vector<float>{0.6f, 1.5f}) == std::vector<float>{0.5f, 1.5f});
    CHECK(converted(one, std::vector<float>{0.6f, -1.6f}) == std::vector<float>{1, -2});
    CHECK(converted(one, std::vector<float>{0.6f, 3.1f}) == std::vector<float>{0, 4});
    CHECK(converted(one, std::vector<float>{5, 100}) == std::vector<float>{4, 12});
    one.range.doublings = 0;
    CHECK(converted(one, std::vector<float>{0.6f, 100}) == std::vector<float>{0.5f, 1.5f});
}

TEST_CASE("converter: the gradient passes up to the bound and is zero beyond")
{
    const std::vector<float> v{-3, -3.1f, -0.2f, 0, 2.9f, 3, 3.1f, NAN, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, -4};
    std::vector<float> g(v.size());
    for (std::size_t i = 0; i < g.size(); ++i)
    {
        g[i] = static_cast<float>(i + 1);
    }
    stream random{key{seed{1}}};
    made(4, 3).adjoint(std::span<float>(g), std::span<const float>(v), random);
    const std::vector<float> passed{1, 0, 3, 4, 5, 6, 0, 8, 9, 10, 11, 12, 13, 14, 15, 16, 0, 18, 0};
    CHECK(g == passed);

    // a bound of zero converts nothing
    made(4, 0).adjoint(std::span<float>(g), std::span<const float>(v), random);
    CHECK(g == passed);
    CHECK(std::isnan(converted(made(4, 0), v)[7]));
    CHECK(converted(made(4, 0), v)[6] == 3.1f);
}

TEST_CASE("converter: what a sigmoid or tanh gives is bounded by 1")
{
    CHECK(converted(converter<unit_bound, nearest>{.resolution = bits{3}}, std::vector<float>{-1, 0.4f, 0.9f, 1.5f}) == std::vector<float>{-1, 1 / 3.0f, 1, 1});
}

TEST_CASE("converter: a learned bound gets the rounding error within, and the bound beyond")
{
    // step 2, bound 6; ties to even, 5 -> 4
    const std::vector<float> v{-6.5f, -6, -0.5f, 1.5f, 5, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2.5f};
    const std::vector<float> by_bound{-6, 0, 0.5f, 0.5f, -1, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -0.5f};
    stream random{key{seed{1}}};
    float sum = 0;
    for (std::size_t i = 0; i < v.size(); ++i)
    {
        std::vector<float> g(v.size());
        g[i] = 2;
        CAPTURE(i, v[i]);
        CHECK(made<learned_bound>(3, 6).adjoint(std::span<float>(g), std::span<const float>(v), random) == 2 * by_bound[i]);
        CHECK(g[i] == (std::abs(v[i]) > 6 ? 0 : 2));
        sum += 2 * by_bound[i];
    }
    std::vector<float> g(v.size(), 2);
    CHECK(made<learned_bound>(3, 6).adjoint(std::span<float>(g), std::span<const float>(v), random) == sum);
    CHECK(converted(made<learned_bound>(3, 6), v) == converted(made(3, 6), v));

    // infinity saturates
    const std::vector<float> beyond{INFINITY, -INFINITY};
    std::vector<float> h{1, 2};
    CHECK(made<learned_bound>(3, 3).adjoint(std::span<float>(h), std::span<const float>(beyond), random) == 3 - 2 * 3);
    CHECK(h == std::vector<float>{0, 0});

    // random rounding: the error is that of the draw
    const auto drawn = made<learned_bound, stochastic>(3, 3);
    const std::vector<float> two{0.5f, -1.25f};
    const auto q = converted(drawn, two, 8);
    std::vector<float> ones{1, 1};
    stream again{key{seed{8}}};
    CHECK(drawn.adjoint(std::span<float>(ones), std::span<const float>(two), again) == (q[0] - two[0]) + (q[1] - two[1]));

    // a bound of zero converts nothing
    std::vector<float> all(v.size(), 1);
    CHECK(made<learned_bound>(3, 0).adjoint(std::span<float>(all), std::span<const float>(v), random) == 0);
    CHECK(all == std::vector<float>(v.size(), 1));
    CHECK(converted(made<learned_bound>(3, 0), v) == v);
}

TEMPLATE_TEST_CASE("converter: stochastic rounding gives one of the two neighbours, and the number itself on average", "", float, double)
{
    using T = TestType;
    const auto one = made<constant_bound, stochastic>(4, 7);  // step 1
    constexpr std::size_t count = 100'000;
    for (const T x : {T(0.1), T(-2.75), T(5.5), T(6.9)})
    {
        CAPTURE(x);
        const auto q = converted(one, std::vector<T>(count, x));
        double sum = 0;
        bool neighbours = true;
        for (const T value : q)
        {
            sum += static_cast<double>(value);
            neighbours = neighbours && (value == std::floor(x) || value == std::floor(x) + 1);
        }
        const double fraction = static_cast<double>(x - std::floor(x));
        CHECK(neighbours);
        CHECK(std::abs(sum / count - static_cast<double>(x)) < 4.5 * std::sqrt(fraction * (1 - fraction) / count));
    }
    CHECK(converted(one, std::vector<T>{3, -7, 7, 9, 0}) == std::vector<T>{3, -7, 7, 7, 0});
    const auto some = ramp(T(7), 101);
    CHECK(converted(one, some, 5) == converted(one, some, 5));
    CHECK(converted(one, some, 5) != converted(one, some, 6));
}

TEST_CASE("converter: it says its bits, bound and step")
{
    CHECK(made(8, 10).describe() == "8 bits, bound 10, step 0.0787402; constant bound, rounding nearest");
    CHECK(made<learned_bound>(3, 1.5).describe() == "3 bits, bound 1.5, step 0.5; learned bound, rounding nearest");
    CHECK(dac<>{}.describe() == "8 bits, step bound / 127; bound max|v| of each vector, rounding nearest");
    CHECK(adc<managed_bound, stochastic>{}.kind() == "constant bound, doubled up to 3 times where a vector would saturate, rounding stochastic");
}

TEST_CASE("converter: bits and full scales that make no sense are refused")
{
    CHECK_NOTHROW(check(bits{2}, "here"));
    CHECK_NOTHROW(check(bits{24}, "here"));
    CHECK_THROWS_WITH(check(bits{1}, "here"), support::contains("here: expected 2 to 24 bits, found 1"));
    CHECK_THROWS_AS(check(bits{25}, "here"), value_error);
    CHECK_NOTHROW(check(full_scale{0.1}, "here"));
    CHECK_THROWS_AS(check(full_scale{}, "here"), value_error);
    CHECK_THROWS_WITH(check(full_scale{0}, "here"), support::contains("here: expected a positive, finite full scale"));
    CHECK_THROWS_AS(check(full_scale{-1}, "here"), value_error);
    CHECK_THROWS_AS(check(full_scale{NAN}, "here"), value_error);
    CHECK_THROWS_AS(check(full_scale{INFINITY}, "here"), value_error);
}
}
