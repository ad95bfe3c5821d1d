// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/error.hpp>
#include <dni/io/npy.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/damage.hpp"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>

namespace npy_test
{
using namespace dni;
using support::contains;

namespace
{

//! A .npy file of version `major` with this dictionary and data.
std::string npy(const std::string& dictionary, const std::string& data, int major = 1)
{
    std::string size(major == 1 ? 2 : 4, '\0');
    size[0] = static_cast<char>(dictionary.size() % 256);
    size[1] = static_cast<char>(dictionary.size() / 256);
    return "\x93NUMPY" + std::string(1, static_cast<char>(major)) + std::string(1, '\0') + size + dictionary + data;
}

template <class T, std::size_t N>
tensor<T, N> parse(const std::string& file)
{
    return io::parse_npy<T, N>(io::as_bytes(file));
}

std::string zeros(std::size_t count)
{
    return std::string(count, '\0');
}

}

TEST_CASE("npy: what is written is read back, for every type and rank")
{
    tensor<double, 3> cube = tensor<double, 3>::from_shape({2, 3, 4});
    for (std::size_t i = 0; i < cube.size(); ++i)
        cube.data()[i] = 0.5 * static_cast<double>(i) - 3;
    const io::bytes file = io::format_npy(cube);
    CHECK(file.size() % 64 == 0);
    CHECK(io::as_text(file).substr(10, 59) == "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3, 4)");
    CHECK((io::parse_npy<double, 3>(file) == cube));

    tensor<std::int16_t, 1> line = {-32768, 0, 32767};
    CHECK(io::as_text(io::format_npy(line)).find("'shape': (3, ), ") != std::string::npos);
    CHECK((io::parse_npy<std::int16_t, 1>(io::format_npy(line)) == line));
    CHECK(io::parse_npy<float, 1>(io::format_npy(line))(0) == -32768.0f);

    tensor<bool, 2> flags = {{true, false}, {false, true}};
    CHECK((io::parse_npy<bool, 2>(io::format_npy(flags)) == flags));
    CHECK(io::parse_npy<std::uint8_t, 2>(io::format_npy(flags))(1, 1) == 1);

    tensor<float, 0> number(3.25f);
    CHECK(io::parse_npy<double, 0>(io::format_npy(number))() == 3.25);

    const auto empty = tensor<float, 2>::from_shape({0, 7});
    CHECK(io::parse_npy<float, 2>(io::format_npy(empty)).shape(1) == 7);

    const auto path = std::filesystem::temp_directory_path() / "dni_npy_test.npy";
    io::save_npy(path, cube);
    CHECK((io::load_npy<double, 3>(path) == cube));
    std::filesystem::remove(path);
    CHECK_THROWS_WITH((io::load_npy<double, 3>(path)), contains("dni_npy_test.npy"));
}

TEST_CASE("npy: versions, byte orders, Fortran order and the freedoms of the header")
{
    const std::string two_by_three("\0\1\0\2\0\3\0\4\0\5\0\6", 12);
    const auto c = parse<int, 2>(npy("{'descr': '>i2', 'fortran_order': False, 'shape': (2, 3), }", two_by_three));
    CHECK((c == tensor<int, 2>{{1, 2, 3}, {4, 5, 6}}));
    const auto fortran = parse<int, 2>(npy("{'descr': '>u2', 'fortran_order': True, 'shape': (2, 3), }", two_by_three));
    CHECK((fortran == tensor<int, 2>{{1, 3, 5}, {2, 4, 6}}));
    const std::string bytes("\0\1\2\3\4\5", 6);
    const auto three = parse<int, 3>(npy("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 1, 3)}", bytes));
    CHECK(three(0, 0, 2) == 4);
    CHECK(three(1, 0, 1) == 3);
    const std::string free = "{ \"shape\" :(1L,) ,\n 'fortran_order':False,'descr': '<i4'}   \n";
    for (int version = 1; version <= 3; ++version)
        CHECK(parse<std::int64_t, 1>(npy(free, std::string("\xfe\xff\xff\xff", 4), version))(0) == -2);
    const std::string one("\x3f\x80\0\0", 4);
    CHECK(parse<float, 0>(npy("{'descr': '>f4', 'fortran_order': False, 'shape': ()}", one))() == 1.0f);
    CHECK(parse<float, 2>(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 99999999)}", "")).size() == 0);
    const std::string half("\x3c\0\xc0\0", 4);
    CHECK((parse<float, 1>(npy("{'descr': '>f2', 'fortran_order': False, 'shape': (2,)}", half)) == tensor<float, 1>{1, -2}));
}

TEST_CASE("npy: a number keeps its value or is refused")
{
    const auto stored = [](auto value) { return io::format_npy(tensor<decltype(value), 1>{value}); };
    CHECK(io::parse_npy<std::uint8_t, 1>(stored(std::int64_t{255}))(0) == 255);
    CHECK_THROWS_AS((io::parse_npy<std::uint8_t, 1>(stored(std::int64_t{256}))), value_error);
    CHECK_THROWS_AS((io::parse_npy<std::uint8_t, 1>(stored(std::int8_t{-1}))), value_error);
    CHECK_THROWS_AS((io::parse_npy<std::int64_t, 1>(stored(std::uint64_t{1} << 63))), value_error);
    CHECK_THROWS_WITH((io::parse_npy<int, 1>(stored(1.0f))), contains("int32") && contains("float32"));
    CHECK_THROWS_AS((io::parse_npy<bool, 1>(stored(std::int8_t{1}))), value_error);
    CHECK(io::parse_npy<float, 1>(stored(std::int64_t{1} << 62))(0) == 0x1p62f);
    CHECK(io::parse_npy<float, 1>(stored(std::numeric_limits<std::int64_t>::min()))(0) == -0x1p63f);
    CHECK_THROWS_AS((io::parse_npy<float, 1>(stored(std::int32_t{16777217}))), value_error);
    CHECK_THROWS_AS((io::parse_npy<double, 1>(stored(std::numeric_limits<std::uint64_t>::max()))), value_error);
    CHECK(io::parse_npy<float, 1>(stored(0.1))(0) == 0.1f);
    CHECK_THROWS_AS((io::parse_npy<float, 1>(stored(1e300))), value_error);
    CHECK(std::isinf(io::parse_npy<float, 1>(stored(-std::numeric_limits<double>::infinity()))(0)));
    CHECK(std::isnan(io::parse_npy<float, 1>(stored(std::numeric_limits<double>::quiet_NaN()))(0)));
}

TEST_CASE("npy: no claim of a header is believed")
{
    const std::string good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }";
    const auto shaped = [](const std::string& shape) {
        return npy("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + "}", zeros(16));
    };
    CHECK_NOTHROW(parse<float, 2>(npy(good, zeros(16))));
    CHECK_THROWS_AS((parse<float, 2>(npy(good, zeros(15)))), parse_error);
    CHECK_THROWS_AS((parse<float, 2>(npy(good, zeros(17)))), parse_error);
    CHECK_THROWS_AS((parse<float, 1>(npy(good, zeros(16)))), shape_error);
    CHECK_THROWS_AS((parse<float, 2>(shaped("(4294967296, 4294967296)"))), parse_error);
    CHECK_THROWS_AS((parse<float, 2>(shaped("(4611686018427387905, 4)"))), parse_error); // 2^64 + 4 numbers
    CHECK_THROWS_AS((parse<float, 3>(shaped("(0, 4611686018427387904, 4611686018427387904)"))), parse_error);
    CHECK_THROWS_AS((parse<float, 2>(shaped("(99999999999999999999999, 1)"))), parse_error);
    CHECK_THROWS_AS((parse<float, 2>(shaped("(1000000000, 4)"))), parse_error);
    for (const char* shape : {"(-2, 2)", "(2, 2", "2, 2", "(2 2)", "(2,, 2)", "(2.0, 2)", "(a, 2)", "", "(2, 2)), "})
        CHECK_THROWS_AS((parse<float, 2>(shaped(shape))), parse_error);
    for (const char* type : {"<c8", "<f3", "|O", "|f4", "<U3", "", "f4", "|S12", "!f4", "<i3"})
    {
        const std::string header = std::string("{'descr': '") + type + "', 'fortran_order': False, 'shape': (2, 2)}";
        CHECK_THROWS_AS((parse<float, 2>(npy(header, zeros(16)))), parse_error);
    }
    for (const char* header : {"", "{}", "{", "}", "{'descr': '<f4'}",
                               "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2, 2)}",
                               "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)}",
                               "{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 2)}", "{'descr' '<f4'}", "{'descr",
                               "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)} x",
                               "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), 'more': 1}"})
        CHECK_THROWS_AS((parse<float, 2>(npy(header, zeros(16)))), parse_error);
    CHECK_THROWS_AS((parse<float, 2>(npy(good, zeros(16), 4))), parse_error);
    CHECK_THROWS_AS((parse<float, 2>("not a npy file at all")), parse_error);
    CHECK_THROWS_WITH((parse<float, 2>(npy(good, zeros(15)))), contains("16 bytes") && contains("15 bytes"));
    std::string huge_header = npy(good, zeros(16), 2);
    huge_header.replace(8, 4, "\xff\xff\xff\x7f");
    CHECK_THROWS_AS((parse<float, 2>(huge_header)), parse_error);
}

TEST_CASE("npy: damaged files are read or refused, never worse")
{
    const auto values = tensor<std::int16_t, 2>{{1, -2, 3}, {4, 5, -6}};
    const io::bytes good = io::format_npy(values);
    support::damage(good, [](std::span<const std::byte> file) { (void)io::parse_npy<float, 2>(file); });
    support::damage(good, [](std::span<const std::byte> file) { (void)io::parse_npy<std::uint8_t, 2>(file); });
    for (std::size_t size = 0; size < good.size(); ++size)
        CHECK_THROWS_AS((io::parse_npy<float, 2>(std::span(good).first(size))), parse_error);
}
}
