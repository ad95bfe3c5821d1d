// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/error.hpp>
#include <dni/io/named_tensor.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace named_tensor_test
{
using namespace dni;
using support::contains;

namespace
{
template <class T>
io::named_tensor made_of(std::vector<T> values, std::vector<std::size_t> shape)
{
    return io::named_tensor::of<T>("w", std::move(shape), values);
}
}

TEST_CASE("named_tensor: numbers are kept little endian and come back as themselves")
{
    const auto small = made_of<std::int16_t>({1, -2}, {2});
    CHECK(small.data == io::bytes{std::byte{1}, std::byte{0}, std::byte{0xFE}, std::byte{0xFF}});
    CHECK(small.type == io::number_type::int16);
    CHECK(small.values<std::int64_t>() == std::vector<std::int64_t>{1, -2});
    CHECK(small.values<float>() == std::vector<float>{1, -2});

    const auto cube = made_of<double>({0.1, -2.5, 3, 4, 5, 6}, {1, 2, 3});
    CHECK(cube.values<double>() == std::vector<double>{0.1, -2.5, 3, 4, 5, 6});
    CHECK(cube.values<float>()[0] == 0.1f);
    CHECK(made_of<float>({7}, {}).values<double>() == std::vector<double>{7});
    CHECK(made_of<float>({}, {0, 3}).values<float>().empty());
}

TEST_CASE("named_tensor: the narrow floating types are widened")
{
    const io::bytes one_and_minus_two{std::byte{0x00}, std::byte{0x3C}, std::byte{0x00}, std::byte{0xC0}};
    CHECK(io::named_tensor{"w", io::number_type::float16, {2}, one_and_minus_two}.values<float>() == std::vector<float>{1, -2});
    CHECK(io::named_tensor{"w", io::number_type::bfloat16, {2}, one_and_minus_two}.values<double>() == std::vector<double>{0x1p-7, -2});
}

TEST_CASE("named_tensor: what does not fit is refused")
{
    CHECK_THROWS_WITH(made_of<float>({1, 2}, {3}), contains("w, byte 0: expected 12 bytes for float32 [3], found 8 bytes"));
    CHECK_THROWS_AS(made_of<float>({1, 2}, {std::size_t{1} << 63, 2}), parse_error);
    CHECK_THROWS_WITH((made_of<float>({1, 2}, {2}).values<int>()), contains("w: expected numbers that can be kept as int32, found float32"));
    CHECK_THROWS_WITH((made_of<int>({1, 300}, {2}).values<std::uint8_t>()), contains("w, element 1: expected a number that uint8 can hold, found 300"));
    CHECK_THROWS_AS((io::named_tensor{"w", io::number_type::float32, {2}, io::bytes(7)}.values<float>()), parse_error);
    CHECK_THROWS_AS((io::named_tensor{"w", io::number_type::float16, {2}, io::bytes(4)}.values<int>()), value_error);
}
}
