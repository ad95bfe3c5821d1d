// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include <dni/noise/gaussian.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
//! @brief A model that changes nothing and measures the mean power of the vectors it sees: E[mean(y²)], in the squared unit of y.
//! @details Sums are kept as integers in steps of 2^-32, so that they are the same in any order of threads. Copies of a meter measure together.
//!          Run a network under it: with_noise<noise::power_meter>(net).
//! @verified tests/eval/calibrate_test.cpp
class power_meter
{
public:
    template <class T>
    void apply(std::span<T> y, stream&) const noexcept
    {
        const double power = static_cast<double>(detail::mean_square(std::span<const T>(y)));
        counts_->sum += static_cast<std::uint64_t>(std::min(power, 1e6) * 0x1p32);
        ++counts_->vectors;
    }

    //! @brief Mean over the vectors seen; NaN before the first. A vector counts with a power of 10^6 at most.
    double power() const noexcept
    {
        const auto vectors = counts_->vectors.load();
        return vectors == 0 ? std::nan("") : static_cast<double>(counts_->sum.load()) * 0x1p-32 / static_cast<double>(vectors);
    }

    std::string describe() const { return "power meter"; }

private:
    struct counts
    {
        std::atomic<std::uint64_t> sum = 0;
        std::atomic<std::uint64_t> vectors = 0;
    };

    std::shared_ptr<counts> counts_ = std::make_shared<counts>();
};
}
