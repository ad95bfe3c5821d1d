// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/io/bytes.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"

#include <filesystem>
#include <string>

namespace bytes_test
{
using namespace dni;
using support::contains;

TEST_CASE("numbers are loaded and stored in either byte order")
{
    const std::byte raw[] = {std::byte{0x12}, std::byte{0x34}, std::byte{0x56}, std::byte{0x78}};
    CHECK(io::load<std::uint32_t>(raw, std::endian::big) == 0x12345678u);
    CHECK(io::load<std::uint32_t>(raw, std::endian::little) == 0x78563412u);
    CHECK(io::load<std::uint16_t>(raw + 1, std::endian::big) == 0x3456u);

    io::bytes made(7);
    io::store(made.data() + 1, std::uint32_t{0x12345678}, std::endian::big);
    io::store(made.data() + 5, std::uint16_t{0x3456}, std::endian::little);
    CHECK(io::as_text(made).substr(1) == "\x12\x34\x56\x78\x56\x34");
}

TEST_CASE("a product that does not fit is told")
{
    CHECK(io::checked_product(6, 7) == std::size_t{42});
    CHECK(io::checked_product(0, io::no_limit) == std::size_t{0});
    CHECK(io::checked_product(io::no_limit, 0) == std::size_t{0});
    CHECK_FALSE(io::checked_product(io::no_limit, 2).has_value());
    CHECK_FALSE(io::checked_product(std::size_t{1} << 33, std::size_t{1} << 33).has_value());
}

TEST_CASE("a cursor never leaves its bytes and names the place")
{
    io::cursor in(io::as_bytes("abcdef"), "letters");
    CHECK(io::as_text(in.take(4, "word")) == "abcd");
    CHECK(in.remaining() == 2);
    CHECK_THROWS_AS(in.read<std::uint32_t>(std::endian::little, "number"), parse_error);
    CHECK_THROWS_WITH(in.take(io::no_limit, "word"), contains("letters, byte 4") && contains("2 bytes until the end"));
    CHECK(in.position() == 4);
    CHECK(in.take(2, "rest").size() == 2);
    CHECK(in.take(0, "nothing").empty());
}

TEST_CASE("files are written, read back, limited, and refused clearly")
{
    const auto path = std::filesystem::temp_directory_path() / "dni_bytes_test.bin";
    const std::string text(100000, 'x');
    io::write_file(path, io::as_bytes(text));
    CHECK(io::as_text(io::read_file(path)) == text);
    CHECK_THROWS_WITH(io::read_file(path, 99999), contains("at most 99999 bytes"));
    CHECK(io::read_file(path, 100000).size() == 100000);
    io::write_file(path, {});
    CHECK(io::read_file(path).empty());
    std::filesystem::remove(path);
    CHECK_THROWS_AS(io::read_file(path), parse_error);
    CHECK_THROWS_WITH(io::read_file(path), contains("dni_bytes_test.bin"));
    CHECK_THROWS_AS(io::read_file(std::filesystem::temp_directory_path()), parse_error);
    CHECK_THROWS_AS(io::write_file(path / "no" / "such" / "folder", io::as_bytes("x")), value_error);
}
}
