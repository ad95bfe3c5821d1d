// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/error.hpp>
#include <dni/io/bytes.hpp>
#include <dni/io/safetensors.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/damage.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace safetensors_test
{
using namespace dni;
using support::contains;

namespace
{
//! A file with this header, whose size may be claimed to be another, and so many bytes of data, which count up from 0.
io::bytes file_of(const std::string& header, std::size_t data, std::uint64_t claimed)
{
    io::bytes file(8 + header.size() + data);
    io::store(file.data(), claimed, std::endian::little);
    auto to = std::ranges::copy(io::as_bytes(header), file.begin() + 8).out;
    for (std::size_t i = 0; i < data; ++i)
    {
        *to++ = static_cast<std::byte>(i);
    }
    return file;
}

io::bytes file_of(const std::string& header, std::size_t data = 0)
{
    return file_of(header, data, header.size());
}

std::string entry(const std::string& type, const std::string& shape, const std::string& offsets)
{
    return R"({"dtype":")" + type + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

io::named_tensor floats(const std::string& name, std::vector<std::size_t> shape, const std::vector<float>& values)
{
    return io::named_tensor::of<float>(name, std::move(shape), values);
}
}

TEST_CASE("safetensors: what is written is read back, bit for bit")
{
    const io::named_tensors content{{io::named_tensor::of<double>("wide", {2}, std::vector<double>{0.1, -1e300}),
                                     floats("0.weight", {2, 3}, {1, 2, 3, 4, 5, 6}), floats("0.bias", {}, {-0.0f}), floats("empty", {0, 5}, {}),
                                     io::named_tensor::of<std::int8_t>("narrow", {3}, std::vector<std::int8_t>{-1, 0, 1})},
                                    {{"format", "a text"}, {"umlaut \xC3\xA4 \"quoted\"\n", ""}}};
    const auto file = io::format_safetensors(content);
    CHECK(io::parse_safetensors(file) == content);

    // the header is padded, and an empty one is allowed
    CHECK((file.size() - 16 - 24 - 4 - 3) % 8 == 0);
    CHECK(io::parse_safetensors(io::format_safetensors({})) == io::named_tensors{});
    CHECK(io::parse_safetensors(file_of("{}")) == io::named_tensors{});
}

TEST_CASE("safetensors: wide numbers come first in the data, so that all are aligned")
{
    const auto narrow = io::named_tensor::of<std::int8_t>("a", {1}, std::vector<std::int8_t>{7});
    const auto wide = io::named_tensor::of<double>("b", {1}, std::vector<double>{2});
    const auto read = io::parse_safetensors(io::format_safetensors({{narrow, floats("c", {1}, {3}), wide, floats("d", {1}, {4})}, {}}));
    CHECK(read.tensors == std::vector{wide, floats("c", {1}, {3}), floats("d", {1}, {4}), narrow});
}

TEST_CASE("safetensors: files of other programs are read")
{
    // as the format's own library writes them: names in any order, offsets too, padding behind the header
    const auto read = io::parse_safetensors(file_of(R"({"b":)" + entry("I16", "[2]", "[4,8]") + R"(,"__metadata__":{"format":"pt"},"a":)"
                                                        + entry("F16", "[1,2]", "[0,4]") + R"(,"none":)" + entry("U8", "[0]", "[4,4]") + "}   ",
                                                    8));
    REQUIRE(read.tensors.size() == 3);
    CHECK(read.tensors[0].name == "a");
    CHECK(read.tensors[0].type == io::number_type::float16);
    CHECK(read.tensors[0].shape == std::vector<std::size_t>{1, 2});
    CHECK(read.tensors[1].name == "none");
    CHECK(read.tensors[2].values<int>() == std::vector<int>{0x0504, 0x0706});
    CHECK(read.metadata == std::map<std::string, std::string>{{"format", "pt"}});

    for (const auto& [name, type] : io::detail::safetensors_types)
    {
        const auto size = std::to_string(io::size_of(type));
        const auto one = io::parse_safetensors(file_of(R"({"x":)" + entry(std::string(name), "[]", "[0," + size + "]") + "}", io::size_of(type)));
        CHECK(one.tensors.at(0).type == type);
    }
}

TEST_CASE("safetensors: every kind of damage is refused with a message that says where, what was expected and what was found")
{
    const std::string good = entry("F32", "[2]", "[0,8]");
    const auto x = [](const std::string& claim) { return R"({"x":)" + claim + "}"; };
    struct damage
    {
        std::string header;
        std::size_t data;
        std::string message;
    };
    const std::vector<damage> kinds = {
        // the JSON
        {"", 0, "byte 8: expected a header that begins with {, found none"},
        {"[]", 0, "expected a header that begins with {, found something else"},
        {" {}", 0, "expected a header that begins with {"},
        {"\xEF\xBB\xBF{}", 0, "expected a header that begins with {"},
        {"{", 0, "byte 9: expected JSON, found something else"},
        {"{}x", 0, "byte 10: expected JSON"},
        {R"({"x":NaN})", 0, "expected JSON"},
        {R"({"x":1e999})", 0, "expected numbers in a double's range in the header, found one beyond"},  // found by libFuzzer
        {"{\"\xFF\":1}", 0, "expected JSON"},
        {R"({"\ud800":1})", 0, "expected JSON"},
        {std::string("{}\0", 3), 0, "byte 10: expected JSON"},
        {x(good.substr(0, good.size() - 1)), 8, "expected JSON"},
        {R"({"x":)" + good + R"(,"x":)" + good + "}", 8, R"(expected each name once in an object of the header, found "x" twice)"},
        {x(R"({"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]})"), 8, R"(found "dtype" twice)"},
        {R"({"__metadata__":{"a":"1","a":"2"}})", 0, R"(found "a" twice)"},
        {R"({"__metadata__":{},"__metadata__":{}})", 0, R"(found "__metadata__" twice)"},
        {x(R"({"dtype":"F32","shape":[[2]],"data_offsets":[0,8]})"), 8, "found deeper nested JSON"},
        {R"({"x":{"a":{"b":{}}}})", 0, "found deeper nested JSON"},
        {R"({"x":)" + std::string(100'000, '['), 0, "found deeper nested JSON"},
        // the metadata
        {R"({"__metadata__":[]})", 0, "expected texts with names as __metadata__, found []"},
        {R"({"__metadata__":{"a":1}})", 0, R"(expected a text as metadata "a", found 1)"},
        {R"({"__metadata__":{"a":null}})", 0, R"(expected a text as metadata "a", found null)"},
        // the entry of a tensor
        {x("5"), 0, R"(expected in tensor "x" dtype, shape and data_offsets, found 5)"},
        {x("{}"), 0, R"(expected in tensor "x" dtype, shape and data_offsets, found {})"},
        {x(R"({"dtype":"F32","shape":[2]})"), 8, "dtype, shape and data_offsets, found"},
        {x(R"({"dtype":"F32","shape":[2],"offsets":[0,8]})"), 8, "dtype, shape and data_offsets, found"},
        {x(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1})"), 8, "dtype, shape and data_offsets, found"},
        {x(entry("F31", "[2]", "[0,8]")), 8, R"(expected in tensor "x" a dtype of BOOL)"},
        {x(entry("f32", "[2]", "[0,8]")), 8, R"(found "f32")"},
        {x(R"({"dtype":32,"shape":[2],"data_offsets":[0,8]})"), 8, "found 32"},
        {x(entry("F32", "2", "[0,8]")), 8, "a list of integers from 0 to 2^64 - 1 as shape, found 2"},
        {x(entry("F32", "[-2]", "[0,8]")), 8, "a list of integers from 0 to 2^64 - 1 as shape, found [-2]"},
        {x(entry("F32", "[2.0]", "[0,8]")), 8, "as shape, found [2.0]"},
        {x(entry("F32", "[true]", "[0,8]")), 8, "as shape, found [true]"},
        {x(entry("F32", "[18446744073709551616]", "[0,8]")), 8, "as shape, found [1.8446744073709552e+19]"},
        {x(entry("F32", "[2]", "[0]")), 8, "expected in tensor \"x\" data_offsets [begin, end] with begin <= end, found [0]"},
        {x(entry("F32", "[2]", "[0,8,8]")), 8, "found [0,8,8]"},
        {x(entry("F32", "[2]", "[8,0]")), 8, "found [8,0]"},
        {x(entry("F32", "[2]", "null")), 8, "as data_offsets, found null"},
        {x(entry("F32", "[2]", R"(["0","8"])")), 8, "as data_offsets, found"},
        // types, shapes and offsets together
        {x(entry("F64", "[2]", "[0,8]")), 8, R"(tensor "x", byte 0: expected 16 bytes for float64 [2], found 8 bytes)"},
        {x(entry("F32", "[3]", "[0,8]")), 8, "expected 12 bytes for float32 [3], found 8 bytes"},
        {x(entry("F32", "[4294967296,4294967296]", "[0,8]")), 8, "expected a shape that fits into memory, found shape [4294967296, 4294967296]"},
        {x(entry("F32", "[9223372036854775808,2]", "[0,0]")), 0, "expected a shape that fits into memory"},
        {x(entry("F32", "[0,18446744073709551615,18446744073709551615]", "[0,0]")), 0, "expected a shape that fits into memory"},
        {x(entry("F32", "[10000000000]", "[0,40000000000]")), 8, R"(expected data of tensor "x" within 8 bytes, found an end at 40000000000)"},
        {x(entry("F32", "[2]", "[0,8]")), 7, "within 7 bytes, found an end at 8"},
        {x(entry("F32", "[2]", "[0,8]")), 9, "expected the end, after the data of the last tensor, found 1 more bytes"},
        {"{}", 1, "expected the end, after the data of the last tensor, found 1 more bytes"},
        {x(entry("F32", "[2]", "[4,12]")), 12, R"(expected data of tensor "x" from 0, where the data before it ends, found 4)"},
        {x(entry("F32", "[0]", "[18446744073709551615,18446744073709551615]")), 0, "from 0, where the data before it ends, found 18446744073709551615"},
        {R"({"a":)" + entry("U8", "[4]", "[0,4]") + R"(,"b":)" + entry("U8", "[4]", "[2,6]") + "}", 6,
         R"(expected data of tensor "b" from 4, where the data before it ends, found 2)"},
        {R"({"a":)" + entry("U8", "[4]", "[0,4]") + R"(,"b":)" + entry("U8", "[4]", "[6,10]") + "}", 10,
         R"(expected data of tensor "b" from 4, where the data before it ends, found 6)"},
        {R"({"a":)" + entry("U8", "[4]", "[0,4]") + R"(,"b":)" + entry("U8", "[4]", "[0,4]") + "}", 4, R"(expected data of tensor "b" from 4)"},
    };
    CHECK_NOTHROW(io::parse_safetensors(file_of(x(good), 8)));
    for (const auto& kind : kinds)
    {
        INFO(kind.header.substr(0, 200));
        CHECK_THROWS_AS(io::parse_safetensors(file_of(kind.header, kind.data), "file"), parse_error);
        CHECK_THROWS_WITH(io::parse_safetensors(file_of(kind.header, kind.data), "file"), contains("file, ") && contains(kind.message));
    }
}

TEST_CASE("safetensors: the size of the header is not believed")
{
    const auto claiming = [](std::uint64_t size) { return file_of("{}", 0, size); };
    CHECK_NOTHROW(io::parse_safetensors(claiming(2)));
    CHECK_THROWS_WITH(io::parse_safetensors(claiming(3)), contains("byte 8: expected 3 bytes of header, found 2 bytes until the end"));
    CHECK_THROWS_WITH(io::parse_safetensors(claiming(100'000'001)), contains("expected a header of at most 100000000 bytes, found 100000001"));
    CHECK_THROWS_AS(io::parse_safetensors(claiming(~std::uint64_t{0})), parse_error);
    CHECK_THROWS_WITH(io::parse_safetensors(std::span<const std::byte>{}), contains("expected 8 bytes of header size, found 0 bytes"));
}

TEST_CASE("safetensors: messages stay short and clean, whatever a file is full of")
{
    const std::string name(10'000, 'n');
    try
    {
        io::parse_safetensors(file_of(R"({"\u001b[31m)" + name + R"(":")" + name + R"("})"));
        FAIL("expected an error");
    }
    catch (const parse_error& problem)
    {
        const std::string text = problem.what();
        CHECK(text.size() < 500);
        CHECK(text.find('\x1b') == std::string::npos);
    }
}

TEST_CASE("safetensors: damaged files are read or refused, never worse")
{
    const auto good = io::format_safetensors({{floats("w", {2, 2}, {1, 2, 3, 4}), io::named_tensor::of<std::uint16_t>("n", {1}, std::vector<std::uint16_t>{9})},
                                              {{"format", "x"}}});
    support::damage(good, [](std::span<const std::byte> file) { (void)io::parse_safetensors(file); });
    for (std::size_t size = 0; size < good.size(); ++size)
    {
        CHECK_THROWS_AS(io::parse_safetensors(std::span(good).first(size)), parse_error);
    }
}

TEST_CASE("safetensors: what the format cannot hold is not written")
{
    CHECK_THROWS_WITH(io::format_safetensors({{floats("w", {1}, {1}), floats("w", {1}, {2})}, {}}), contains("a name of its own for each tensor, found \"w\" again"));
    CHECK_THROWS_AS(io::format_safetensors({{floats("__metadata__", {1}, {1})}, {}}), value_error);
    CHECK_THROWS_AS(io::format_safetensors({{floats("\xFF", {1}, {1})}, {}}), value_error);
    CHECK_THROWS_AS(io::format_safetensors({{}, {{"a", "\xC3"}}}), value_error);
    auto wrong = floats("w", {1}, {1});
    wrong.shape = {2};
    CHECK_THROWS_AS(io::format_safetensors({{wrong}, {}}), parse_error);
}

TEST_CASE("safetensors: a file is read with its name in the message")
{
    const auto path = std::filesystem::temp_directory_path() / "dni_safetensors_test";
    const io::named_tensors content{{floats("w", {1}, {1})}, {}};
    io::write_file(path, io::format_safetensors(content));
    CHECK(io::load_safetensors(path) == content);
    io::write_file(path, io::as_bytes("text"));
    CHECK_THROWS_WITH(io::load_safetensors(path), contains("dni_safetensors_test, byte 0"));
    std::filesystem::remove(path);
    CHECK_THROWS_AS(io::load_safetensors(path), parse_error);
}
}
