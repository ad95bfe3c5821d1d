// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// Which part of the network is hurt most by noise, and how much can it stand?
// measure_sensitivity turns on one noise at a time. A level tells what is lost there; the midpoint, the level at which half of what is above chance is
// lost, ranks the places. find_tolerance then says how loud all of them may be together.

#include <dni/dni.hpp>

#include <iostream>

#include "study/study.hpp"

using lstm = dni::cell::lstm;
using model = dni::network<dni::recurrent<lstm>, dni::last_step, dni::dense<>>;

// Noise where a product begins and where it ends, of the recurrent layer and of the read-out, relative to the vector there; and at the gates, whose range is
// known, absolute.
using at_products = dni::noise::gaussian<dni::snr_db>;
using at_gate = dni::noise::gaussian<dni::sigma>;
using everywhere = dni::noise::all<dni::noise::at_input<at_products>, at_products, dni::noise::at_row<at_gate, lstm::i>, dni::noise::at_row<at_gate, lstm::f>,
                                   dni::noise::at_row<at_gate, lstm::g>, dni::noise::at_row<at_gate, lstm::o>>;

void show(const dni::sensitivity& table, const char* unit, std::size_t seed, record& file)
{
    std::cout << "midpoints in " << unit << ":\n" << table << "worst: " << table.worst().crossbar << ' ' << table.worst().place << "\n\n";
    for (const auto& one : table.places)
    {
        const auto place = one.crossbar + ' ' + one.place.substr(0, one.place.find(','));  // which layer, and where
        file.add(unit, place, seed, one.midpoint.level);
    }
}

int sensitivity(const study& wanted)
{
    const auto digits = strokes(wanted);
    record file(wanted, "unit,place,seed,midpoint");
    bool as_expected = true;
    for (std::size_t s = 1; s <= wanted.seeds; ++s)
    {
        model net({.inputs = digits.train.features(), .hidden = wanted.hidden, .outputs = 10}, dni::seed{s});
        net.threads(wanted.threads);
        dni::trainer trainer(net, dni::adam{.rate = 5e-3}, dni::cross_entropy{});
        trainer.fit(digits.train, {.epochs = wanted.epochs, .rate = dni::rate_schedule::cosine(), .clip_norm = 1, .seed = {s}});

        const auto noisy = dni::with_noise<everywhere>(net);  // the same weights
        const auto products =
            dni::measure_sensitivity<dni::snr_db>(noisy, digits.test, {.level = 5, .from = 30, .to = -20, .resolution = 1, .passes = wanted.passes});
        const auto gates =
            dni::measure_sensitivity<dni::sigma>(noisy, digits.test, {.level = 0.5, .from = 0, .to = 4, .resolution = 0.05, .passes = wanted.passes});
        show(products, "dB", s, file);
        show(gates, "sigma", s, file);

        const dni::tolerance_search search{.accuracy = products.quiet.mean - 0.05, .from = 40, .to = 0, .resolution = 1};
        const auto together = dni::find_tolerance<dni::snr_db>(noisy, digits.test, search, {.passes = wanted.passes});
        std::cout << "all products together, for a loss of 5 %, in dB: " << together << '\n';

        // Noise alone hurts less than all noise together, so that the network tolerates it louder.
        double most = -1e9;
        for (const auto& place : products.places)
        {
            most = place.midpoint.level > most ? place.midpoint.level : most;
        }
        as_expected = as_expected && products.quiet.mean > 0.8 && products.worst().lost.mean > 0 && together.level >= most;
    }
    return as_expected ? 0 : 1;
}

int main(int argc, char** argv)
{
    return conduct(sensitivity, argc, argv);
}
