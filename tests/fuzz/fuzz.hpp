// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include <dni/io/bytes.hpp>

//! What a fuzz target is made of; fuzz.cpp is the rest.
namespace fuzz
{
//! Reads the bytes in every way there is. A `dni::error` is an answer, anything else a finding.
void read(std::span<const std::byte> data);

//! Good files, small, from which the fuzzer starts.
std::vector<dni::io::bytes> seeds();

inline dni::io::bytes bytes_of(std::string_view text)
{
    const auto data = dni::io::as_bytes(text);
    return {data.begin(), data.end()};
}

//! A property that holds for whatever was read.
inline void require(bool holds)
{
    if (!holds)
    {
        __builtin_trap();
    }
}
}
