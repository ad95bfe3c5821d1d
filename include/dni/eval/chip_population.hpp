// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <numeric>
#include <ostream>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/batches.hpp>
#include <dni/eval/metrics.hpp>
#include <dni/eval/predict.hpp>
#include <dni/eval/statistics.hpp>
#include <dni/eval/voting.hpp>
#include <dni/noise/chip.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief Accuracies in [0, 1] of one network on many chips.
//! @verified tests/eval/chip_population_test.cpp
struct chip_population
{
    chip first = {};              //!< accuracies[i] is that of chip{first.number + i}
    std::vector<double> accuracies = {};
    summary accuracy = {};        //!< mean, deviation and 95 % interval of the mean, over the chips
    double worst_twentieth = 0;   //!< mean accuracy of the worst 5 % of the chips, at least of one

    //! @brief The chip of the lowest accuracy, the first of equals.
    chip worst() const noexcept
    {
        const auto at = std::ranges::min_element(accuracies) - accuracies.begin();
        return {first.number + static_cast<std::uint64_t>(at)};
    }

    //! @brief One line in percent.
    friend std::ostream& operator<<(std::ostream& out, const chip_population& p)
    {
        std::ostringstream text;
        text << p.accuracies.size() << " chips: accuracy " << detail::percent(p.accuracy.mean) << " % (95 % interval ";
        text << (p.accuracy.has_interval() ? detail::percent(p.accuracy.low) + " to " + detail::percent(p.accuracy.high) : "-");
        return out << text.str() << "), deviation " << detail::percent(p.accuracy.deviation) << " %, worst 5 % " << detail::percent(p.worst_twentieth)
                   << " %, worst chip{" << p.worst().number << "}\n";
    }
};

//! @brief Which chips a network is measured on, and how.
struct population_options
{
    std::size_t chips = 20;
    chip first = {1};        //!< the others follow by number
    std::size_t votes = 1;   //!< noisy passes whose mean probability decides; everything but the chip is drawn anew for each
    dni::seed seed = {1};
};

//! @brief Measures a network on a population of chips: the same weights, levels and data, one chip after the other.
//! @details Vote k draws from key(seed, evaluation, k) on each chip, so that chips differ by the chip alone. The network itself stays on its chip: take
//!          net.chip(population.worst()) to look at one again.
//! @cost chips × votes passes over the data
//! @errors value_error for data without labels or labels beyond the outputs, for no chips or votes, or when no noise of the network is drawn for a chip;
//!         shape_error where labels belong to what the network gives no row for
//! @verified tests/eval/chip_population_test.cpp
template <class Network>
chip_population evaluate_chips(const Network& net, const data::sequences& data, const population_options& options = {})
{
    detail::check_labelled(net, data, "evaluate_chips");
    if (options.chips == 0 || options.votes == 0)
    {
        throw value_error("evaluate_chips", "at least one chip and one vote", std::to_string(options.chips) + " and " + std::to_string(options.votes));
    }
    detail::check_differs_by_chip(net, "evaluate_chips");
    auto view = net.sharing();
    const evaluation_batches<typename Network::value_type> batches(data);
    chip_population result{.first = options.first};
    for (std::size_t i = 0; i < options.chips; ++i)
    {
        view.chip(chip{options.first.number + i});
        ballot votes(data, net.outputs());
        for (std::size_t vote = 1; vote <= options.votes; ++vote)
        {
            for (const auto& batch : batches)
            {
                votes.add(view.infer(batch, key{options.seed}.with(purpose::evaluation).with(vote)), batch);
            }
        }
        result.accuracies.push_back(votes.accuracy(voting::mean_probability));
    }
    result.accuracy = summarize_fractions(result.accuracies);
    auto sorted = result.accuracies;
    std::ranges::sort(sorted);
    const auto worst = std::span<const double>(sorted).first(std::max<std::size_t>(1, sorted.size() / 20));
    result.worst_twentieth = std::accumulate(worst.begin(), worst.end(), 0.0) / static_cast<double>(worst.size());
    return result;
}
}
