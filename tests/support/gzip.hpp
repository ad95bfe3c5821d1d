// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <new>
#include <string>

#include <zlib.h>

#include <dni/io/bytes.hpp>

namespace support
{
//! The text as a gzip file.
inline dni::io::bytes gzip(const std::string& text)
{
    z_stream stream{};
    if (deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
    {
        throw std::bad_alloc();
    }
    dni::io::bytes packed(deflateBound(&stream, static_cast<uLong>(text.size())) + 32);
    std::string copy = text;
    stream.next_in = reinterpret_cast<Bytef*>(copy.data());
    stream.avail_in = static_cast<uInt>(copy.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);  // there is room for all of it
    packed.resize(packed.size() - stream.avail_out);
    deflateEnd(&stream);
    return packed;
}
}
