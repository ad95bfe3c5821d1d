// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <charconv>
#include <cmath>
#include <cstdio>
#include <string>

namespace dni
{
//! @brief A number for people: six significant digits, no trailing zeros; nan has no sign.
//! @verified tests/core/number_test.cpp
inline std::string number(double value)
{
    char text[32];
    static_cast<void>(std::snprintf(text, sizeof text, "%g", value));
    return std::isnan(value) ? "nan" : text;
}

//! @brief A number for files: the shortest text that reads back as the same number.
//! @verified tests/core/number_test.cpp
inline std::string exact_number(double value)
{
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}
}
