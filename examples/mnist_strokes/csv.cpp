// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "csv.hpp"

#include <fstream>

#include <dni/core/error.hpp>
#include <dni/eval/voting.hpp>

void write_csv(const job& wanted, const std::vector<measured>& results)
{
    if (wanted.csv.empty())
    {
        return;
    }
    const bool of_a_chip = wanted.hardware != job{}.hardware;  // then one more column says which
    std::ofstream out(wanted.csv);
    out << "cell,layers,hidden,noise_site,train_snr_db,seed,infer_snr_db,votes,voting,repeats,"
           "accuracy_mean,accuracy_std,ci95_low,ci95_high"
        << (of_a_chip ? ",hardware" : "") << '\n';
    for (const auto& network : results)
    {
        for (const auto& p : network.sweep.points)
        {
            out << wanted.cell << ',' << wanted.layers << ',' << wanted.hidden << ',' << name_of(wanted.site) << ',' << network.level.text << ','
                << network.seed << ',' << p.level << ',' << p.votes << ',' << dni::name_of(p.voting) << ',' << p.repeats << ','
                << p.accuracy.mean << ',' << p.accuracy.deviation << ',' << p.accuracy.low << ',' << p.accuracy.high
                << (of_a_chip ? ',' + wanted.hardware : "") << '\n';
        }
    }
    if (!out.flush())
    {
        throw dni::value_error("--csv", "room for the measurements", "\"" + wanted.csv + "\" cut short");
    }
}
