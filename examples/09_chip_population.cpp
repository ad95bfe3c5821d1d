// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// Every chip is different: which weights suit them all?
// Errors of devices and gains are drawn once for a chip and then act at every step. A network that was trained on one
// chip has learned that chip's errors; trained on a new chip for each step, it has to suit them all.

#include <dni/dni.hpp>

#include <iostream>

// Of each weight and of each product's outputs the gain is off by some per cent, the same for ever on one chip.
using mismatch = dni::noise::per_chip<dni::noise::all<dni::noise::at_weights<dni::noise::multiplicative>, dni::noise::multiplicative>>;
using analog = dni::policies<mismatch>;
using model = dni::network<dni::recurrent<dni::cell::lstm, analog>, dni::last_step, dni::dense<analog>>;

dni::chip_population accuracy_on_chips(const char* how, bool new_chips)
{
    model net({.inputs = 4, .hidden = 48, .outputs = 10}, dni::seed{1});
    net.chip(dni::chip{1000});
    dni::trainer trainer(net, dni::adam{.rate = 5e-3}, dni::cross_entropy{});
    trainer.fit(dni::data::synthetic_strokes(3000, dni::seed{1}), {.epochs = 8,
                                                                    .noise = dni::spread{0.4},
                                                                    .new_chips = new_chips,
                                                                    .rate = dni::rate_schedule::cosine(),
                                                                    .clip_norm = 1});

    const auto test = dni::data::synthetic_strokes(1000, dni::seed{2});
    const auto others = dni::evaluate_chips(net, test, {.chips = 20});
    std::cout << "trained on " << how << ": " << 100 * dni::evaluate(net, test).mean << " % on chip{1000}; on others\n  " << others;

    // A chip is a number: the worst one can be looked at again, to the bit.
    net.chip(others.worst());
    std::cout << "  the worst of them again: " << 100 * dni::evaluate(net, test).mean << " %\n";
    return others;
}

int main()
{
    const auto of_one = accuracy_on_chips("one chip", false);
    const auto of_all = accuracy_on_chips("a new chip for each step", true);
    return of_all.accuracy.mean > of_one.accuracy.mean + 0.05 && of_all.worst_twentieth > of_one.worst_twentieth ? 0 : 1;
}
