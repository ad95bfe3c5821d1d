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
#include <dni/noise/site.hpp>

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

//! @brief A memory has devices that were written some time ago: phase_change_memory, resistive_memory_oxide.
template <class Memory>
concept aging_memory = noise::model<Memory> && requires(Memory memory) { memory.device.age = noise::seconds{}; };

//! @brief Accuracy over time under drift: a population of chips is written once and read at each age, by the same weights and on the same data.
//! @details Each age is `evaluate_chips` with the age set in `memory`, which also says how the drift is made up for. The network itself stays as it is.
//! @param memory as net.set_noise would take it
//! @cost ages × chips × votes passes over the data
//! @errors value_error as evaluate_chips, for an age that makes none, or when no noise of the network is of this kind
//! @verified tests/eval/aging_test.cpp
template <class Network, aging_memory Memory>
aging evaluate_ages(const Network& net, const data::sequences& data, Memory memory, const std::vector<noise::seconds>& ages,
                    const population_options& options = {})
{
    auto view = net.sharing();
    aging result;
    for (const auto age : ages)
    {
        memory.device.age = age;
        view.set_noise(memory);
        result.points.push_back({age, evaluate_chips(view, data, options)});
    }
    return result;
}
}
