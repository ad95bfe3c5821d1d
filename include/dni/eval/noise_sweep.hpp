// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <iomanip>
#include <ostream>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/batches.hpp>
#include <dni/eval/statistics.hpp>
#include <dni/eval/voting.hpp>
#include <dni/noise/level.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief One measurement of a sweep: accuracies in [0, 1] over the repeats.
struct sweep_point
{
    double level = 0;  //!< in the unit of the sweep; without noise infinity (snr_db) or 0 (sigma)
    std::size_t votes = 1;
    dni::voting voting = dni::voting::mean_probability;
    std::size_t repeats = 1;
    summary accuracy;
};

//! @brief Accuracy over noise levels, votes and ways of voting. Printing gives a table, write_csv a file.
struct sweep
{
    std::string unit;  //!< "snr_db" or "sigma"
    std::vector<sweep_point> points;

    //! @brief The accuracy at a level, for so many votes.
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

    //! @brief Columns level, votes, voting, repeats, accuracy_mean, accuracy_std, ci95_low, ci95_high.
    void write_csv(std::ostream& out) const
    {
        out << unit << ",votes,voting,repeats,accuracy_mean,accuracy_std,ci95_low,ci95_high\n";
        for (const auto& p : points)
        {
            out << p.level << ',' << p.votes << ',' << name_of(p.voting) << ',' << p.repeats << ',' << p.accuracy.mean << ',' << p.accuracy.deviation << ','
                << p.accuracy.low << ',' << p.accuracy.high << '\n';
        }
    }

    //! @brief Percent, mean ± half of the 95 % interval over the repeats.
    friend std::ostream& operator<<(std::ostream& out, const sweep& s)
    {
        std::ostringstream text;
        text << std::setw(8) << s.unit << std::setw(8) << "votes" << "  voting            accuracy in %\n" << std::fixed << std::setprecision(2);
        for (const auto& p : s.points)
        {
            text << std::setw(8) << number(p.level) << std::setw(8) << p.votes << "  " << std::left << std::setw(18) << name_of(p.voting) << std::right
                 << std::setw(6) << 100 * p.accuracy.mean;
            if (p.accuracy.deviation > 0)
            {
                text << " ± " << 100 * (p.accuracy.high - p.accuracy.mean);
            }
            text << '\n';
        }
        return out << text.str();
    }
};

//! @brief What a sweep measures: every level with every number of votes, several times.
struct sweep_options
{
    std::vector<double> snr_db = {};  //!< relative levels in dB; infinity for none
    std::vector<double> sigma = {};   //!< absolute levels instead; 0 for none
    std::vector<std::size_t> votes = {1};
    std::size_t repeats = 5;
    dni::seed seed = {1};
};

namespace detail
{
template <class Network>
sweep run_sweep(Network& net, const data::sequences& data, const sweep_options& options, const char* unit, std::span<const double> levels, auto set_level)
{
    using T = typename Network::value_type;
    if (data.labels.empty())
    {
        throw value_error("noise_sweep", "data with labels", "none");
    }
    if (options.votes.empty() || std::ranges::min(options.votes) == 0 || options.repeats == 0 || levels.empty())
    {
        throw value_error("noise_sweep", "at least one level, one repeat and one vote", "an empty list or 0");
    }
    const evaluation_batches<T> batches(data);
    const std::size_t most = std::ranges::max(options.votes);
    sweep result{unit, {}};
    for (const double level : levels)
    {
        set_level(level);
        const bool exact = net.exact();
        // accuracies[votes × rule][repeat]
        std::vector<std::vector<double>> accuracies(options.votes.size() * 2);
        for (std::size_t repeat = 0; repeat < (exact ? 1 : options.repeats); ++repeat)
        {
            ballot votes(data, net.outputs());
            for (std::size_t pass = 1; pass <= (exact ? 1 : most); ++pass)
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
            }
        }
        for (std::size_t i = 0; i < accuracies.size(); ++i)
        {
            accuracies[i].resize(options.repeats, accuracies[i].front());
            result.points.push_back({level, options.votes[i / 2], i % 2 == 0 ? voting::majority : voting::mean_probability, options.repeats,
                                     summarize_fractions(accuracies[i])});
        }
    }
    return result;
}
}

//! @brief Measures the accuracy of a network over noise levels × votes × repeats.
//! @details Votes are nested: of one repeat the first k passes vote. Pass k of repeat r draws from key(seed, evaluation, r, k) at each level. Without noise
//!          one pass serves all, and the deviation is 0. Afterwards the network has the noise it had before.
//! @cost levels × repeats × max(votes) passes over the data
//! @errors value_error for data without labels, empty lists, levels that make no sense or that no noise of the network has
//! @verified tests/eval/noise_sweep_test.cpp
template <class Network>
sweep noise_sweep(const Network& net, const data::sequences& data, const sweep_options& options)
{
    if (options.snr_db.empty() == options.sigma.empty())
    {
        throw value_error("noise_sweep", "levels either in snr_db or in sigma", options.snr_db.empty() ? "neither" : "both");
    }
    auto view = net.sharing();
    if (!options.snr_db.empty())
    {
        return detail::run_sweep(view, data, options, "snr_db", options.snr_db, [&](double level) { view.noise_level(snr_db{level}); });
    }
    return detail::run_sweep(view, data, options, "sigma", options.sigma, [&](double level) { view.noise_level(sigma{level}); });
}
}
