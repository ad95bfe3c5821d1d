// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include <dni/noise/additive.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
//! @brief A model that changes nothing and measures the mean power of the vectors it sees: E[mean(y²)], in the squared unit of y.
//! @details Run a network under it: with_noise<noise::power_meter>(net), or let `calibrate` do so. Copies of a meter measure together. Several threads may
//!          feed it; with one thread the result is the same bits each time, with more the last ones depend on the order of the sum.
//! @cost the mean square of a vector and two atomic additions
//! @verified tests/eval/calibrate_test.cpp
class power_meter
{
public:
    template <class T>
    void apply(std::span<T> y, stream&) const noexcept
    {
        sums_->power += static_cast<double>(detail::mean_square(std::span<const T>(y)));
        ++sums_->vectors;
    }

    //! @brief Mean over the vectors seen; NaN before the first.
    double power() const noexcept
    {
        const std::size_t vectors = sums_->vectors;
        return vectors == 0 ? std::nan("") : sums_->power / static_cast<double>(vectors);
    }

    std::string describe() const { return "power meter, exact"; }

private:
    struct sums
    {
        std::atomic<double> power = 0;
        std::atomic<std::size_t> vectors = 0;
    };

    std::shared_ptr<sums> sums_ = std::make_shared<sums>();
};
}
