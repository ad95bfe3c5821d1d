// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// How does accuracy fall as the noise rises?
// noise_sweep measures it, several times at each level. The table is for people; `03_sweep_the_noise > curve.csv`
// writes a file for a plotting program.

#include <dni/dni.hpp>

#include <iostream>
#include <limits>

using analog = dni::policies<dni::noise::gaussian<dni::snr_db>>;
using model = dni::network<dni::recurrent<dni::cell::gru, analog>, dni::last_step, dni::dense<analog>>;

int main()
{
    const auto train = dni::data::synthetic_strokes(3000, dni::seed{1});
    const auto test = dni::data::synthetic_strokes(1000, dni::seed{2});

    model net({.inputs = 4, .hidden = 64, .outputs = 10}, dni::seed{1});
    dni::trainer trainer(net, dni::adam{.rate = 5e-3}, dni::cross_entropy{});
    trainer.fit(train, {.epochs = 16,
                        .noise = dni::noise::ramp(dni::snr_db{20}, dni::snr_db{5}),
                        .rate = dni::rate_schedule::cosine(),
                        .clip_norm = 1});

    constexpr double exact = std::numeric_limits<double>::infinity();
    const auto curve = dni::noise_sweep(net, test, {.snr_db = {exact, 20, 10, 5, 0, -5}, .repeats = 5});
    std::cerr << curve;
    curve.write_csv(std::cout);

    // The noise is felt at last, and most of the digits are still read at the level of training.
    return curve.at(5).mean > 0.7 && curve.at(-5).mean < curve.at(5).mean ? 0 : 1;
}
