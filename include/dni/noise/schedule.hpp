// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/noise/level.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
//! @brief The noise level over training: a function of progress p in [0, 1] and, where levels are drawn, of a key.
//! @details Built from phases: `constant(a)`, `ramp(a, b)` (linear in the unit of the level) and `drawn(a, b)` (uniform, anew for each step), joined
//!          by `until` and `then`:
//!              ramp(snr_db{20}, snr_db{0}).until(0.4).then(drawn(snr_db{0}, snr_db{10}))
//!          A drawn level follows "variance-aware" training (arXiv 2503.16183). Start from little noise: at 0 dB from random weights nothing
//!          is learned.
//! @verified tests/noise/schedule_test.cpp
template <class Level>
class schedule
{
public:
    schedule(Level level) : phases_{{1.0, level, level, false}} {}

    schedule(Level from, Level to, bool draw) : phases_{{1.0, from, to, draw}}
    {
        if (!(std::isfinite(from.value) && std::isfinite(to.value)) && from != to)
        {
            throw value_error("noise schedule", "finite levels at both ends of a range",
                              dni::number(from.value) + " and " + dni::number(to.value));
        }
    }

    //! @brief The last phase ends at this progress; the next is to be added by `then`.
    //! @errors value_error unless it is in (0, 1) and after the phase before
    schedule until(double progress) const
    {
        const double before = phases_.size() > 1 ? phases_[phases_.size() - 2].until : 0.0;
        if (!(progress > before && progress < 1))
        {
            throw value_error("noise schedule: until", "a progress above " + dni::number(before) + " and below 1", dni::number(progress));
        }
        schedule cut = *this;
        cut.phases_.back().until = progress;
        return cut;
    }

    //! @brief Goes on with the phases of another schedule, whose ends are progress of the whole training too.
    schedule then(const schedule& next) const
    {
        schedule joined = *this;
        joined.phases_.insert(joined.phases_.end(), next.phases_.begin(), next.phases_.end());
        return joined;
    }

    //! @brief The level at a progress in [0, 1]; `k` names the draw.
    Level operator()(double progress, key k) const
    {
        double begin = 0;
        for (const auto& part : phases_)
        {
            if (progress < part.until || &part == &phases_.back())
            {
                if (part.from == part.to)
                {
                    return part.from;
                }
                const double at = part.draw ? static_cast<double>(stream{k}.uniform()) : std::min(1.0, (progress - begin) / (part.until - begin));
                return {part.from.value + (part.to.value - part.from.value) * at};
            }
            begin = part.until;
        }
        return phases_.back().to;
    }

    std::string describe() const
    {
        std::string text;
        for (const auto& part : phases_)
        {
            text += text.empty() ? "" : ", then ";
            text += part.from == part.to ? dni::describe(part.from)
                                           : dni::describe(part.from) + (part.draw ? " … " : " to ") + dni::describe(part.to)
                                                 + (part.draw ? " drawn for each step" : "");
            text += part.until < 1 ? " until " + dni::number(100 * part.until) + " %" : "";
        }
        return text;
    }

private:
    struct phase
    {
        double until;
        Level from, to;
        bool draw;
    };

    std::vector<phase> phases_;
};

template <class Level>
schedule<Level> constant(Level level)
{
    return level;
}

//! @errors value_error when an end is infinite
template <class Level>
schedule<Level> ramp(Level from, Level to)
{
    return {from, to, false};
}

//! @errors value_error when an end is infinite
template <class Level>
schedule<Level> drawn(Level low, Level high)
{
    return {low, high, true};
}

//! @brief A schedule of any kind of level, or none: what a trainer takes.
class any_schedule
{
public:
    any_schedule() = default;

    template <class Level>
    any_schedule(schedule<Level> levels)
        : described_{levels.describe()}, level_{[levels = std::move(levels)](double progress, key k) -> any_level { return levels(progress, k); }}
    {
    }

    template <level_in_a_unit Level>
    any_schedule(Level level) : any_schedule(schedule<Level>(level))
    {
    }

    //! @brief Sets the level of a network and returns its value. Without a schedule the network is left as it is (NaN).
    template <class Network>
    double apply(Network& net, double progress, key k) const
    {
        if (!level_)
        {
            return std::nan("");
        }
        return std::visit(
            [&](auto level)
            {
                net.noise_level(level);
                return level.value;
            },
            level_(progress, k));
    }

    const std::string& describe() const noexcept { return described_; }

private:
    std::string described_ = "as set in the network";
    std::function<any_level(double, key)> level_;
};
}
