// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/error.hpp>
#include <dni/io/gz.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/damage.hpp"
#include "support/gzip.hpp"

#include <filesystem>
#include <string>

namespace gz_test
{
using namespace dni;
using support::contains;
using support::gzip;

TEST_CASE("gz: unpacks, also several members and nothing at all")
{
    std::string text;
    for (long i = 0; i < 40000; ++i)
        text += std::to_string(i * i % 7919);
    const io::bytes one = gzip(text);
    CHECK(io::as_text(io::gunzip(one)) == text);
    CHECK(io::gunzip(gzip("")).empty());

    io::bytes two = one;
    const io::bytes more = gzip("more");
    two.insert(two.end(), more.begin(), more.end());
    CHECK(io::as_text(io::gunzip(two)) == text + "more");
}

TEST_CASE("gz: the limit holds against a small file that unpacks to much")
{
    const io::bytes bomb = gzip(std::string(50'000'000, 'x'));
    CHECK(bomb.size() < 100'000);
    CHECK_THROWS_WITH(io::gunzip(bomb, 1'000'000), contains("at most 1000000 unpacked bytes"));
    CHECK(io::gunzip(gzip(std::string(1000, 'x')), 1000).size() == 1000);
    CHECK_THROWS_AS(io::gunzip(gzip(std::string(1000, 'x')), 999), parse_error);
}

TEST_CASE("gz: damaged data is refused")
{
    const io::bytes good = gzip("some text, some text, some other text");
    for (std::size_t size = 0; size < good.size(); ++size)
        CHECK_THROWS_AS(io::gunzip(std::span(good).first(size)), parse_error);
    io::bytes wrong_checksum = good;
    wrong_checksum[good.size() - 8] ^= std::byte{1};
    CHECK_THROWS_AS(io::gunzip(wrong_checksum), parse_error);
    io::bytes followed = good;
    followed.push_back(std::byte{'x'});
    CHECK_THROWS_AS(io::gunzip(followed), parse_error);
    CHECK_THROWS_AS(io::gunzip(io::as_bytes("plain text")), parse_error);
    support::damage(good, [](std::span<const std::byte> file) { (void)io::gunzip(file, 100000); });
}

TEST_CASE("gz: a file is unpacked where it is packed")
{
    const auto path = std::filesystem::temp_directory_path() / "dni_gz_test";
    io::write_file(path, gzip("hello"));
    CHECK(io::as_text(io::read_maybe_gz(path)) == "hello");
    io::write_file(path, io::as_bytes("hello"));
    CHECK(io::as_text(io::read_maybe_gz(path)) == "hello");
    io::write_file(path, {});
    CHECK(io::read_maybe_gz(path).empty());
    std::filesystem::remove(path);
    CHECK_THROWS_AS(io::read_maybe_gz(path), parse_error);
}
}
