// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/error.hpp>
#include <dni/io/idx.hpp>

#include "support/catch.hpp"
#include "support/damage.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace idx_test
{
using namespace dni;
using namespace std::string_literals;

TEST_CASE("idx: images and labels as MNIST has them")
{
    const std::string file = "\0\0\x08\x03\0\0\0\2\0\0\0\1\0\0\0\3\0\x7f\xff\1\2\3"s;
    const auto images = io::parse_idx<std::uint8_t, 3>(io::as_bytes(file));
    CHECK(images.shape(0) == 2);
    CHECK(images(0, 0, 2) == 255);
    CHECK(images(1, 0, 0) == 1);
    CHECK(io::parse_idx<float, 3>(io::as_bytes(file))(0, 0, 1) == 127.0f);

    const auto path = std::filesystem::temp_directory_path() / "dni_idx_test.idx";
    io::write_file(path, io::as_bytes(file));
    CHECK((io::load_idx<std::uint8_t, 3>(path) == images));
    std::filesystem::remove(path);
}

TEST_CASE("idx: the other types are big endian")
{
    CHECK(io::parse_idx<int, 1>(io::as_bytes("\0\0\x09\1\0\0\0\1\xff"s))(0) == -1);
    CHECK(io::parse_idx<int, 1>(io::as_bytes("\0\0\x0b\1\0\0\0\1\xff\xfe"s))(0) == -2);
    CHECK(io::parse_idx<int, 1>(io::as_bytes("\0\0\x0c\1\0\0\0\1\0\0\1\2"s))(0) == 258);
    CHECK(io::parse_idx<float, 1>(io::as_bytes("\0\0\x0d\1\0\0\0\1\x3f\x80\0\0"s))(0) == 1.0f);
    CHECK(io::parse_idx<double, 1>(io::as_bytes("\0\0\x0e\1\0\0\0\1\xc0\0\0\0\0\0\0\0"s))(0) == -2.0);
}

TEST_CASE("idx: wrong files are refused")
{
    const auto refused = [](const std::string& file) { return io::parse_idx<std::uint8_t, 1>(io::as_bytes(file)); };
    CHECK_THROWS_AS(refused(""), parse_error);
    CHECK_THROWS_AS(refused("\x1f\x8b\x08\1\0\0\0\1\0"s), parse_error);
    CHECK_THROWS_AS(refused("\0\0\x0a\1\0\0\0\1\0"s), parse_error);
    CHECK_THROWS_AS(refused("\0\0\x08\2\0\0\0\1\0\0\0\1\0"s), shape_error);
    CHECK_THROWS_AS(refused("\0\0\x08\1\0\0\0\2\0"s), parse_error);
    CHECK_THROWS_AS(refused("\0\0\x08\1\0\0\0\1\0\0"s), parse_error);
    CHECK_THROWS_AS(refused("\0\0\x08\1\xff\xff\xff\xff\0"s), parse_error);
    CHECK_THROWS_AS(refused("\0\0\x08\xff\xff\xff\xff\xff\0"s), parse_error);
    const std::string huge = "\0\0\x0e\3"s + std::string(12, '\xff');
    CHECK_THROWS_AS((io::parse_idx<double, 3>(io::as_bytes(huge))), parse_error);
    const std::string good = "\0\0\x0b\2\0\0\0\2\0\0\0\2\0\1\0\2\0\3\0\4"s;
    support::damage(io::as_bytes(good), [](auto file) { (void)io::parse_idx<std::uint8_t, 2>(file); });
}
}
