// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// Can a noisy network be asked more than once?
// Yes: each pass draws new noise, so several passes vote. At 0 dB, where the noise is as strong as the signal, this
// turns time into accuracy.

#include <dni/dni.hpp>

#include <iostream>

using analog = dni::policies<dni::noise::gaussian<dni::snr_db>>;
using model = dni::network<dni::recurrent<dni::cell::lstm, analog>, dni::last_step, dni::dense<analog>>;

int main()
{
    const auto train = dni::data::synthetic_strokes(3000, dni::seed{1});
    const auto test = dni::data::synthetic_strokes(1000, dni::seed{2});

    model net({.inputs = 4, .hidden = 48, .outputs = 10}, dni::seed{1});
    dni::trainer trainer(net, dni::adam{.rate = 5e-3}, dni::cross_entropy{});
    trainer.fit(train, {.epochs = 8,
                        .noise = dni::noise::ramp(dni::snr_db{20}, dni::snr_db{5}),
                        .rate = dni::rate_schedule::cosine(),
                        .clip_norm = 1});

    // Votes are counted in two ways: the class most passes chose, or the class of the highest mean probability.
    const auto votes = dni::noise_sweep(net, test, {.snr_db = {0}, .votes = {1, 5, 15}, .repeats = 3});
    std::cout << votes;

    return votes.at(0, 15).mean > votes.at(0, 5).mean && votes.at(0, 5).mean > votes.at(0, 1).mean + 0.05 ? 0 : 1;
}
