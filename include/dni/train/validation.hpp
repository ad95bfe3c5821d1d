// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/core/workspace.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/batches.hpp>
#include <dni/eval/metrics.hpp>
#include <dni/noise/chip.hpp>
#include <dni/noise/schedule.hpp>
#include <dni/random/key.hpp>
#include <dni/train/non_finite.hpp>

namespace dni
{
namespace detail
{
//! Labels without targets say what is right; beside targets they may mean anything.
inline bool has_labels_alone(const data::sequences& data) noexcept
{
    return !data.labels.empty() && data.targets.size() == 0;
}
}

//! @brief How well a network does on data it is not trained on.
struct validation_score
{
    double loss = 0;                 //!< in the unit of the loss
    double accuracy = std::nan("");  //!< in [0, 1]; NaN unless the data have labels and no targets

    //! @brief By accuracy where it is known, else by loss.
    bool better_than(const validation_score& other) const noexcept { return std::isnan(accuracy) ? loss < other.loss : accuracy > other.accuracy; }
};

//! @brief Measures a network in training: the mean of noisy passes over held-out data, always at the final level of the noise schedule.
//! @details At the level of its own epoch an early one, whose noise is low under a ramp, would look better than it is. The draws are the same each time, so
//!          that scores differ by the weights alone: pass k = 0, 1, … draws from draws.with(k), its level too where the schedule draws it. The network itself
//!          is not touched; levels that the schedule does not set are those it had when this was made.
//! @verified tests/train/validation_test.cpp
template <class Network>
class validation
{
public:
    //! @param passes at least one; without noise the first serves all
    //! @param new_chips whether each pass is on a chip of its own, as a training on new chips wants it, or all on the network's
    //! @errors value_error, shape_error for data that are not sound; value_error for a level that makes no sense or that no noise of the network has
    validation(const Network& net, const data::sequences& data, const noise::any_schedule& noise, bool new_chips, std::size_t passes, key draws)
        : view_{net.sharing()}, batches_{data}, classifies_{detail::has_labels_alone(data)}, noise_{noise}, new_chips_{new_chips}, passes_{passes},
          draws_{draws}
    {
        prepare(0);
    }

    //! @errors numeric_error when the loss is not finite: where, and where the numbers stop being finite
    //! @cost `passes` passes over the data
    template <class Loss>
    validation_score measure(const Loss& loss, const std::string& where)
    {
        double losses = 0;
        std::size_t right = 0;
        std::size_t owners = 0;
        for (std::size_t pass = 0; pass < passes_; ++pass)
        {
            prepare(pass);
            for (const auto& batch : batches_)
            {
                const auto outputs = view_.infer(batch, draws_.with(pass));
                const double one = loss(outputs, batch, ignored_.resize(outputs.rows, outputs.columns));
                if (!std::isfinite(one))
                {
                    throw_not_finite(where, one, view_, batch);
                }
                losses += one * static_cast<double>(batch.owners());
                right += classifies_ ? count_correct(outputs, std::span<const std::int32_t>(batch.labels)) : 0;
                owners += batch.owners();
            }
            if (view_.exact())
            {
                break;
            }
        }
        const double count = static_cast<double>(owners);
        return {losses / count, classifies_ ? static_cast<double>(right) / count : std::nan("")};
    }

private:
    using T = typename Network::value_type;

    void prepare(std::size_t pass)
    {
        noise_.apply(view_, 1.0, draws_.with(pass));
        if (new_chips_)
        {
            view_.chip(chip{draws_.with(purpose::chip).with(pass).value()});
        }
    }

    Network view_;
    evaluation_batches<T> batches_;
    bool classifies_;
    noise::any_schedule noise_;
    bool new_chips_;
    std::size_t passes_;
    key draws_;
    workspace_matrix<T> ignored_;  // the gradient of the loss
};
}
