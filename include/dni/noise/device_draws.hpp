// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>

#include <dni/random/key.hpp>

namespace dni::noise
{
//! @brief What a model of memory devices draws from: what is written stays as long as its lifetime says, a chip by default; what is read is fresh for each pass.
struct device_draws
{
    key written{};
    key read{};
    std::span<const std::uint32_t> outputs{};  //!< the output each weight feeds, counted from 0; where it is empty, all feed one
};
}
