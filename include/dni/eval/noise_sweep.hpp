// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/batches.hpp>
#include <dni/eval/metrics.hpp>
#include <dni/eval/predict.hpp>
#include <dni/eval/statistics.hpp>
#include <dni/eval/voting.hpp>
#include <dni/noise/chip.hpp>
#include <dni/noise/level.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief One measurement of a sweep: accuracies in [0, 1] over the repeats.
//! @verified tests/eval/noise_sweep_test.cpp
struct sweep_point
{
    double level = 0;  //!< in the unit of the sweep; without noise infinity (snr_db) or 0 (the others)
    std::size_t votes = 1;
    dni::voting voting = dni::voting::mean_probability;
    std::size_t repeats = 1;
    summary accuracy;
};

//! @brief Accuracy over noise levels, votes and ways of voting. Printing gives a table, write_csv a file.
//! @verified tests/eval/noise_sweep_test.cpp
struct sweep
{
    std::string unit;  //!< "snr_db", "sigma", "relative_to_wmax", "relative_to_largest_product", "spread" or "probability"
    std::vector<sweep_point> points;

    //! @brief The accuracy at a level in the unit of the sweep, for so many votes.
    //! @errors value_error if that was not measured
    const summary& at(double level, std::size_t votes = 1, voting rule = voting::mean_probability) const
    {
        for (const auto& p : points)
        {
            if (p.level == level && p.votes == votes && p.voting == rule)
            {
                return p.accuracy;
            }
        }
        throw value_error("sweep", "a level and a number of votes that were measured", number(level) + " and " + std::to_string(votes));
    }

    //! @brief A line of names (the first is the unit), then a line for each point: level, votes, voting, repeats, accuracy_mean, accuracy_std, ci95_low,
    //!        ci95_high. Accuracies in [0, 1]; no noise is `inf` in dB; an interval of one repeat is `nan`.
    void write_csv(std::ostream& out) const
    {
        out << unit << ",votes,voting,repeats,accuracy_mean,accuracy_std,ci95_low,ci95_high\n";
        for (const auto& p : points)
        {
            out << number(p.level) << ',' << p.votes << ',' << name_of(p.voting) << ',' << p.repeats;
            for (const double value : {p.accuracy.mean, p.accuracy.deviation, p.accuracy.low, p.accuracy.high})
            {
                out << ',' << number(value);
            }
            out << '\n';
        }
    }

    //! @brief A table in percent: mean, standard deviation and 95 % interval over the repeats; "-" where one repeat gives none.
    friend std::ostream& operator<<(std::ostream& out, const sweep& s)
    {
        std::ostringstream text;
        text << std::setw(8) << s.unit << std::setw(7) << "votes" << "  " << std::left << std::setw(18) << "voting" << std::right << std::setw(12)
             << "accuracy %" << std::setw(8) << "std" << std::setw(20) << "95 % interval" << std::setw(9) << "repeats" << '\n';
        for (const auto& p : s.points)
        {
            const auto& a = p.accuracy;
            text << std::setw(8) << number(p.level) << std::setw(7) << p.votes << "  " << std::left << std::setw(18) << name_of(p.voting) << std::right
                 << std::setw(12) << detail::percent(a.mean) << std::setw(8) << detail::percent(a.deviation) << std::setw(20)
                 << (a.has_interval() ? detail::percent(a.low) + " to " + detail::percent(a.high) : "-") << std::setw(9) << p.repeats << '\n';
        }
        return out << text.str();
    }
};

//! @brief What a sweep measures: every level, all in one unit, with every number of votes, several times.
struct sweep_options
{
    std::vector<double> snr_db = {};                  //!< levels in dB; infinity for none
    std::vector<double> sigma = {};                   //!< or absolute levels; 0 for none
    std::vector<double> relative_to_wmax = {};        //!< or levels in units of the largest weight; 0 for none
    std::vector<double> relative_to_largest_product = {};  //!< or in units of the largest weight times the largest input; 0 for none
    std::vector<double> spread = {};                  //!< or spreads of factors; 0 for none
    std::vector<double> probability = {};             //!< or probabilities; 0 for none
    std::vector<std::size_t> votes = {1};
    std::size_t repeats = 5;
    bool new_chips = false;  //!< repeat r = 1, 2, … on chip{r}: deviation and interval are those of the chips; false: all on the network's chip
    dni::seed seed = {1};
};

namespace detail
{
//! The levels of a sweep and the name of their unit.
struct levels_in_a_unit
{
    std::string unit;
    std::vector<any_level> levels;

    //! @errors value_error unless there are levels, all in one unit, that make sense
    explicit levels_in_a_unit(const sweep_options& options)
    {
        std::size_t units = 0;
        const auto add = [&]<class Level>(Level, const char* name, const std::vector<double>& values)
        {
            units += std::size_t{!values.empty()};
            for (const double value : values)
            {
                check(Level{value}, "noise_sweep");
                unit = name;
                levels.push_back(Level{value});
            }
        };
        add(snr_db{}, "snr_db", options.snr_db);
        add(sigma{}, "sigma", options.sigma);
        add(relative_to_wmax{}, "relative_to_wmax", options.relative_to_wmax);
        add(relative_to_largest_product{}, "relative_to_largest_product", options.relative_to_largest_product);
        add(spread{}, "spread", options.spread);
        add(probability{}, "probability", options.probability);
        if (units != 1)
        {
            throw value_error("noise_sweep", "levels in one unit", units == 0 ? "none" : "some in " + std::to_string(units) + " units");
        }
    }
};

template <class Network, class Progress>
sweep run_sweep(Network& net, const data::sequences& data, const sweep_options& options, const levels_in_a_unit& wanted, Progress& progress)
{
    const evaluation_batches<typename Network::value_type> batches(data);
    const std::size_t most = std::ranges::max(options.votes);
    const std::size_t total = wanted.levels.size() * options.repeats * most;
    std::size_t done = 0;
    sweep result{wanted.unit, {}};
    for (const any_level& level : wanted.levels)
    {
        std::visit([&](auto of_unit) { net.noise_level(of_unit); }, level);
        const bool exact = net.exact();
        const std::size_t repeats = exact ? 1 : options.repeats;
        const std::size_t passes = exact ? 1 : most;
        std::vector<std::vector<double>> accuracies(options.votes.size() * 2);  // [votes × rule][repeat]
        for (std::size_t repeat = 0; repeat < repeats; ++repeat)
        {
            if (options.new_chips)
            {
                net.chip(chip{repeat + 1});
            }
            ballot votes(data, net.outputs());
            for (std::size_t pass = 1; pass <= passes; ++pass)
            {
                const key draws = key{options.seed}.with(purpose::evaluation).with(repeat).with(pass);
                for (const auto& batch : batches)
                {
                    votes.add(net.infer(batch, draws), batch);
                }
                for (std::size_t v = 0; v < options.votes.size(); ++v)
                {
                    if (exact || options.votes[v] == pass)
                    {
                        accuracies[2 * v].push_back(votes.accuracy(voting::majority));
                        accuracies[2 * v + 1].push_back(votes.accuracy(voting::mean_probability));
                    }
                }
                done += exact ? options.repeats * most : 1;
                progress(done, total);
            }
        }
        const double value = std::visit([](auto of_unit) { return of_unit.value; }, level);
        for (std::size_t i = 0; i < accuracies.size(); ++i)
        {
            accuracies[i].resize(options.repeats, accuracies[i].front());
            result.points.push_back({value, options.votes[i / 2], i % 2 == 0 ? voting::majority : voting::mean_probability, options.repeats,
                                     summarize_fractions(accuracies[i])});
        }
    }
    return result;
}

struct no_progress
{
    void operator()(std::size_t, std::size_t) const noexcept {}
};
}

//! @brief Measures the accuracy of a network over noise levels × votes × repeats.
//! @details Votes are nested: of one repeat the first k passes vote. Pass k of repeat r draws from key(seed, evaluation, r, k) at each level. Without noise
//!          one pass serves all, and the deviation is 0. The network itself is not touched: its levels stay what they are. Noise of another kind of
//!          level stays on. The table depends on seed, weights and data alone, not on threads.
//! @param progress progress(done, total) is called after each pass over the data; passes an exact level saves count as done
//! @cost levels × repeats × max(votes) passes over the data, one for a level without noise
//! @errors value_error for data without labels, labels beyond the outputs, empty lists, levels that make no sense or that no noise of the network has,
//!         new chips where no noise is drawn for a chip; shape_error where labels belong to what the network gives no row for.
//! @verified tests/eval/noise_sweep_test.cpp
template <class Network, class Progress = detail::no_progress>
sweep noise_sweep(const Network& net, const data::sequences& data, const sweep_options& options, Progress&& progress = {})
{
    const detail::levels_in_a_unit levels(options);
    if (options.votes.empty() || std::ranges::min(options.votes) == 0 || options.repeats == 0)
    {
        throw value_error("noise_sweep", "at least one repeat and one vote", "an empty list or 0");
    }
    detail::check_labelled(net, data, "noise_sweep");
    if (options.new_chips)
    {
        detail::check_differs_by_chip(net, "noise_sweep: new_chips");
    }
    auto view = net.sharing();
    return detail::run_sweep(view, data, options, levels, progress);
}
}
