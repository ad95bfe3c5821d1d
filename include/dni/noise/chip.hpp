// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include <dni/random/key.hpp>

namespace dni
{
//! @brief One chip of many: the number that names every draw which lives as long as a chip. The same number gives the same bits for ever, in whatever pass.
//! @verified tests/noise/lifetime_test.cpp, tests/statistical/lifetime_test.cpp
struct chip
{
    std::uint64_t number = 0;

    constexpr key draws() const noexcept { return key{seed{number}}.with(purpose::chip); }

    friend constexpr bool operator==(chip, chip) = default;
};
}
