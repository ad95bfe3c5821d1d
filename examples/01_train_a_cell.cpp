// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// How do I train a recurrent network?
// Say in a type what it is made of, give it sizes and a seed, and let a trainer fit it to sequences.

#include <dni/dni.hpp>

#include <iostream>

// An LSTM reads a sequence; what it holds after the last step is read out.
using model = dni::network<dni::recurrent<dni::cell::lstm>, dni::last_step, dni::dense<>>;

int main()
{
    // Handwritten digits as the moves of a pen, 20 to 60 steps of (dx, dy, end of stroke, end of digit).
    const auto train = dni::data::synthetic_strokes(3000, dni::seed{1});
    const auto test = dni::data::synthetic_strokes(1000, dni::seed{2});

    model net({.inputs = 4, .hidden = 48, .outputs = 10}, dni::seed{1});
    std::cout << dni::describe(net) << '\n';

    dni::trainer trainer(net, dni::adam{.rate = 5e-3}, dni::cross_entropy{});
    const auto& history = trainer.fit(train, {.epochs = 8, .rate = dni::rate_schedule::cosine(), .clip_norm = 1});
    for (const auto& epoch : history.epochs)
    {
        std::cout << "epoch " << epoch.epoch << ": loss " << epoch.train_loss << '\n';
    }

    const double accuracy = dni::evaluate(net, test).mean;
    std::cout << "accuracy on digits it has not seen: " << 100 * accuracy << " %\n";
    return accuracy > 0.8 ? 0 : 1;
}
