// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace dni
{
//! @brief A shape for people: "[512, 4]"; "[]" for a single number.
inline std::string describe_shape(std::span<const std::size_t> shape)
{
    std::string text;
    for (const std::size_t extent : shape)
    {
        text += (text.empty() ? "" : ", ") + std::to_string(extent);
    }
    return "[" + text + "]";
}
}
