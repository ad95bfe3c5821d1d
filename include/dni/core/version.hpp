// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

//! @brief The library's version. The build reads it from here.
//! @details While the major number is 0, a new minor number may break a program; a new patch number never does.
//! @verified tests/consumer
namespace dni::version
{
inline constexpr int major = 0;
inline constexpr int minor = 1;
inline constexpr int patch = 0;

//! @brief "major.minor.patch"
inline constexpr std::string_view string = "0.1.0";
}
