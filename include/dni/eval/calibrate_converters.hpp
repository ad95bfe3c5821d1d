// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/batches.hpp>
#include <dni/layer/network.hpp>
#include <dni/noise/site.hpp>
#include <dni/precision/bound.hpp>
#include <dni/random/stream.hpp>

namespace dni
{
namespace detail
{
// A model that changes nothing and measures the mean of the largest magnitudes of the vectors it sees. Copies measure together, on one thread.
class magnitude_meter
{
public:
    template <class T>
    void apply(std::span<T> v, stream&) const noexcept
    {
        sums_->magnitude += static_cast<double>(simd::largest_magnitude(std::span<const T>(v)));
        ++sums_->vectors;
    }

    double mean() const noexcept { return sums_->magnitude / static_cast<double>(sums_->vectors); }

    std::string describe() const { return "magnitude meter, exact"; }

private:
    struct sums
    {
        double magnitude = 0;
        std::size_t vectors = 0;
    };

    std::shared_ptr<sums> sums_ = std::make_shared<sums>();
};
}

//! @brief Sets the bound of every converter that has one of its own, DAC or ADC, to what the vectors at its place reach: margin · mean of max|v| over the
//!        samples and steps of a data set. So each crossbar has the range it needs.
//! @details Measured without noise and without converters, on one thread, so the result is the same bits whatever threads the network has. Bits stay. A
//!          network that trains outgrows its bounds: calibrate again, or leave a margin; under noise it needs one, too. Quantizers inside cells keep their bounds.
//! @param margin dimensionless, > 0; 1 saturates about half of the vectors in their largest element
//! @errors value_error for a margin that makes no sense, a network without such converters, data that leave a product at zero; then nothing has changed
//! @cost one pass over the data
//! @verified tests/eval/calibrate_converters_test.cpp
template <class Network>
void calibrate_converters(Network& net, const data::sequences& data, double margin = 1)
{
    const char* const where = "calibrate_converters";
    if (!(margin > 0) || !std::isfinite(margin))
    {
        throw value_error(where, "a positive, finite margin", number(margin));
    }
    using meter = detail::magnitude_meter;
    Network measured(net);  // its own weights, since learned bounds are among them
    auto metered = with_noise<noise::all<noise::at_input<meter>, noise::at_output<meter>>>(measured);
    metered.threads(1);
    std::size_t bounds = 0;
    metered.for_each_converter(
        [&](auto& part)
        {
            if constexpr (requires { part.range.limit; })
            {
                metered.bound(part, full_scale{0});  // not converted
                bounds += part.where < noise::site::row ? 1u : 0u;
            }
            part.resolution = bits{24};
        });
    if (bounds == 0)
    {
        throw value_error(where, "a precision with converters that have a bound of their own", "one without");
    }
    for (const auto& batch : evaluation_batches<typename Network::value_type>(data))
    {
        metered.infer(batch, {});
    }

    std::vector<double> reached;  // for each crossbar at its input and at its output
    metered.for_each_noise([&](const auto& one) { reached.push_back(margin * one.mean()); });
    const auto each_bound = [&](const auto& f)
    {
        std::size_t bar_index = 0;
        net.for_each_crossbar(
            [&](std::size_t, const std::string&, auto& bar)
            {
                bar.noise().for_each_converter(
                    [&]<class Part>(Part& part)
                    {
                        if constexpr (Part::where < noise::site::row && requires { part.range.limit; })
                        {
                            f(part, full_scale{reached[2 * bar_index + (part.where == noise::site::input ? 0 : 1)]});
                        }
                    });
                ++bar_index;
            });
    };
    each_bound([&](const auto&, full_scale found) { check(found, where); });
    each_bound([&](auto& part, full_scale found) { net.bound(part, found); });
}
}
