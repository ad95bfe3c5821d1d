// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// Does layer normalisation help where products are noisy?
// The same LSTM with and without it, each trained without noise and with noise, and measured over a range of noise.

#include <dni/dni.hpp>

#include <array>
#include <iostream>
#include <string>

#include "study/study.hpp"

using analog = dni::policies<dni::noise::gaussian<dni::snr_db>>;

template <class Cell>
using classifier = dni::network<dni::recurrent<Cell, analog>, dni::last_step, dni::dense<analog>>;

constexpr std::array measured_at{dni::snr_db::none(), dni::snr_db{10}, dni::snr_db{5}, dni::snr_db{0}};

//! @return the accuracy, exact, of the network that was trained without noise
template <class Cell>
double train_and_measure(const study& wanted, const dni::data::stroke_data& digits, std::size_t seed, record& file)
{
    namespace noise = dni::noise;
    double exact = 0;
    for (const bool noisy : {false, true})
    {
        classifier<Cell> net({.inputs = digits.train.features(), .hidden = wanted.hidden, .outputs = 10}, dni::seed{seed});
        net.threads(wanted.threads);
        net.noise_level(dni::snr_db::none());
        dni::fit_options options{.epochs = wanted.epochs, .rate = dni::rate_schedule::cosine(), .clip_norm = 1, .seed = {seed}};
        if (noisy)  // not all of it at once, then another level each step
        {
            options.noise = noise::ramp(dni::snr_db{20}, dni::snr_db{5}).until(0.4).then(noise::drawn(dni::snr_db{0}, dni::snr_db{10}));
        }
        dni::trainer trainer(net, dni::adam{.rate = 5e-3}, dni::cross_entropy{});
        trainer.fit(digits.train, options);

        const char* const trained = noisy ? "0 to 10 dB" : "no noise";
        std::cout << Cell::name << ", trained with " << trained << ", at no noise, 10, 5 and 0 dB:";
        for (const auto level : measured_at)
        {
            net.noise_level(level);
            const double accuracy = dni::evaluate(net, digits.test, {.passes = wanted.passes}).mean;
            file.add(Cell::name, trained, level == level.none() ? "no noise" : std::to_string(static_cast<int>(level.value)) + " dB", seed, accuracy);
            std::cout << "  " << 100 * accuracy << " %";
            exact = !noisy && level == level.none() ? accuracy : exact;
        }
        std::cout << std::endl;
    }
    return exact;
}

int normalize(const study& wanted)
{
    const auto digits = strokes(wanted);
    record file(wanted, "cell,trained with,level,seed,accuracy");
    bool as_expected = true;
    for (std::size_t s = 1; s <= wanted.seeds; ++s)
    {
        as_expected = train_and_measure<dni::cell::lstm>(wanted, digits, s, file) > 0.8 && as_expected;
        as_expected = train_and_measure<dni::cell::normalized<dni::cell::lstm>>(wanted, digits, s, file) > 0.8 && as_expected;
    }
    return as_expected ? 0 : 1;
}

int main(int argc, char** argv)
{
    return conduct(normalize, argc, argv);
}
