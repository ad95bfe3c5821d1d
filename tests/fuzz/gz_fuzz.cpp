// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <string>

#include <dni/io/gz.hpp>

#include "fuzz/fuzz.hpp"
#include "support/gzip.hpp"

using namespace dni;

void fuzz::read(std::span<const std::byte> data)
{
    constexpr std::size_t limit = std::size_t{1} << 20;
    require(io::gunzip(data, limit).size() <= limit);
}

std::vector<io::bytes> fuzz::seeds()
{
    auto two = support::gzip("one member");
    const auto more = support::gzip("and another");
    two.insert(two.end(), more.begin(), more.end());
    return {support::gzip(""), support::gzip("some text, some text"), support::gzip(std::string(100'000, 'x')), two};
}
