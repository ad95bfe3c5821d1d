// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "table.hpp"

#include <cmath>
#include <cstddef>
#include <cstdio>
#include <iomanip>
#include <sstream>
#include <string>

#include <dni/core/number.hpp>

#include "over_seeds.hpp"

namespace
{
std::string meaning_of_snr(noise_site site)
{
    const bool weights = site == noise_site::weights;
    return std::string("SNR: power of each product's ") + name_of(site) + (weights ? " over" : " vector over") + " that of the noise added to it, "
           + (weights ? "one draw for each pass over the digits" : "fresh for every product, step and digit") + "; read-out included.";
}

std::string percent(const dni::summary& accuracy, bool with_interval)
{
    char text[32];
    if (with_interval)
    {
        std::snprintf(text, sizeof text, "%9.2f ± %-5.2f", 100 * accuracy.mean, 50 * (accuracy.high - accuracy.low));
    }
    else
    {
        std::snprintf(text, sizeof text, "%9.2f", 100 * accuracy.mean);
    }
    return text;
}
}

void print_table(std::ostream& out, const job& wanted, const std::vector<measured>& results)
{
    const bool with_interval = wanted.seeds.size() > 1 || wanted.repeats > 1;
    std::ostringstream table;
    table << (wanted.validation > 0 ? "Validation" : "Test") << " accuracy in %, the votes' mean probability deciding";
    if (with_interval)
    {
        table << "; mean ± half of the 95 % interval over " << intervals_over(wanted);
    }
    table << ".\n" << meaning_of_snr(wanted.site) << "\n";
    table << (wanted.hardware == "gaussian" ? "\n" : "Hardware: " + wanted.hardware + ", as described above.\n\n");
    // Names stand over the numbers, intervals on their right.
    const auto padding = std::string(with_interval ? 8 : 0, ' ');
    table << std::left << std::setw(16) << "trained with" << std::right << std::setw(6) << "votes";
    for (const double db : wanted.infer_levels)
    {
        table << (db == wanted.infer_levels.front() ? "" : padding) << std::setw(9) << (std::isinf(db) ? "no noise" : dni::number(db) + " dB");
    }
    table << '\n';
    for (const auto& level : wanted.train_levels)
    {
        for (const std::size_t votes : wanted.votes)
        {
            std::string numbers;
            for (const double db : wanted.infer_levels)
            {
                numbers += percent(over_seeds(results, level, db, votes), with_interval);
            }
            numbers.erase(numbers.find_last_not_of(' ') + 1);
            table << std::left << std::setw(16) << (votes == wanted.votes.front() ? describe(level) : "");
            table << std::right << std::setw(6) << votes << numbers << '\n';
        }
    }
    out << table.str();
}
