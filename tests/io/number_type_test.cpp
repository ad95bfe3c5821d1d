// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/io/number_type.hpp>

#include "support/catch.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

using namespace dni;
using io::number_type;

TEST_CASE("number_type: sizes, names and the types of C++")
{
    CHECK(io::size_of(number_type::boolean) == 1);
    CHECK(io::size_of(number_type::float16) == 2);
    CHECK(io::size_of(number_type::bfloat16) == 2);
    CHECK(io::size_of(number_type::uint64) == 8);
    CHECK(io::size_of(number_type::float64) == 8);
    CHECK(io::name_of(number_type::boolean) == "bool");
    CHECK(io::name_of(number_type::bfloat16) == "bfloat16");
    CHECK(io::name_of(number_type::float64) == "float64");
    CHECK(io::number_type_of<bool>() == number_type::boolean);
    CHECK(io::number_type_of<std::int16_t>() == number_type::int16);
    CHECK(io::number_type_of<std::uint64_t>() == number_type::uint64);
    CHECK(io::number_type_of<char>() == (std::is_signed_v<char> ? number_type::int8 : number_type::uint8));
    CHECK(io::number_type_of<float>() == number_type::float32);
    CHECK(io::number_type_of<double>() == number_type::float64);
}

TEST_CASE("number_type: every float16 is widened to its value")
{
    // The definition of IEEE 754 for each of the 65536 numbers.
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits)
    {
        const float found = io::widen(io::float16{static_cast<std::uint16_t>(bits)});
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
    CHECK(io::widen(io::float16{0x3C00}) == 1.0f);
    CHECK(io::widen(io::float16{0x7BFF}) == 65504.0f);
    CHECK(io::widen(io::float16{0x0001}) == 0x1p-24f);
    CHECK(io::widen(io::float16{0xC000}) == -2.0f);
}

TEST_CASE("number_type: a bfloat16 is the upper half of a float")
{
    CHECK(io::widen(io::bfloat16{0x3F80}) == 1.0f);
    CHECK(io::widen(io::bfloat16{0xC0A0}) == -5.0f);
    CHECK(io::widen(io::bfloat16{0x0001}) == std::bit_cast<float>(0x00010000u));
    CHECK(std::isinf(io::widen(io::bfloat16{0xFF80})));
    CHECK(std::isnan(io::widen(io::bfloat16{0x7FC0})));
}
