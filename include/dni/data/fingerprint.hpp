// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <bit>
#include <cstdint>

#include <dni/data/sequences.hpp>
#include <dni/random/key.hpp>

namespace dni::data
{
//! @brief A number that tells data sets apart: values, lengths, labels, targets and what those belong to. Not against somebody who wants two to be alike.
//! @cost one pass over the data
//! @verified tests/data/fingerprint_test.cpp
inline std::uint64_t fingerprint(const sequences& data)
{
    key digest;
    const auto add = [&](std::uint64_t word) { digest = digest.with(word); };
    const auto add_numbers = [&](const tensor<float, 2>& numbers)
    {
        add(numbers.shape(0));
        add(numbers.shape(1));
        for (const float v : numbers)
        {
            add(std::bit_cast<std::uint32_t>(v));
        }
    };
    const auto add_all = [&](const auto& integers)
    {
        add(integers.size());
        for (const auto i : integers)
        {
            add(static_cast<std::uint64_t>(i));
        }
    };
    add(static_cast<std::uint64_t>(data.per));
    add_all(data.offsets);
    add_all(data.labels);
    add_numbers(data.values);
    add_numbers(data.targets);
    return digest.value();
}
}
