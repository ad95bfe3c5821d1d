// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/core/xtensor.hpp>
#include <dni/io/bytes.hpp>
#include <dni/io/detail/elements.hpp>
#include <dni/io/named_tensor.hpp>
#include <dni/io/number_type.hpp>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dni::io
{

//! @brief What the header of a `.npy` file says about the numbers that follow it.
struct npy_header
{
    std::string type;               //!< NumPy's name of the type, as "<f4": byte order, kind, bytes
    bool fortran_order = false;     //!< whether the first index runs fastest
    std::vector<std::size_t> shape; //!< extents; empty for a single number
};

namespace detail
{

//! @brief Reads the Python dictionary of a header: `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`, keys
//! in any order.
class npy_dictionary
{
public:
    explicit npy_dictionary(std::string_view text, const cursor& file) : text_(text), file_(file) {}

    npy_header parse()
    {
        std::optional<std::string> type;
        std::optional<bool> fortran_order;
        std::optional<std::vector<std::size_t>> shape;
        expect('{');
        while (!accept('}'))
        {
            const std::string key = quoted();
            expect(':');
            if (key == "descr" && !type)
                type = quoted();
            else if (key == "fortran_order" && !fortran_order)
                fortran_order = boolean();
            else if (key == "shape" && !shape)
                shape = tuple();
            else
                fail("each of the keys descr, fortran_order and shape once", "key '" + key + "'");
            if (!accept(','))
            {
                expect('}');
                break;
            }
        }
        skip_space();
        if (at_ != text_.size())
            fail("the end of the header", rest());
        if (!type || !fortran_order || !shape)
            fail("the keys descr, fortran_order and shape", "a header without one of them");
        return {std::move(*type), *fortran_order, std::move(*shape)};
    }

private:
    [[noreturn]] void fail(const std::string& expected, const std::string& found) const
    {
        file_.fail("in the header " + expected, found);
    }

    [[nodiscard]] std::string rest() const { return "'" + std::string(text_.substr(at_, 16)) + "'"; }

    void skip_space()
    {
        at_ = std::min(text_.find_first_not_of(" \n\t\r", at_), text_.size());
    }

    bool accept(char wanted)
    {
        skip_space();
        if (at_ == text_.size() || text_[at_] != wanted)
            return false;
        ++at_;
        return true;
    }

    bool accept(std::string_view wanted)
    {
        skip_space();
        if (text_.substr(at_, wanted.size()) != wanted)
            return false;
        at_ += wanted.size();
        return true;
    }

    void expect(char wanted)
    {
        if (!accept(wanted))
            fail(std::string("'") + wanted + "'", rest());
    }

    std::string quoted()
    {
        skip_space();
        const char quote = at_ < text_.size() ? text_[at_] : '\0';
        if (quote != '\'' && quote != '"')
            fail("a quoted word (records and nested types are not supported)", rest());
        const std::size_t end = text_.find(quote, at_ + 1);
        if (end == std::string_view::npos)
            fail("a closing quote", rest());
        std::string word(text_.substr(at_ + 1, end - at_ - 1));
        at_ = end + 1;
        return word;
    }

    bool boolean()
    {
        if (accept(std::string_view("True")))
            return true;
        if (!accept(std::string_view("False")))
            fail("True or False", rest());
        return false;
    }

    std::vector<std::size_t> tuple()
    {
        constexpr std::size_t most_dimensions = 64;
        std::vector<std::size_t> shape;
        expect('(');
        while (!accept(')'))
        {
            skip_space();
            std::size_t extent = 0;
            const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), extent);
            if (error != std::errc{} || shape.size() == most_dimensions)
                fail("at most 64 extents that fit into memory", rest());
            at_ = static_cast<std::size_t>(end - text_.data());
            accept('L'); // written by Python 2
            shape.push_back(extent);
            if (!accept(','))
            {
                expect(')');
                break;
            }
        }
        return shape;
    }

    std::string_view text_;
    const cursor& file_;
    std::size_t at_ = 0;
};

//! @brief The stored type and byte order behind NumPy's name.
inline std::pair<number_type, std::endian> npy_type(const std::string& name, const cursor& file)
{
    static constexpr std::pair<std::string_view, number_type> types[] = {
        {"b1", number_type::boolean}, {"i1", number_type::int8},    {"i2", number_type::int16},   {"i4", number_type::int32},
        {"i8", number_type::int64},   {"u1", number_type::uint8},   {"u2", number_type::uint16},  {"u4", number_type::uint32},
        {"u8", number_type::uint64},  {"f2", number_type::float16}, {"f4", number_type::float32}, {"f8", number_type::float64}};
    if (name.size() == 3)
        for (const auto& [code, type] : types)
            if (std::string_view(name).substr(1) == code)
                switch (name[0])
                {
                case '<': return {type, std::endian::little};
                case '>': return {type, std::endian::big};
                case '=': return {type, std::endian::native};
                case '|':
                    if (name[2] == '1')
                        return {type, std::endian::native};
                }
    file.fail("a type of b1, i1, i2, i4, i8, u1, u2, u4, u8, f2, f4, f8 with '<', '>' or '|'", "'" + name + "'");
}

} // namespace detail

//! @brief Reads the magic bytes and the header of a `.npy` file (versions 1, 2, 3) and leaves `file` at the first
//! number.
//!
//! Throws `parse_error`. Source: NumPy enhancement proposal 1 and `numpy.lib.format`.
//! @verified tests/io/npy_test.cpp
[[nodiscard]] inline npy_header read_npy_header(cursor& file)
{
    if (as_text(file.take(6, "magic")) != "\x93NUMPY")
        file.fail("a .npy file, which begins with \\x93NUMPY", "something else");
    const auto major = file.read<std::uint8_t>(std::endian::little, "version");
    const auto minor = file.read<std::uint8_t>(std::endian::little, "version");
    if (major < 1 || major > 3 || minor != 0)
        file.fail("version 1.0, 2.0 or 3.0", std::to_string(major) + "." + std::to_string(minor));
    const std::size_t size = major == 1 ? file.read<std::uint16_t>(std::endian::little, "header size")
                                        : file.read<std::uint32_t>(std::endian::little, "header size");
    return detail::npy_dictionary(as_text(file.take(size, "header")), file).parse();
}

//! @brief The array in the bytes of a `.npy` file as a tensor of N dimensions.
//!
//! Reads bool, integers of 1 to 8 bytes and floating point of 2 to 8 in either byte order, in C order and, transposed, in Fortran
//! order. Every number keeps its value: a stored type or a number that T cannot hold is refused, with one exception,
//! that a double read as float is rounded to nearest. Throws `parse_error` (not such a file, truncated, bytes left
//! over), `shape_error` (another number of dimensions), `value_error` (a number that does not fit). Memory is taken
//! only after the claimed size was compared with the bytes.
//! @verified tests/io/npy_test.cpp
template <class T, std::size_t N>
[[nodiscard]] tensor<T, N> parse_npy(std::span<const std::byte> data, std::string name = "npy in memory")
{
    cursor file(data, std::move(name));
    const npy_header header = read_npy_header(file);
    const auto [type, order] = detail::npy_type(header.type, file);
    return detail::read_elements<T, N>(file, type, order, header.shape, header.fortran_order);
}

//! @brief `parse_npy` on the bytes of a file.
template <class T, std::size_t N>
[[nodiscard]] tensor<T, N> load_npy(const std::filesystem::path& path)
{
    return parse_npy<T, N>(read_file(path), path.string());
}

//! @brief The array in the bytes of a `.npy` file with its numbers as they are stored, put into C order and given a
//! name. Throws `parse_error` as `parse_npy`.
//! @verified tests/io/npy_test.cpp
[[nodiscard]] inline named_tensor parse_npy_tensor(std::span<const std::byte> data, std::string tensor,
                                                   std::string name = "npy in memory")
{
    cursor file(data, std::move(name));
    const npy_header header = read_npy_header(file);
    const auto [type, order] = detail::npy_type(header.type, file);
    const std::size_t count = detail::count_claimed(file, type, header.shape);
    const std::size_t size = size_of(type);
    const std::byte* from = file.take(count * size, "data").data();

    named_tensor result{std::move(tensor), type, header.shape, bytes(count * size)};
    detail::in_c_order(header.shape, count, header.fortran_order,
                       [&, reverse = order != std::endian::little](std::size_t i, std::size_t place) {
                           std::byte* to = result.data.data() + i * size;
                           std::memcpy(to, from + place * size, size);
                           if (reverse)
                               std::reverse(to, to + size);
                       });
    return result;
}

//! @brief The tensor as the bytes of a `.npy` file, version 1.0, C order, in the byte order of this machine.
template <class T, std::size_t N>
[[nodiscard]] bytes format_npy(const tensor<T, N>& values)
{
    constexpr char order = sizeof(T) == 1 ? '|' : std::endian::native == std::endian::little ? '<' : '>';
    constexpr char kind = std::is_same_v<T, bool>              ? 'b'
                          : std::is_floating_point_v<T> ? 'f'
                          : std::is_signed_v<T>         ? 'i'
                                                        : 'u';
    static_assert(std::is_arithmetic_v<T> && sizeof(T) <= 8, "NumPy has this type for none but numbers");
    std::string header = std::string("{'descr': '") + order + kind + std::to_string(sizeof(T)) +
                         "', 'fortran_order': False, 'shape': (";
    for (const auto extent : values.shape())
        header += std::to_string(extent) + ", ";
    if (N > 1)
        header.resize(header.size() - 2);
    header += "), }";
    constexpr std::size_t before = 10; // magic, version, header size
    header.append(63 - (before + header.size()) % 64, ' ');
    header += '\n';

    const std::string prefix = std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size() % 256) +
                               static_cast<char>(header.size() / 256) + header;
    const auto front = as_bytes(prefix);
    const auto back = std::as_bytes(std::span(values.data(), values.size()));
    bytes result(front.begin(), front.end());
    result.insert(result.end(), back.begin(), back.end());
    return result;
}

//! @brief Writes the tensor as a `.npy` file. Throws `value_error` where the file cannot be written.
//! @verified tests/io/npy_test.cpp
template <class T, std::size_t N>
void save_npy(const std::filesystem::path& path, const tensor<T, N>& values)
{
    write_file(path, format_npy(values));
}

} // namespace dni::io
