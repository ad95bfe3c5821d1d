// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/error.hpp>
#include <dni/core/xtensor.hpp>
#include <dni/io/npy.hpp>
#include <dni/io/npz.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/damage.hpp"
#include "support/zip.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace npz_test
{
using namespace dni;
using support::contains;
using support::member;
using support::zip;

namespace
{
const tensor<float, 2> matrix{{1, 2, 3}, {4, 5, 6}};

auto find(io::bytes& where, std::span<const std::byte> what)
{
    return std::search(where.begin(), where.end(), what.begin(), what.end());
}

std::string text(const io::bytes& data)
{
    return std::string(io::as_text(data));
}

//! A .npy file, whose numbers stand in Fortran order and big endian.
std::string fortran()
{
    const std::string header = "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }";
    return "\x93NUMPY" + std::string("\x01\x00", 2) + static_cast<char>(header.size()) + '\0' + header + std::string("\0\1\0\4\0\2\0\5\0\3\0\6", 12);
}
}

TEST_CASE("npz: every member is an array with its name, types, orders and packing as they come")
{
    for (const auto method : {ZIP_CM_STORE, ZIP_CM_DEFLATE})
    {
        const auto file = zip({{"0.weight.npy", text(io::format_npy(matrix))},
                               {"f.npy", fortran()},
                               {"n.npy", text(io::format_npy(tensor<std::uint8_t, 0>(7)))},
                               {".npy", text(io::format_npy(tensor<double, 1>{0.5}))}},
                              method);
        CHECK(io::is_zip(file));
        const auto read = io::parse_npz(file);
        REQUIRE(read.tensors.size() == 4);
        CHECK(read.metadata.empty());
        CHECK(read.tensors[0] == io::named_tensor::of<float>("0.weight", {2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6}));
        CHECK(read.tensors[1] == io::named_tensor::of<std::int16_t>("f", {2, 3}, std::vector<std::int16_t>{1, 2, 3, 4, 5, 6}));
        CHECK(read.tensors[2] == io::named_tensor::of<std::uint8_t>("n", {}, std::vector<std::uint8_t>{7}));
        CHECK(read.tensors[3] == io::named_tensor::of<double>("", {1}, std::vector<double>{0.5}));
    }
}

TEST_CASE("npz: an archive without members is no arrays, other bytes are no archive")
{
    const std::string empty("PK\x05\x06" + std::string(18, '\0'));
    CHECK(io::is_zip(io::as_bytes(empty)));
    CHECK(io::parse_npz(io::as_bytes(empty)).tensors.empty());
    CHECK(!io::is_zip(io::as_bytes("PK")));
    CHECK_THROWS_WITH(io::parse_npz(io::as_bytes("text"), "file.npz"), contains("file.npz: expected a zip archive, which begins with PK, found something else"));
    CHECK_THROWS_AS(io::parse_npz({}), parse_error);
}

TEST_CASE("npz: every kind of damage is refused with a message that names the member")
{
    const auto good = text(io::format_npy(matrix));
    const auto refusal = [](const io::bytes& file, std::size_t limit = 1'000'000)
    {
        try
        {
            static_cast<void>(io::parse_npz(file, "file", limit));
        }
        catch (const parse_error& problem)
        {
            return std::string(problem.what());
        }
        return std::string("nothing");
    };
    CHECK(refusal(zip({{"w.npy", good}})) == "nothing");
    CHECK_THAT(refusal(zip({{"w.txt", good}})), contains("file, member w.txt: expected a name that ends with .npy, found another"));
    CHECK_THAT(refusal(zip({{"archive/data.pkl", "pickle"}})), contains("file, member archive/data.pkl: expected a name that ends with .npy"));
    CHECK_THAT(refusal(zip({{"folder/", ""}})), contains("expected a name that ends with .npy"));
    CHECK_THAT(refusal(zip({{"w.npy", "text"}})), contains("file, member w.npy, byte 0: expected 6 bytes of magic, found 4 bytes"));
    CHECK_THAT(refusal(zip({{"w.npy", good.substr(0, good.size() - 1)}})), contains("expected 24 bytes for float32 [2, 3], found 23 bytes"));
    CHECK_THAT(refusal(zip({{"w.npy", good + "x"}})), contains("found 25 bytes"));
    CHECK_THAT(refusal(zip({{"a.npy", good}, {"b.npy", good}}), good.size()), contains("member b.npy: expected at most 0 unpacked bytes, found more"));
    CHECK(refusal(zip({{"a.npy", good}, {"b.npy", good}}), 2 * good.size()) == "nothing");

    // a bit of the data, which only the checksum can find
    auto flipped = zip({{"w.npy", good}}, ZIP_CM_STORE);
    const auto number = find(flipped, io::as_bytes(good).last(4));
    REQUIRE(number != flipped.end());
    *number ^= std::byte{1};
    CHECK_THAT(refusal(flipped), contains("file, member w.npy: expected sound data, found CRC error"));

    // two members of one name, which libzip does not write: the second is renamed in both of its headers
    auto twice = zip({{"a.npy", good}, {"b.npy", good}});
    const auto name = io::as_bytes("b.npy");
    for (auto at = find(twice, name); at != twice.end(); at = find(twice, name))
    {
        *at = std::byte{'a'};
    }
    CHECK_THAT(refusal(twice), contains("file: expected a zip archive, found File already exists"));
}

TEST_CASE("npz: a small file that unpacks to much is refused when the limit is reached")
{
    const auto bomb = zip({{"w.npy", std::string(50'000'000, 'x')}});
    CHECK(bomb.size() < 100'000);
    CHECK_THROWS_WITH(io::parse_npz(bomb, "file", 1'000'000), contains("file, member w.npy: expected at most 1000000 unpacked bytes, found more"));
}

TEST_CASE("npz: damaged archives are read or refused, never worse")
{
    const auto good = zip({{"w.npy", text(io::format_npy(matrix))}, {"n.npy", text(io::format_npy(tensor<std::int8_t, 1>{1, 2}))}});
    support::damage(good, [](std::span<const std::byte> file) { (void)io::parse_npz(file, "file", 1'000'000); });
    for (std::size_t size = 0; size < good.size(); ++size)
    {
        CHECK_THROWS_AS(io::parse_npz(std::span(good).first(size)), parse_error);
    }
}
}
