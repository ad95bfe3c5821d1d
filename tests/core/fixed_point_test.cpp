// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <dni/core/fixed_point.hpp>
#include <dni/core/math.hpp>

namespace fixed_point_test
{
using namespace dni;

namespace
{
using fixed = fixed_point<>;

constexpr double step = 1.0 / 4096;

template <class Number = fixed>
Number of(int n)
{
    return Number::of(n);
}

// The largest |found(x) − wanted(x)| over all numbers, and whether found never falls.
struct comparison
{
    double error = 0;
    bool rises = true;
};

template <class Number, class Found, class Wanted>
comparison compare(const Found& found, const Wanted& wanted)
{
    comparison all;
    std::int32_t before = Number::least;
    for (std::int32_t n = Number::least; n <= Number::most; ++n)
    {
        const auto x = Number::of(n);
        const Number y = found(x);
        const double limit = static_cast<double>(static_cast<float>(Number::of(Number::most)));  // 1 is beyond it where all bits are fraction
        all.error = std::max(all.error, std::abs(static_cast<double>(static_cast<float>(y)) - std::min(limit, wanted(static_cast<double>(static_cast<float>(x))))));
        all.rises = all.rises && y.integer() >= before;
        before = y.integer();
    }
    return all;
}

template <class Number>
void check_functions()
{
    constexpr double rounding = 0.5 / (1 << Number::fraction);
    constexpr double table = 0.7698004 / (8 * 32 * 32) + 0.5 / 32768;  // max|tanh''| · step² / 8, and the rounding of the table
    CAPTURE(Number::fraction);
    const auto tanh = compare<Number>([](const auto& x) { return math::tanh(x); }, [](double x) { return std::tanh(x); });
    CHECK(tanh.error <= rounding + table);
    CHECK(tanh.error >= 0.9 * rounding);  // one of so many numbers is nearly half-way
    CHECK(tanh.rises);
    const auto sigmoid = compare<Number>([](const auto& x) { return math::sigmoid(x); }, [](double x) { return 1 / (1 + std::exp(-x)); });
    CHECK(sigmoid.error <= rounding + table / 2);
    CHECK(sigmoid.rises);
    CHECK(compare<Number>([](const auto& x) { return math::relu(x); }, [](double x) { return std::max(x, 0.0); }).error == 0);
}
}

TEST_CASE("fixed point: a float becomes the nearest number, ties away from zero, and comes back exactly")
{
    CHECK(fixed(1).integer() == 4096);
    CHECK(fixed(-0.5f).integer() == -2048);
    CHECK(fixed(static_cast<float>(0.49 * step)).integer() == 0);
    CHECK(fixed(static_cast<float>(0.5 * step)).integer() == 1);
    CHECK(fixed(static_cast<float>(-0.5 * step)).integer() == -1);
    CHECK(fixed(static_cast<float>(-1.49 * step)).integer() == -1);
    CHECK(fixed(std::nextafter(static_cast<float>(0.5 * step), 0.0f)).integer() == 0);
    CHECK(fixed(8).integer() == 32767);
    CHECK(fixed(7.9999f).integer() == 32767);
    CHECK(fixed(-9).integer() == -32768);
    CHECK(fixed(-8).integer() == -32768);
    CHECK(fixed(std::numeric_limits<float>::infinity()).integer() == 32767);
    CHECK(fixed(-std::numeric_limits<float>::infinity()).integer() == -32768);
    CHECK(fixed(std::numeric_limits<float>::quiet_NaN()).integer() == 0);
    CHECK(static_cast<float>(of(-3)) == -3.0f / 4096);
    for (int n = fixed::least; n <= fixed::most; ++n)
    {
        REQUIRE(fixed(static_cast<float>(of(n))) == of(n));
    }
}

TEST_CASE("fixed point: sums, differences and products are those of real numbers, rounded, and saturate")
{
    CHECK(of(3) + of(4) == of(7));
    CHECK(of(30000) + of(3000) == of(32767));
    CHECK(of(-30000) - of(3000) == of(-32768));
    CHECK(-of(-32768) == of(32767));
    CHECK(fixed::saturated(40000) == of(32767));
    CHECK(fixed::saturated(-40000) == of(-32768));
    CHECK(fixed::saturated(7) == of(7));
    CHECK(fixed(2) * fixed(-3) == fixed(-6));
    CHECK(fixed(4) * fixed(4) == of(32767));
    CHECK(fixed(-4) * fixed(4) == of(-32768));
    CHECK(of(-32768) * of(-32768) == of(32767));
    CHECK(of(64) * of(31) == of(0));   // 0.484 steps
    CHECK(of(64) * of(32) == of(1));   // 0.5
    CHECK(of(-64) * of(32) == of(-1));
    CHECK(of(-64) * of(95) == of(-1));  // 1.48
    for (int a = fixed::least; a <= fixed::most; a += 251)
    {
        for (int b = fixed::least; b <= fixed::most; b += 257)
        {
            const double exact = std::clamp(std::round(a * static_cast<double>(b) / 4096), -32768.0, 32767.0);  // rounds ties away from zero too
            REQUIRE((of(a) * of(b)).integer() == static_cast<int>(exact));
        }
    }
    fixed sum = of(5);
    sum += of(4);
    sum -= of(1);
    sum *= fixed(2);
    CHECK(sum == of(16));
}

TEST_CASE("fixed point: tanh, sigmoid and relu keep their bound for every number, and never fall")
{
    check_functions<fixed_point<12>>();
    check_functions<fixed_point<5>>();
    check_functions<fixed_point<9>>();
    check_functions<fixed_point<15>>();
    CHECK(math::tanh(fixed(0)) == fixed(0));
    CHECK(math::sigmoid(fixed(0)) == fixed(0.5f));
    CHECK(math::tanh(of(-32768)) == fixed(-1));
    for (int n = 0; n <= fixed::most; ++n)
    {
        REQUIRE(math::tanh(of(-n)) == -math::tanh(of(n)));
        REQUIRE(std::abs(math::sigmoid(of(-n)).integer() + math::sigmoid(of(n)).integer() - 4096) <= 1);  // both round up at a tie
    }
}
}
