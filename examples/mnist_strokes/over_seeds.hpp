// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <dni/eval/statistics.hpp>

#include "job.hpp"

//! Accuracy of the networks trained at one level: mean and interval over the seeds; of one seed alone, over its repeats.
inline dni::summary over_seeds(const std::vector<measured>& results, const train_level& level, double infer_level, std::size_t votes)
{
    std::vector<double> means;
    dni::summary one;
    for (const auto& network : results)
    {
        if (network.level == level)
        {
            one = network.sweep.at(infer_level, votes);
            means.push_back(one.mean);
        }
    }
    return means.size() == 1 ? one : dni::summarize_fractions(means);
}

//! What those intervals are over, for people.
inline std::string intervals_over(const job& wanted)
{
    return wanted.seeds.size() > 1 ? std::to_string(wanted.seeds.size()) + " training seeds" : std::to_string(wanted.repeats) + " repeats";
}
