// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// Which part of the network is hurt most by noise, and how much can it stand?
// measure_sensitivity turns on one noise at a time. A level tells what is lost there; the midpoint, the level at which half of what is above chance is
// lost, ranks the places. find_tolerance then says how loud all of them may be together.

#include <dni/dni.hpp>

#include <iostream>

// Noise where a product begins and where it ends, of the recurrent layer and of the read-out.
using analog = dni::policies<dni::noise::all<dni::noise::at_input<dni::noise::gaussian<dni::snr_db>>, dni::noise::gaussian<dni::snr_db>>>;
using model = dni::network<dni::recurrent<dni::cell::lstm, analog>, dni::last_step, dni::dense<analog>>;

int main()
{
    const auto test = dni::data::synthetic_strokes(500, dni::seed{2});
    model net({.inputs = 4, .hidden = 48, .outputs = 10}, dni::seed{1});
    dni::trainer trainer(net, dni::adam{.rate = 5e-3}, dni::cross_entropy{});
    trainer.fit(dni::data::synthetic_strokes(3000, dni::seed{1}),
                {.epochs = 8, .noise = dni::snr_db::none(), .rate = dni::rate_schedule::cosine(), .clip_norm = 1});

    const auto table = dni::measure_sensitivity<dni::snr_db>(net, test, {.level = 5, .from = 30, .to = -20, .resolution = 1, .passes = 3});
    std::cout << "lost at 5 dB, midpoints in dB:\n" << table << "worst: " << table.worst().crossbar << ' ' << table.worst().place << "\n\n";

    const auto together = dni::find_tolerance<dni::snr_db>(net, test, {.accuracy = table.quiet.mean - 0.05, .from = 40, .to = 0, .resolution = 1}, {.passes = 3});
    std::cout << "all together, for a loss of 5 %, in dB: " << together;

    // Noise alone hurts less than all noise together, so that the network tolerates it louder.
    double most = -1e9;
    for (const auto& place : table.places)
    {
        most = place.midpoint.level > most ? place.midpoint.level : most;
    }
    return table.quiet.mean > 0.8 && table.worst().lost.mean > 0 && together.level >= most ? 0 : 1;
}
