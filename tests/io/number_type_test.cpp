// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/io/number_type.hpp>

#include "support/catch.hpp"

#include <cstdint>
#include <type_traits>

namespace number_type_test
{
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
}
