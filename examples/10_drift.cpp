// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// How long do weights last in phase-change memory?
// The conductances drift for years after they were written. Train with noise in the weights, write the weights into the
// devices of some chips, and read them at some ages, with and without one digital factor that makes up for the loss.

#include <dni/dni.hpp>

#include <iostream>

using noisy_weights = dni::policies<dni::noise::at_weights<dni::noise::gaussian<dni::relative_to_wmax>>>;
using model = dni::network<dni::recurrent<dni::cell::lstm, noisy_weights>, dni::last_step, dni::dense<noisy_weights>>;
using memory = dni::noise::phase_change_memory;

int main()
{
    const auto test = dni::data::synthetic_strokes(500, dni::seed{2});
    model net({.inputs = 4, .hidden = 48, .outputs = 10}, dni::seed{1});
    dni::trainer trainer(net, dni::adam{.rate = 5e-3}, dni::cross_entropy{});
    trainer.fit(dni::data::synthetic_strokes(3000, dni::seed{1}),
                {.epochs = 8, .noise = dni::relative_to_wmax{0.05}, .rate = dni::rate_schedule::cosine(), .clip_norm = 1});

    // The same weights, as devices.
    auto devices = dni::with_noise<memory>(net);
    const auto accuracy = [&](double age, dni::noise::compensation how)
    {
        devices.set_noise(memory{.device = {.age = {age}}, .compensation = how});
        return dni::evaluate_chips(devices, test, {.chips = 5});
    };
    std::cout << "age in s, without and with compensation:\n";
    for (const double age : {1.0, 3600.0, 86400.0, 3.15e7})
    {
        std::cout << age << "\n  " << accuracy(age, dni::noise::compensation::none) << "  " << accuracy(age, dni::noise::compensation::global);
    }
    std::cout << dni::describe(devices);

    const double young = accuracy(1, dni::noise::compensation::global).accuracy.mean;
    const double old = accuracy(3.15e7, dni::noise::compensation::global).accuracy.mean;
    const double neglected = accuracy(3.15e7, dni::noise::compensation::none).accuracy.mean;
    return young > 0.8 && old <= young && neglected < old ? 0 : 1;
}
