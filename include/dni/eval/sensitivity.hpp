// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/find_tolerance.hpp>
#include <dni/eval/metrics.hpp>
#include <dni/eval/predict.hpp>
#include <dni/eval/statistics.hpp>
#include <dni/noise/level.hpp>
#include <dni/noise/site.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief What one noise at one place does to the accuracy, alone.
//! @verified tests/eval/sensitivity_test.cpp
struct place_sensitivity
{
    std::string crossbar;  //!< "0.l0": layer, and crossbar of the layer
    std::string place;     //!< "at the output, fresh for each sample and step"
    std::string noise;     //!< model and level
    summary accuracy;      //!< in [0, 1]
    summary lost;          //!< what it is below that without noise; both intervals widen its own
    tolerance midpoint;    //!< the level at which the accuracy has fallen half-way to chance
};

//! @brief The accuracy without noise, and what is lost of it by each noise alone. Printing gives a table, write_csv a file.
//! @verified tests/eval/sensitivity_test.cpp
struct sensitivity
{
    summary quiet;  //!< every level none
    std::vector<place_sensitivity> places;

    //! @brief The place whose noise costs most, the first of equals.
    const place_sensitivity& worst() const
    {
        return *std::max_element(places.begin(), places.end(), [](const auto& a, const auto& b) { return a.lost.mean < b.lost.mean; });
    }

    //! @brief A line of names, then a line for each place. Accuracies in [0, 1], levels in the unit measured in; what is not known is `nan`.
    void write_csv(std::ostream& out) const
    {
        out << "crossbar,place,noise,accuracy_mean,ci95_low,ci95_high,lost_mean,lost_ci95_low,lost_ci95_high,midpoint,midpoint_kept,midpoint_lost\n";
        for (const auto& p : places)
        {
            out << p.crossbar << ",\"" << p.place << "\",\"" << p.noise << '"';
            for (const double value : {p.accuracy.mean, p.accuracy.low, p.accuracy.high, p.lost.mean, p.lost.low, p.lost.high, p.midpoint.level,
                                       p.midpoint.kept, p.midpoint.lost})
            {
                out << ',' << number(value);
            }
            out << '\n';
        }
    }

    //! @brief A table: accuracies in percent with 95 % intervals, midpoints in the unit of the level.
    friend std::ostream& operator<<(std::ostream& out, const sensitivity& s)
    {
        std::ostringstream text;
        text << "accuracy without noise " << detail::percent(s.quiet.mean) << " %\n"
             << std::left << std::setw(12) << "crossbar" << std::right << std::setw(10) << "lost %" << std::setw(20) << "95 % interval" << std::setw(11)
             << "midpoint" << std::setw(16) << "between" << "  noise\n";
        for (const auto& p : s.places)
        {
            const std::string interval = p.lost.has_interval() ? detail::percent(p.lost.low) + " to " + detail::percent(p.lost.high) : "-";
            text << std::left << std::setw(12) << p.crossbar << std::right << std::setw(10) << detail::percent(p.lost.mean) << std::setw(20) << interval
                 << std::setw(11) << number(p.midpoint.level) << std::setw(16) << number(p.midpoint.kept) + " and " + number(p.midpoint.lost) << "  " << p.noise
                 << "; " << p.place << '\n';
        }
        return out << text.str();
    }
};

//! @brief At which level the loss is measured, and where the midpoint is looked for; all in the unit of the level.
struct sensitivity_options
{
    double level = 0;         //!< at which the accuracy lost is measured
    double from = 0;          //!< the midpoint: between the level that disturbs least
    double to = 0;            //!<   and the one that disturbs most,
    double resolution = 0;    //!<   so finely (tolerance_search)
    std::size_t passes = 5;   //!< noisy passes for each level
    dni::seed seed = {1};
};

namespace detail
{
// f(crossbar, part) for each noise that has a level of this unit. What is noisy within a layer has a crossbar it belongs to.
template <class Unit, class F>
void for_each_leveled(auto& net, F&& f)
{
    net.for_each_crossbar(
        [&](std::size_t layer, const std::string& name, auto& bar)
        {
            bar.noise().for_each(
                [&](auto& part)
                {
                    if constexpr (requires { part.level = Unit{}; })
                    {
                        f(std::to_string(layer) + "." + name, part);
                    }
                });
        });
}

inline summary loss_between(const summary& quiet, const summary& noisy)
{
    const auto low = [](const summary& s) { return s.has_interval() ? s.low : s.mean; };
    const auto high = [](const summary& s) { return s.has_interval() ? s.high : s.mean; };
    summary lost{.mean = quiet.mean - noisy.mean, .deviation = noisy.deviation};
    if (noisy.has_interval())
    {
        lost.low = low(quiet) - high(noisy);
        lost.high = high(quiet) - low(noisy);
    }
    return lost;
}
}

//! @brief Which noise hurts most: one at a time is on, at one crossbar and place, and all others are off.
//!        measure_sensitivity<snr_db>(net, data, {.level = 0, .from = 20, .to = -30, .resolution = 1}).
//! @details The loss is measured at one level; the midpoint, the level at which half of what is above chance (one of C classes) is lost, ranks places that a
//!          single level would spoil all, or none of. All levels of the network are off to begin with, in whatever unit; what has no level stays on. The draws are the
//!          same at each level and place. The network itself is not touched.
//! @tparam Unit `snr_db`, `sigma`, `relative_to_wmax`, `relative_to_largest_product`, `spread` or `probability`: noises with a level in this unit take their turn
//! @source Borras et al. 2022, "Walking Noise", arXiv 2212.10430
//! @cost for each place the passes of one level and those of `find_tolerance`
//! @errors value_error for data without labels, levels that make no sense, or when no noise of the network has a level in this unit
//! @verified tests/eval/sensitivity_test.cpp
template <level_in_a_unit Unit, class Network>
sensitivity measure_sensitivity(const Network& net, const data::sequences& data, const sensitivity_options& options)
{
    auto view = net.sharing();
    view.for_each_noise(
        [](auto& part)
        {
            if constexpr (requires { part.level = part.level.none(); })
            {
                part.level = part.level.none();
            }
        });
    const auto accuracy = [&] { return evaluate(view, data, {.passes = view.exact() ? 1 : options.passes, .seed = options.seed}); };
    sensitivity result{accuracy(), {}};
    const double half_way = (result.quiet.mean + 1.0 / static_cast<double>(view.outputs())) / 2;
    detail::for_each_leveled<Unit>(
        view,
        [&]<class Part>(const std::string& crossbar, Part& part)
        {
            const auto at = [&](double level)
            {
                check(Unit{level}, "measure_sensitivity");
                part.level = Unit{level};
                return accuracy();
            };
            place_sensitivity one{.crossbar = crossbar, .place = noise::place_in_words<Part>(), .noise = {}, .accuracy = at(options.level), .lost = {}, .midpoint = {}};
            one.noise = part.describe();
            one.lost = detail::loss_between(result.quiet, one.accuracy);
            one.midpoint = find_tolerance(at, {.accuracy = half_way, .from = options.from, .to = options.to, .resolution = options.resolution});
            part.level = Unit::none();
            result.places.push_back(one);
        });
    if (result.places.empty())
    {
        throw value_error("measure_sensitivity", "a noise policy with a level in this unit", "a network without");
    }
    return result;
}
}
