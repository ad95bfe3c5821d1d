// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace dni::noise
{
//! @brief Where a weight stands in its array: which input it meets and which output it feeds, both counted from 0.
struct crossing
{
    std::uint32_t input = 0;
    std::uint32_t output = 0;
};
}
