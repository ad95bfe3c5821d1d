// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/core/error.hpp>
#include <dni/data/sequences.hpp>

#include <cmath>
#include <cstddef>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace dni::data
{

//! @brief An affine map of every feature, x' = (x − mean) / scale: fitted on the training part, applied to all parts.
//!
//! `fit` takes each column's mean and standard deviation over all steps, the latter 1 for a constant column (which
//! becomes 0); the constructor takes any fixed map.
//! @verified tests/data/normalization_test.cpp
class normalization
{
public:
    //! @brief The fixed map with one mean and one scale per feature. Throws `shape_error` where their numbers differ,
    //! `value_error` unless all are finite and the scales not 0.
    normalization(std::vector<float> mean, std::vector<float> scale) : mean_(std::move(mean)), scale_(std::move(scale))
    {
        if (mean_.size() != scale_.size())
            throw shape_error("normalization", std::to_string(mean_.size()) + " scales, as many as means",
                              std::to_string(scale_.size()));
        for (std::size_t f = 0; f < mean_.size(); ++f)
            if (!std::isfinite(mean_[f]) || !std::isfinite(scale_[f]) || scale_[f] == 0)
                throw value_error("normalization of feature " + std::to_string(f), "a finite mean and a scale not 0",
                                  std::to_string(mean_[f]) + " and " + std::to_string(scale_[f]));
    }

    //! @brief Mean and standard deviation of every feature over all steps of `train`. Throws `value_error` where there
    //! is no step. Two passes in double, O(rows · F).
    [[nodiscard]] static normalization fit(const sequences& train)
    {
        const std::size_t rows = train.values.shape(0);
        const std::size_t features = train.features();
        if (rows == 0)
            throw value_error("normalization::fit", "at least one step", "none");
        std::vector<float> mean(features);
        std::vector<float> scale(features);
        for (std::size_t f = 0; f < features; ++f)
        {
            const float* column = train.values.data() + f;
            double sum = 0;
            for (std::size_t r = 0; r < rows; ++r)
                sum += static_cast<double>(column[r * features]);
            const double m = sum / static_cast<double>(rows);
            double squares = 0;
            for (std::size_t r = 0; r < rows; ++r)
            {
                const double difference = static_cast<double>(column[r * features]) - m;
                squares += difference * difference;
            }
            mean[f] = static_cast<float>(m);
            scale[f] = static_cast<float>(std::sqrt(squares / static_cast<double>(rows)));
            // A spread within the rounding of the values is a constant.
            if (scale[f] <= 1e-6f * std::abs(mean[f]))
                scale[f] = 1;
        }
        return {std::move(mean), std::move(scale)};
    }

    [[nodiscard]] std::span<const float> mean() const noexcept { return mean_; }
    [[nodiscard]] std::span<const float> scale() const noexcept { return scale_; }

    //! @brief x' = (x − mean) / scale for all steps, in place. Throws `shape_error` for another number of features.
    void apply(sequences& data) const
    {
        map(data, [](float x, float mean, float scale) { return (x - mean) / scale; });
    }

    //! @brief x = x' · scale + mean, what `apply` undoes. Throws `shape_error` for another number of features.
    void inverse(sequences& data) const
    {
        map(data, [](float x, float mean, float scale) { return x * scale + mean; });
    }

    //! @brief One line per feature.
    friend std::ostream& operator<<(std::ostream& out, const normalization& n)
    {
        for (std::size_t f = 0; f < n.mean_.size(); ++f)
            out << "feature " << f << ": (x - " << n.mean_[f] << ") / " << n.scale_[f] << '\n';
        return out;
    }

private:
    template <class Map>
    void map(sequences& data, Map&& one) const
    {
        const std::size_t features = data.features();
        if (features != mean_.size())
            throw shape_error("normalization", std::to_string(mean_.size()) + " features", std::to_string(features));
        for (std::size_t i = 0; i < data.values.size(); ++i)
            data.values.data()[i] = one(data.values.data()[i], mean_[i % features], scale_[i % features]);
    }

    std::vector<float> mean_;
    std::vector<float> scale_;
};

}
