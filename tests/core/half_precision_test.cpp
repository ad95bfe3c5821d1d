// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/half_precision.hpp>

#include "support/catch.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

namespace half_precision_test
{
using namespace dni;

TEST_CASE("half_precision: every float16 is widened to its value")
{
    // The definition of IEEE 754 for each of the 65536 numbers.
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits)
    {
        const float found = widen(float16{static_cast<std::uint16_t>(bits)});
        const int exponent = static_cast<int>(bits >> 10 & 31);
        const double fraction = static_cast<double>(bits & 1023) / 1024;
        const double sign = bits & 0x8000 ? -1 : 1;
        CAPTURE(bits);
        if (exponent == 31)
        {
            REQUIRE((fraction == 0 ? found == sign * INFINITY : std::isnan(found)));
        }
        else
        {
            REQUIRE(static_cast<double>(found) == sign * (exponent == 0 ? std::ldexp(fraction, -14) : std::ldexp(1 + fraction, exponent - 15)));
        }
        REQUIRE(std::signbit(found) == (sign < 0));
    }
    CHECK(widen(float16{0x3C00}) == 1.0f);
    CHECK(widen(float16{0x7BFF}) == 65504.0f);
    CHECK(widen(float16{0x0001}) == 0x1p-24f);
    CHECK(widen(float16{0xC000}) == -2.0f);
}

TEST_CASE("half_precision: a bfloat16 is the upper half of a float")
{
    CHECK(widen(bfloat16{0x3F80}) == 1.0f);
    CHECK(widen(bfloat16{0xC0A0}) == -5.0f);
    CHECK(widen(bfloat16{0x0001}) == std::bit_cast<float>(0x00010000u));
    CHECK(std::isinf(widen(bfloat16{0xFF80})));
    CHECK(std::isnan(widen(bfloat16{0x7FC0})));
}

namespace
{
//! Every number of the narrow type comes back, what lies between two of them goes to the nearer, and from the middle to the even one.
template <class Narrow>
void check_rounding(std::uint32_t infinity)
{
    for (std::uint32_t bits = 0; bits < infinity; ++bits)
    {
        const auto at = [](std::uint32_t b) { return Narrow{static_cast<std::uint16_t>(b)}; };
        const float low = widen(at(bits));
        CAPTURE(bits, low);
        REQUIRE(narrow<Narrow>(low) == at(bits));
        REQUIRE(narrow<Narrow>(-low) == at(bits | 0x8000u));
        if (bits + 1 < infinity)
        {
            const float high = widen(at(bits + 1));
            const float middle = low + (high - low) / 2;  // exact: one bit more than the narrow type has
            REQUIRE(narrow<Narrow>(middle) == at(bits + (bits & 1u)));
            REQUIRE(narrow<Narrow>(std::nextafter(middle, low)) == at(bits));
            REQUIRE(narrow<Narrow>(std::nextafter(middle, high)) == at(bits + 1));
            REQUIRE(narrow<Narrow>(-std::nextafter(middle, high)) == at((bits + 1) | 0x8000u));
        }
    }
}
}

TEST_CASE("half_precision: every float16 comes back, and between two of them the nearer is taken, or the even one")
{
    check_rounding<float16>(0x7C00);
    CHECK(narrow<float16>(65519.996f) == float16{0x7BFF});
    CHECK(narrow<float16>(65520.0f) == float16{0x7C00});
    CHECK(narrow<float16>(-1e30f) == float16{0xFC00});
    CHECK(narrow<float16>(INFINITY) == float16{0x7C00});
    CHECK(narrow<float16>(1e-30f) == float16{0});
    CHECK(narrow<float16>(-0.0f) == float16{0x8000});
    CHECK(std::isnan(widen(narrow<float16>(NAN))));
    CHECK(std::isnan(widen(narrow<float16>(std::bit_cast<float>(0x7F800001u)))));
}

TEST_CASE("half_precision: every bfloat16 comes back, and between two of them the nearer is taken, or the even one")
{
    check_rounding<bfloat16>(0x7F80);
    CHECK(narrow<bfloat16>(std::bit_cast<float>(0x7F7F7FFFu)) == bfloat16{0x7F7F});
    CHECK(narrow<bfloat16>(std::bit_cast<float>(0x7F7F8000u)) == bfloat16{0x7F80});
    CHECK(narrow<bfloat16>(-INFINITY) == bfloat16{0xFF80});
    CHECK(std::isnan(widen(narrow<bfloat16>(NAN))));
    CHECK(std::isnan(widen(narrow<bfloat16>(std::bit_cast<float>(0x7F800001u)))));
    CHECK(std::isnan(widen(narrow<bfloat16>(std::bit_cast<float>(0xFFFFFFFFu)))));
}
}
