// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/metrics.hpp>
#include <dni/eval/predict.hpp>
#include <dni/eval/statistics.hpp>
#include <dni/noise/level.hpp>
#include <dni/precision/bits.hpp>

namespace dni
{
//! @brief Which accuracy is to be kept, and where the level that just keeps it is looked for: on a grid between two levels, both in the unit of the level.
struct tolerance_search
{
    double accuracy = 0;    //!< the bound, in [0, 1]
    double from = 0;        //!< the level that disturbs least: a high SNR, a low sigma, many bits
    double to = 0;          //!< the level that disturbs most
    double resolution = 0;  //!< largest distance of neighbours on the grid, above 0; whole bits: 1
};

//! @brief The level that just keeps an accuracy, and what is sure of it. Levels in the unit of the search.
//! @verified tests/eval/find_tolerance_test.cpp
struct tolerance
{
    struct point
    {
        double level = 0;
        summary accuracy;
    };

    double level = std::numeric_limits<double>::quiet_NaN();  //!< the last whose mean accuracy keeps the bound; NaN: not even `from` does
    double kept = std::numeric_limits<double>::quiet_NaN();   //!< the last whose whole interval keeps it; NaN: not even that of `from`
    double lost = std::numeric_limits<double>::quiet_NaN();   //!< the first whose whole interval is below it; NaN: not even that of `to`
    std::vector<point> measured = {};                         //!< in the order of measurement

    //! @brief One line: the level and what it lies between, in the unit of the search.
    friend std::ostream& operator<<(std::ostream& out, const tolerance& t)
    {
        std::ostringstream text;
        text << "tolerates " << number(t.level) << " (surely " << number(t.kept) << ", surely not " << number(t.lost) << "), " << t.measured.size()
             << " levels measured\n";
        return out << text.str();
    }
};

namespace detail
{
inline void check_search(const tolerance_search& search)
{
    if (!(search.accuracy >= 0 && search.accuracy <= 1))
    {
        throw value_error("find_tolerance: accuracy", "a bound in [0, 1]", number(search.accuracy));
    }
    const double range = std::abs(search.to - search.from);
    if (!std::isfinite(range) || !(range > 0))
    {
        throw value_error("find_tolerance: from and to", "two finite levels that differ", number(search.from) + " and " + number(search.to));
    }
    if (!(search.resolution > 0 && range / search.resolution <= 1e6))
    {
        throw value_error("find_tolerance: resolution", "a distance above 0, and at least a millionth of the range", number(search.resolution));
    }
}
}

//! @brief The level that just keeps an accuracy, by bisection of a curve that falls from `from` to `to`.
//! @details The grid is from, …, to in n = ⌈|to − from| / resolution⌉ equal steps. Three borders are looked for on it: that of the mean accuracy, that of the
//!          lower and that of the upper end of its interval; a level that was measured is not measured again. On a curve without noise kept = level, and
//!          lost is the level after it: the border is between the two. With noise a decision "surely kept" or "surely lost" is wrong with a
//!          probability of at most 2.5 %: the border lies between kept and lost in 95 % of all searches where the accuracy falls by three standard errors or
//!          more within a resolution, since then one decision on each side is in doubt, and in any case in at least 100 % − 5 % ⌈log2 n⌉. A measurement of one
//!          repeat, which has no interval, is taken as exact.
//!          Where all of the range keeps the accuracy, level = kept = to and lost is NaN; where nothing does, level and kept are NaN and lost = from.
//! @param measure measure(level) gives the accuracy there, with its 95 % interval (summary): evaluate, evaluate_chips(…).accuracy, noise_sweep(…).at(…)
//! @cost 2 + ⌈log2 n⌉ measurements without noise, three times as many at most
//! @errors value_error for a search that makes no sense
//! @verified tests/eval/find_tolerance_test.cpp
template <class Measure>
    requires std::convertible_to<std::invoke_result_t<Measure&, double>, summary>
tolerance find_tolerance(Measure&& measure, const tolerance_search& search)
{
    detail::check_search(search);
    // the quotient of a range and a part of it may be a little above the whole number it stands for
    const auto last = static_cast<std::size_t>(std::ceil(std::abs(search.to - search.from) / search.resolution * (1 - 1e-12)));
    const auto level = [&](std::size_t k) { return search.from + (search.to - search.from) * static_cast<double>(k) / static_cast<double>(last); };
    tolerance result;
    const auto accuracy = [&](std::size_t k)
    {
        const auto known = std::ranges::find(result.measured, level(k), &tolerance::point::level);
        return known != result.measured.end() ? known->accuracy : result.measured.emplace_back(tolerance::point{level(k), measure(level(k))}).accuracy;
    };
    // The last level that keeps the bound and the first that does not.
    const auto border = [&](auto&& keeps)
    {
        constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();
        if (!keeps(accuracy(0)))
        {
            return std::pair(nowhere, level(0));
        }
        if (keeps(accuracy(last)))
        {
            return std::pair(level(last), nowhere);
        }
        std::size_t good = 0;
        std::size_t bad = last;
        while (bad - good > 1)
        {
            const std::size_t middle = good + (bad - good) / 2;
            (keeps(accuracy(middle)) ? good : bad) = middle;
        }
        return std::pair(level(good), level(bad));
    };
    result.level = border([&](const summary& a) { return a.mean >= search.accuracy; }).first;
    result.kept = border([&](const summary& a) { return (a.has_interval() ? a.low : a.mean) >= search.accuracy; }).first;
    result.lost = border([&](const summary& a) { return (a.has_interval() ? a.high : a.mean) >= search.accuracy; }).second;
    return result;
}

namespace detail
{
template <level_in_a_unit Unit>
void disturb(auto& net, double level)
{
    net.noise_level(Unit{level});
}

template <std::same_as<bits> Unit>
void disturb(auto& net, double level)
{
    if (std::round(level) != level || std::abs(level) > 1000)
    {
        throw value_error("find_tolerance", "whole bits: resolution = 1, from and to whole numbers", number(level));
    }
    const bits resolution{static_cast<int>(level)};
    dni::check(resolution, "find_tolerance");
    std::size_t found = 0;
    net.for_each_converter(
        [&](auto& part)
        {
            part.resolution = resolution;
            ++found;
        });
    if (found == 0)
    {
        throw value_error("find_tolerance", "a network with converters", "one without");
    }
}
}

//! @brief The noise a network tolerates, or how few bits: find_tolerance<snr_db>(net, data, {.accuracy = 0.9, .from = 20, .to = -10, .resolution = 0.5}).
//! @details Each level is the mean of the passes of `evaluate`, whose draws are the same at each level; one pass where nothing is random. The network itself
//!          is not touched: its levels stay what they are, and noise of another kind of level stays on. For chips, votes or one kind of converter give a
//!          function of your own to the search.
//! @tparam Unit `snr_db`, `sigma`, `relative_to_wmax`, `relative_to_largest_product`, `spread`, `probability`, or `bits`: those of all converters
//! @errors value_error as above, and for data without labels, or levels that make no sense or that nothing in the network has
//! @verified tests/eval/sensitivity_test.cpp
template <class Unit, class Network>
tolerance find_tolerance(const Network& net, const data::sequences& data, const tolerance_search& search,
                         const evaluation_options& how = {.passes = 5})
{
    auto view = net.sharing();
    return find_tolerance(
        [&](double level)
        {
            detail::disturb<Unit>(view, level);
            return evaluate(view, data, {.passes = view.exact() ? 1 : how.passes, .seed = how.seed});
        },
        search);
}
}
