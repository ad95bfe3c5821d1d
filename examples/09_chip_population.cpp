// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// Every chip is different: which weights suit them all?
// Errors of devices and gains are drawn once for a chip and then act at every step. A network that was trained on one
// chip has learned that chip's errors; trained on a new chip for each step, it has to suit them all.

#include <dni/dni.hpp>

#include <iostream>

#include "study/study.hpp"

// Of each weight and of each product's outputs the gain is off by some per cent, the same for ever on one chip.
using mismatch = dni::noise::per_chip<dni::noise::all<dni::noise::at_weights<dni::noise::multiplicative>, dni::noise::multiplicative>>;
using analog = dni::policies<mismatch>;
using model = dni::network<dni::recurrent<dni::cell::lstm, analog>, dni::last_step, dni::dense<analog>>;

int chip_population(const study& wanted)
{
    const auto digits = strokes(wanted);
    record file(wanted, "trained on,spread,seed,chip,accuracy");
    bool as_expected = true;
    for (std::size_t s = 1; s <= wanted.seeds; ++s)
    {
        const auto accuracy_on_chips = [&](const char* how, bool new_chips)
        {
            model net({.inputs = digits.train.features(), .hidden = wanted.hidden, .outputs = 10}, dni::seed{s});
            net.threads(wanted.threads);
            net.chip(dni::chip{1000});
            dni::trainer trainer(net, dni::adam{.rate = 5e-3}, dni::cross_entropy{});
            trainer.fit(digits.train, {.epochs = wanted.epochs,
                                       .noise = dni::spread{0.4},
                                       .new_chips = new_chips,
                                       .rate = dni::rate_schedule::cosine(),
                                       .clip_norm = 1,
                                       .seed = {s}});

            const auto others = dni::evaluate_chips(net, digits.test, {.chips = wanted.chips});
            std::cout << "trained on " << how << ": " << 100 * dni::evaluate(net, digits.test).mean << " % on chip{1000}; on others\n  " << others;
            for (std::size_t c = 0; c < wanted.chips; ++c)
            {
                file.add(how, 0.4, s, c + 1, others.accuracies[c]);
            }

            // A chip is a number: the worst one can be looked at again, to the bit.
            net.chip(others.worst());
            std::cout << "  the worst of them again: " << 100 * dni::evaluate(net, digits.test).mean << " %\n";
            return others;
        };
        const auto of_one = accuracy_on_chips("one chip", false);
        const auto of_all = accuracy_on_chips("a new chip for each step", true);
        as_expected = as_expected && of_all.accuracy.mean > of_one.accuracy.mean + 0.05 && of_all.worst_twentieth > of_one.worst_twentieth;
    }
    return as_expected ? 0 : 1;
}

int main(int argc, char** argv)
{
    return conduct(chip_population, argc, argv);
}
