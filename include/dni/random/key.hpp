// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>

namespace dni
{
//! @brief The one number a user gives to fix all randomness of a run.
struct seed
{
    std::uint64_t value = 0;
};

//! @brief What a stream of random numbers is for. It enters each key, so no two uses share a stream.
enum class purpose : std::uint64_t
{
    initialization,
    shuffling,
    splitting,
    schedule,
    training,
    validation,
    evaluation,
    calibration,
    dropout,
    augmentation,
    synthesis,
    chip
};

//! @brief A key names a stream of random numbers; it is derived, never advanced.
//! @details key{seed}.with(a).with(b) is a pure function of (seed, a, b) and of their order. The mixing is the finalizer of splitmix64
//!          (Steele, Lea, Flood 2014, "Fast Splittable Pseudorandom Number Generators", OOPSLA).
//! @verified tests/random/key_test.cpp
class key
{
public:
    constexpr key() = default;
    constexpr explicit key(seed s) noexcept : value_{mix(s.value + increment)} {}

    constexpr key with(std::uint64_t word) const noexcept
    {
        key derived;
        derived.value_ = mix((value_ ^ (value_ << 1)) + increment * (word + 1));
        return derived;
    }

    constexpr key with(purpose p) const noexcept { return with(static_cast<std::uint64_t>(p)); }

    constexpr std::uint64_t value() const noexcept { return value_; }

    friend constexpr bool operator==(key, key) = default;

private:
    static constexpr std::uint64_t increment = 0x9E3779B97F4A7C15u;

    static constexpr std::uint64_t mix(std::uint64_t z) noexcept
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }

    std::uint64_t value_ = 0;
};
}
