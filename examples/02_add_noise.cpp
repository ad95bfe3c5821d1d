// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// How do I make a network robust to noisy hardware?
// Give its layers a noise, and train with it: deep noise injection. Here the level rises while the network learns,
// from 20 dB (a hundredth of the signal's power) to 5 dB (a third of it).

#include <dni/dni.hpp>

#include <iostream>

// Gaussian noise at the output of every matrix-vector product, in proportion to the product's own power.
using analog = dni::policies<dni::noise::gaussian<dni::snr_db>>;
using model = dni::network<dni::recurrent<dni::cell::lstm, analog>, dni::last_step, dni::dense<analog>>;

// The same weights to begin with, the same digits: only the noise differs.
model trained_with(const dni::noise::any_schedule& noise)
{
    const auto digits = dni::data::synthetic_strokes(3000, dni::seed{1});
    model net({.inputs = 4, .hidden = 48, .outputs = 10}, dni::seed{1});
    dni::trainer trainer(net, dni::adam{.rate = 5e-3}, dni::cross_entropy{});
    trainer.fit(digits, {.epochs = 8, .noise = noise, .rate = dni::rate_schedule::cosine(), .clip_norm = 1});
    return net;
}

// A network keeps the level it was trained with, so say at which level it is to be measured.
double accuracy(model& net, dni::snr_db level)
{
    static const auto digits = dni::data::synthetic_strokes(1000, dni::seed{2});
    net.noise_level(level);
    return dni::evaluate(net, digits, {.passes = 3}).mean;
}

int main()
{
    auto plain = trained_with(dni::snr_db::none());
    auto robust = trained_with(dni::noise::ramp(dni::snr_db{20}, dni::snr_db{5}));

    const auto off = dni::snr_db::none();
    const auto loud = dni::snr_db{5};
    std::cout << "accuracy in %       exact   at 5 dB\n"
              << "trained exactly     " << 100 * accuracy(plain, off) << "    " << 100 * accuracy(plain, loud) << '\n'
              << "trained with noise  " << 100 * accuracy(robust, off) << "    " << 100 * accuracy(robust, loud) << '\n';

    return accuracy(robust, loud) > accuracy(plain, loud) + 0.05 ? 0 : 1;
}
