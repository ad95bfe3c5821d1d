// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/core/xtensor.hpp>
#include <dni/io/bytes.hpp>
#include <dni/io/detail/elements.hpp>
#include <dni/io/number_type.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace dni::io
{

//! @brief The array in the bytes of an IDX file (the format of MNIST) as a tensor of N dimensions.
//!
//! Layout, all big endian: two zero bytes, the type (8 uint8, 9 int8, 11 int16, 12 int32, 13 float, 14 double), the
//! number of dimensions, the extents as 32-bit integers, the numbers in C order. Conversion and errors as `parse_npy`.
//! Source: Y. LeCun, "The MNIST database of handwritten digits".
//! @verified tests/io/idx_test.cpp
template <class T, std::size_t N>
[[nodiscard]] tensor<T, N> parse_idx(std::span<const std::byte> data, std::string name = "idx in memory")
{
    cursor file(data, std::move(name));
    if (file.read<std::uint16_t>(std::endian::big, "magic") != 0)
        file.fail("an IDX file, which begins with two zero bytes", "something else");
    const auto code = file.read<std::uint8_t>(std::endian::big, "type");
    const auto type = [&] {
        switch (code)
        {
        case 0x08: return number_type::uint8;
        case 0x09: return number_type::int8;
        case 0x0B: return number_type::int16;
        case 0x0C: return number_type::int32;
        case 0x0D: return number_type::float32;
        case 0x0E: return number_type::float64;
        default: file.fail("an IDX type (8, 9, 11, 12, 13 or 14)", std::to_string(code));
        }
    }();
    std::vector<std::size_t> shape(file.read<std::uint8_t>(std::endian::big, "number of dimensions"));
    for (auto& extent : shape)
        extent = file.read<std::uint32_t>(std::endian::big, "extents");
    return detail::read_elements<T, N>(file, type, std::endian::big, shape, false);
}

//! @brief `parse_idx` on the bytes of a file. For a gzipped one use `parse_idx` with `read_maybe_gz` of
//! <dni/io/gz.hpp>.
template <class T, std::size_t N>
[[nodiscard]] tensor<T, N> load_idx(const std::filesystem::path& path)
{
    return parse_idx<T, N>(read_file(path), path.string());
}

} // namespace dni::io
