// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <cstdint>
#include <string>

#include <dni/io/idx.hpp>

#include "fuzz/fuzz.hpp"
#include "fuzz/try_each.hpp"

using namespace dni;

void fuzz::read(std::span<const std::byte> data)
{
    try_each([&] { return io::parse_idx<std::uint8_t, 3>(data); }, [&] { return io::parse_idx<float, 2>(data); }, [&] { return io::parse_idx<std::int32_t, 1>(data); });
}

std::vector<io::bytes> fuzz::seeds()
{
    return {bytes_of(std::string("\0\0\x08\x03\0\0\0\2\0\0\0\1\0\0\0\3abcdef", 22)), bytes_of(std::string("\0\0\x0D\x02\0\0\0\1\0\0\0\1\x3F\x80\0\0", 16)),
            bytes_of(std::string("\0\0\x0B\x01\0\0\0\2\0\1\xFF\xFF", 12)), bytes_of(std::string("\0\0\x0E\x02\0\0\0\0\0\0\0\1", 12))};
}
