// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>

#include <dni/noise/crossing.hpp>
#include <dni/random/key.hpp>

namespace dni::noise
{
//! @brief What a model of memory devices draws from: what is written stays as long as its lifetime says, a chip by default; what is read is fresh for each pass.
struct device_draws
{
    key written{};
    key read{};
    std::span<const crossing> crossings{};  //!< where each weight stands; where it is empty, all feed one output
};
}
