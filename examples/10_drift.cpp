// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// How long do weights last in phase-change memory?
// The conductances drift for years after they were written. Train without noise and with noise in the weights, write the weights into the devices of some
// chips, and read them at some ages, with and without one digital factor that makes up for the loss.

#include <dni/dni.hpp>

#include <array>
#include <iostream>
#include <string>
#include <vector>

#include "study/study.hpp"

using noisy_weights = dni::policies<dni::noise::at_weights<dni::noise::gaussian<dni::relative_to_wmax>>>;
using model = dni::network<dni::recurrent<dni::cell::lstm, noisy_weights>, dni::last_step, dni::dense<noisy_weights>>;
using memory = dni::noise::phase_change_memory;
using dni::noise::compensation;

struct named_age
{
    double seconds;
    const char* told;
};

constexpr std::array ages{named_age{1, "1 s"},       named_age{60, "1 min"},      named_age{3600, "1 h"},
                          named_age{86400, "1 day"}, named_age{2.6e6, "1 month"}, named_age{3.15e7, "1 year"}};

int drift(const study& wanted)
{
    const auto digits = strokes(wanted);
    record file(wanted, "trained,compensation,age,seed,chip,accuracy");
    bool as_expected = true;
    for (std::size_t s = 1; s <= wanted.seeds; ++s)
    {
        for (const auto level : {dni::relative_to_wmax::none(), dni::relative_to_wmax{0.05}})
        {
            model net({.inputs = digits.train.features(), .hidden = wanted.hidden, .outputs = 10}, dni::seed{s});
            net.threads(wanted.threads);
            dni::trainer trainer(net, dni::adam{.rate = 5e-3}, dni::cross_entropy{});
            trainer.fit(digits.train, {.epochs = wanted.epochs, .noise = level, .rate = dni::rate_schedule::cosine(), .clip_norm = 1, .seed = {s}});
            net.noise_level(dni::relative_to_wmax::none());
            const std::string trained = level == level.none() ? "without noise" : "with noise";
            const double exact = dni::evaluate(net, digits.test).mean;
            std::cout << "\ntrained " << trained << ": " << 100 * exact << " %; as devices, by age:\n";

            auto devices = dni::with_noise<memory>(net);  // the same weights
            const auto accuracies = [&](compensation how, const char* named)
            {
                std::vector<dni::noise::seconds> when;
                for (const auto& age : ages)
                {
                    when.push_back({age.seconds});
                }
                devices.set_noise(memory{.compensation = how});
                const auto found = dni::evaluate_ages(devices, digits.test, when, {.chips = wanted.chips});
                for (const auto& age : ages)
                {
                    for (std::size_t c = 0; c < wanted.chips; ++c)
                    {
                        file.add(trained, named, age.told, s, c + 1, found.at({age.seconds}).accuracies[c]);
                    }
                }
                std::cout << "compensation " << named << ":\n" << found << std::flush;
                return found;
            };
            const auto neglected = accuracies(compensation::none, "none");
            const auto compensated = accuracies(compensation::global, "global");
            const auto mean = [](const dni::aging& a, const named_age& age) { return a.at({age.seconds}).accuracy.mean; };
            as_expected = as_expected && mean(compensated, ages.front()) > 0.8 && mean(compensated, ages.back()) <= mean(compensated, ages.front())
                          && mean(neglected, ages.back()) < mean(compensated, ages.back());
        }
    }
    return as_expected ? 0 : 1;
}

int main(int argc, char** argv)
{
    return conduct(drift, argc, argv);
}
