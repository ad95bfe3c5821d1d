// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/core/error.hpp>
#include <dni/io/bytes.hpp>

#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <new>
#include <span>
#include <string>

namespace dni::io
{

//! @brief Whether the bytes begin as a gzip file does.
[[nodiscard]] inline bool is_gzip(std::span<const std::byte> data) noexcept
{
    return data.size() >= 2 && data[0] == std::byte{0x1f} && data[1] == std::byte{0x8b};
}

//! @brief The unpacked bytes of a gzip file (RFC 1952), of all its members one after the other.
//!
//! Throws `parse_error` where the data is no gzip, truncated, corrupt (the checksum included), followed by something
//! else, or would unpack to more than `limit` bytes. Memory grows with what is unpacked, so a small file cannot claim a
//! large block. Needs zlib.
//! @verified tests/io/gz_test.cpp
[[nodiscard]] inline bytes gunzip(std::span<const std::byte> packed, std::size_t limit = std::size_t{1} << 31,
                                  const std::string& name = "gzip in memory")
{
    constexpr int gzip_only = 16;
    z_stream stream{};
    if (inflateInit2(&stream, MAX_WBITS + gzip_only) != Z_OK)
        throw std::bad_alloc();
    struct ender
    {
        z_stream& stream;
        ~ender() { inflateEnd(&stream); }
    } const end_at_exit{stream};

    const auto fail = [&](const std::string& expected, const std::string& found) {
        throw parse_error(name + ", byte " + std::to_string(packed.size() - stream.avail_in), expected, found);
    };

    constexpr std::size_t most = std::numeric_limits<uInt>::max();
    bytes unpacked;
    std::size_t fed = 0;
    bool inside_member = true;
    while (inside_member || fed < packed.size() || stream.avail_in > 0)
    {
        if (!inside_member)
            inflateReset(&stream);
        if (stream.avail_in == 0)
        {
            const auto next = packed.subspan(fed, std::min(most, packed.size() - fed));
            // zlib's interface is older than const; it does not write there.
            stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(next.data()));
            stream.avail_in = static_cast<uInt>(next.size());
            fed += next.size();
        }

        std::byte piece[std::size_t{1} << 16];
        stream.next_out = reinterpret_cast<Bytef*>(piece);
        stream.avail_out = sizeof(piece);
        const bool starved = stream.avail_in == 0;
        const int status = inflate(&stream, Z_NO_FLUSH);
        const std::size_t made = sizeof(piece) - stream.avail_out;
        if (made > limit - unpacked.size())
            fail("at most " + std::to_string(limit) + " unpacked bytes", "more");
        unpacked.insert(unpacked.end(), piece, piece + made);

        if (status == Z_MEM_ERROR)
            throw std::bad_alloc();
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
            fail("gzip data", stream.msg != nullptr ? stream.msg : "something else");
        if (status != Z_STREAM_END && starved && made == 0)
            fail("more gzip data", "the end");
        inside_member = status != Z_STREAM_END;
    }
    return unpacked;
}

//! @brief The bytes of a file, unpacked where it is gzipped (told by its first bytes, not by its name). At most `limit`
//! bytes.
[[nodiscard]] inline bytes read_maybe_gz(const std::filesystem::path& path, std::size_t limit = std::size_t{1} << 31)
{
    bytes data = read_file(path, limit);
    return is_gzip(data) ? gunzip(data, limit, path.string()) : data;
}

} // namespace dni::io
