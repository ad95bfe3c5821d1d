// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/core/error.hpp>

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace support
{

//! Calls `read` with every truncation of the bytes, and with every byte changed in a dozen ways. Each call gets a block
//! of exactly its size, so that a sanitizer sees a step beyond the end. A `dni::error` is an answer; any other
//! exception passes through and fails the test.
template <class Read>
void damage(std::span<const std::byte> good, Read&& read)
{
    const auto attempt = [&](const std::vector<std::byte>& bytes) {
        try
        {
            read(std::span<const std::byte>(bytes));
        }
        catch (const dni::error&)
        {
        }
    };
    for (std::size_t size = 0; size <= good.size(); ++size)
        attempt({good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)});
    for (std::size_t at = 0; at < good.size(); ++at)
    {
        std::vector<std::byte> bytes(good.begin(), good.end());
        for (unsigned bit = 0; bit < 8; ++bit)
        {
            bytes[at] = good[at] ^ static_cast<std::byte>(1u << bit);
            attempt(bytes);
        }
        for (const unsigned value : {0x00u, 0xFFu, 0x7Fu, 0x80u, unsigned{'9'}, unsigned{'('}, unsigned{'\''}})
        {
            bytes[at] = static_cast<std::byte>(value);
            attempt(bytes);
        }
    }
}

}
