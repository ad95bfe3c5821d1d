// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

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
    std::snprintf(text, sizeof text, "%g", value);
    return std::isnan(value) ? "nan" : text;
}
}
