// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// How do I train on data of my own?
// Write one row per step, `sequence, feature…, label`, and read it as CSV. Normalise with what the training part tells,
// and train. Here every step has a label: a network learns from a log when a thermostat heats.

#include <dni/dni.hpp>

#include <iostream>
#include <sstream>
#include <string>

// The thermostat heats below 19 °C, stops above 21 °C, and between them goes on with what it does: that takes memory.
std::string thermostat_log(int days)
{
    std::ostringstream text;
    dni::io::csv_writer csv(text);
    csv.row("day", "temperature", "humidity", "heats");
    dni::stream random{dni::key{dni::seed{1}}};
    for (int day = 1; day <= days; ++day)
    {
        float temperature = 18 + 4 * random.uniform();
        bool heats = temperature < 20;
        for (int hour = 0; hour < 48; ++hour)
        {
            temperature += (20 - temperature) / 8 + 0.7f * random.normal();
            heats = temperature < 19 || (heats && temperature < 21);
            csv.row(day, temperature, 40 + 20 * random.uniform(), heats);
        }
    }
    return text.str();
}

// Without last_step the read-out answers at every step.
using model = dni::network<dni::recurrent<dni::cell::gru>, dni::dense<>>;

int main()
{
    // The file would be read by dni::data::load_csv_sequences("log.csv", layout).
    const dni::data::csv_layout layout{.per = dni::data::per::step};
    const auto log = dni::data::parse_csv_sequences(thermostat_log(400), layout, "log.csv");

    auto [train, test] = log.split(0.8, dni::seed{1});
    const auto scale = dni::data::normalization::fit(train);
    scale.apply(train);
    scale.apply(test);
    std::cout << train.size() << " days to learn from, " << test.size() << " to be tested with\n" << scale;

    model net({.inputs = log.features(), .hidden = 16, .outputs = log.classes()}, dni::seed{1});
    dni::trainer trainer(net, dni::adam{.rate = 1e-2}, dni::cross_entropy{});
    trainer.fit(train, {.epochs = 20, .batch = 16, .clip_norm = 1});
    const double accuracy = dni::evaluate(net, test).mean;
    std::cout << "right in " << 100 * accuracy << " % of the hours\n";

    // Bad data are refused, with the line.
    bool refused = false;
    try
    {
        static_cast<void>(dni::data::parse_csv_sequences("day,temperature,heats\n1,19.5,0\n1,cold,1\n", layout, "bad.csv"));
    }
    catch (const dni::parse_error& error)
    {
        refused = true;
        std::cout << error.what() << '\n';
    }
    return accuracy > 0.9 && refused ? 0 : 1;
}
