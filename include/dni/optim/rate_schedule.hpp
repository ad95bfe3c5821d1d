// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>

namespace dni
{
//! @brief The rate over training, as a factor of the optimizer's rate: a function of progress p, bounded to [0, 1].
//! @details constant · step: × factor after each `every` of training · cosine: from 1 to `last`, as (1 + cos π p) / 2 · one_cycle: up from
//!          `first` to 1 until `peak`, down to `last`, both as cosines. `warm_up(w)` makes any of them rise linearly over the first w of training.
//! @source Loshchilov and Hutter 2017, arXiv 1608.03983 (cosine); Smith and Topin 2019, arXiv 1708.07120 (one cycle)
//! @verified tests/optim/rate_schedule_test.cpp
class rate_schedule
{
public:
    //! @brief The factor is 1 throughout.
    rate_schedule() = default;

    static rate_schedule constant() { return {}; }

    //! @errors value_error unless 0 < every <= 1 and 0 < factor <= 1
    static rate_schedule step(double every, double factor)
    {
        in_range("rate_schedule::step: every", every);
        in_range("rate_schedule::step: factor", factor);
        rate_schedule s;
        s.kind_ = kind::step;
        s.every_ = every;
        s.factor_ = factor;
        return s;
    }

    //! @errors value_error unless 0 <= last <= 1
    static rate_schedule cosine(double last = 0)
    {
        in_range("rate_schedule::cosine: last", last, true);
        rate_schedule s;
        s.kind_ = kind::cosine;
        s.last_ = last;
        return s;
    }

    //! @errors value_error unless 0 < peak < 1, 0 <= first <= 1 and 0 <= last <= 1
    static rate_schedule one_cycle(double peak = 0.3, double first = 0.04, double last = 4e-6)
    {
        below_one("rate_schedule::one_cycle: peak", peak);
        in_range("rate_schedule::one_cycle: first", first, true);
        in_range("rate_schedule::one_cycle: last", last, true);
        rate_schedule s;
        s.kind_ = kind::one_cycle;
        s.peak_ = peak;
        s.first_ = first;
        s.last_ = last;
        return s;
    }

    //! @errors value_error unless 0 <= until < 1
    rate_schedule warm_up(double until) const
    {
        below_one("rate_schedule::warm_up", until, true);
        rate_schedule s = *this;
        s.warm_up_ = until;
        return s;
    }

    double operator()(double progress) const noexcept
    {
        progress = std::clamp(progress, 0.0, 1.0);
        const double ramp = progress < warm_up_ ? progress / warm_up_ : 1.0;
        switch (kind_)
        {
        case kind::step:
            // the sum: 0.3 / 0.1 is a little less than 3
            return ramp * std::pow(factor_, std::floor(progress / every_ + 1e-9));
        case kind::cosine:
            return ramp * between(1, last_, progress);
        case kind::one_cycle:
            return ramp * (progress < peak_ ? between(first_, 1, progress / peak_) : between(1, last_, (progress - peak_) / (1 - peak_)));
        case kind::constant:
            break;
        }
        return ramp;
    }

    std::string describe() const
    {
        const std::string rising = warm_up_ > 0 ? ", rising over the first " + exact_number(100 * warm_up_) + " %" : "";
        switch (kind_)
        {
        case kind::step:
            return "times " + exact_number(factor_) + " after each " + exact_number(100 * every_) + " %" + rising;
        case kind::cosine:
            return "cosine from 1 to " + exact_number(last_) + rising;
        case kind::one_cycle:
            return "one cycle from " + exact_number(first_) + " to 1 until " + exact_number(100 * peak_) + " %, then to " + exact_number(last_) + rising;
        case kind::constant:
            break;
        }
        return "constant" + rising;
    }

private:
    enum class kind
    {
        constant,
        step,
        cosine,
        one_cycle
    };

    static double between(double from, double to, double p) noexcept { return to + (from - to) * (1 + std::cos(std::numbers::pi * p)) / 2; }

    static void in_range(const char* where, double value, bool zero_too = false)
    {
        if (!(value <= 1 && (value > 0 || (zero_too && value == 0))))
        {
            throw value_error(where, zero_too ? "a number in [0, 1]" : "a number in (0, 1]", number(value));
        }
    }

    static void below_one(const char* where, double value, bool zero_too = false)
    {
        if (!(value < 1 && (value > 0 || (zero_too && value == 0))))
        {
            throw value_error(where, zero_too ? "a number in [0, 1)" : "a number in (0, 1)", number(value));
        }
    }

    kind kind_ = kind::constant;
    double warm_up_ = 0;
    double every_ = 1, factor_ = 1;
    double peak_ = 0, first_ = 0, last_ = 0;
};
}
