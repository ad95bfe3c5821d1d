// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/chip_population.hpp>
#include <dni/eval/statistics.hpp>
#include <dni/noise/device_pairs.hpp>

namespace dni
{
//! @brief Accuracies in [0, 1] of one network on the same chips at some ages. Printing gives a table, write_csv a file.
//! @verified tests/eval/aging_test.cpp
struct aging
{
    struct point
    {
        noise::seconds age;
        chip_population chips;
    };

    std::vector<point> points;

    //! @brief The chips at an age.
    //! @errors value_error if that was not measured
    const chip_population& at(noise::seconds age) const
    {
        for (const auto& p : points)
        {
            if (p.age == age)
            {
                return p.chips;
            }
        }
        throw value_error("aging", "an age that was measured", number(age.value) + " s");
    }

    //! @brief A line of names, then a line for each age and chip: age_seconds, chip, accuracy in [0, 1].
    void write_csv(std::ostream& out) const
    {
        out << "age_seconds,chip,accuracy\n";
        for (const auto& [age, chips] : points)
        {
            for (std::size_t i = 0; i < chips.accuracies.size(); ++i)
            {
                out << number(age.value) << ',' << chips.first.number + std::uint64_t{i} << ',' << number(chips.accuracies[i]) << '\n';
            }
        }
    }

    //! @brief A table in percent: mean, standard deviation and 95 % interval of the mean over the chips, and the mean of the worst 5 %.
    friend std::ostream& operator<<(std::ostream& out, const aging& a)
    {
        std::ostringstream text;
        text << std::setw(10) << "age, s" << std::setw(7) << "chips" << std::setw(12) << "accuracy %" << std::setw(8) << "std" << std::setw(20)
             << "95 % interval" << std::setw(11) << "worst 5 %" << '\n';
        for (const auto& [age, chips] : a.points)
        {
            const auto& all = chips.accuracy;
            text << std::setw(10) << number(age.value) << std::setw(7) << chips.accuracies.size() << std::setw(12) << detail::percent(all.mean) << std::setw(8)
                 << detail::percent(all.deviation) << std::setw(20) << (all.has_interval() ? detail::percent(all.low) + " to " + detail::percent(all.high) : "-")
                 << std::setw(11) << detail::percent(chips.worst_twentieth) << '\n';
        }
        return out << text.str();
    }
};

namespace detail
{
// Sets the age of every memory that has one, and says whether there was any.
template <class Network>
bool set_age(Network& net, noise::seconds age)
{
    bool found = false;
    net.for_each_noise(
        [&](auto& part)
        {
            if constexpr (requires { part.device.age = age; })
            {
                part.device.age = age;
                found = true;
            }
        });
    net.weights();  // to be written anew
    return found;
}
}

//! @brief Accuracy over time under drift: a population of chips is written once and read at each age, by the same weights and on the same data.
//! @details Each age is `evaluate_chips` with all memories of the network at that age (phase_change_memory, resistive_memory_oxide); all else of them, compensation
//!          among it, is as the network has it. The network itself stays as it is.
//! @cost ages × chips × votes passes over the data
//! @errors value_error as evaluate_chips, for no ages or one that makes none, or when nothing in the network ages
//! @verified tests/eval/aging_test.cpp
template <class Network>
aging evaluate_ages(const Network& net, const data::sequences& data, const std::vector<noise::seconds>& ages, const population_options& options = {})
{
    constexpr const char* where = "evaluate_ages";
    if (ages.empty())
    {
        throw value_error(where, "at least one age", "none");
    }
    for (const auto age : ages)
    {
        noise::check(age, where);
    }
    auto view = net.sharing();
    aging result;
    for (const auto age : ages)
    {
        if (!detail::set_age(view, age))
        {
            throw value_error(where, "a network with memory that ages, as phase_change_memory", "none");
        }
        result.points.push_back({age, evaluate_chips(view, data, options)});
    }
    return result;
}
}
