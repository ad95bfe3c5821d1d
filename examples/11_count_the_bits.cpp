// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// How many bits do the converters need?
// A chip has a DAC at the input of each product and an ADC at its output. A network is trained with 16 bits, as good as exact; then copies of it are
// trained on with converters of fewer bits in place, whose gradient passes straight through, and each is measured with all of them.

#include <dni/dni.hpp>

#include <array>
#include <iomanip>
#include <iostream>
#include <string>

#include "study/study.hpp"

namespace precision = dni::precision;
using converters = precision::converted<precision::dac<>, precision::adc<precision::constant_bound>>;
using chip = dni::policies<dni::noise::none, converters>;
using model = dni::network<dni::recurrent<dni::cell::lstm, chip>, dni::last_step, dni::dense<chip>>;

constexpr std::array sizes{16, 8, 6, 4, 3, 2};  // n bits are 2^n - 1 values

int count_the_bits(const study& wanted)
{
    const auto digits = strokes(wanted);
    record file(wanted, "trained with,bits,seed,accuracy");
    bool as_expected = true;
    for (std::size_t s = 1; s <= wanted.seeds; ++s)
    {
        const auto fit = [&](model& one, double rate, std::size_t epochs)
        {
            dni::trainer trainer(one, dni::adam{.rate = rate}, dni::cross_entropy{});
            trainer.fit(digits.train, {.epochs = epochs, .rate = dni::rate_schedule::cosine(), .clip_norm = 1, .seed = {s}});
        };
        model net({.inputs = digits.train.features(), .hidden = wanted.hidden, .outputs = 10}, dni::seed{s});
        net.threads(wanted.threads);
        net.converters({.dac = dni::bits{16}, .adc = dni::bits{16}, .adc_full_scale = dni::full_scale{8}});
        fit(net, 5e-3, wanted.epochs);
        dni::calibrate_converters(net, digits.train);  // the range of each ADC: what its products reach
        std::cout << dni::describe(net) << "\ntrained on with, measured with 16, 8, 6, 4, 3 and 2 bits:\n" << std::fixed << std::setprecision(1);

        double exact = 0, before = 0, after = 0;
        for (const int trained : sizes)
        {
            model copy(net);
            copy.converters({.dac = dni::bits{trained}, .adc = dni::bits{trained}});
            fit(copy, 2e-3, (wanted.epochs + 3) / 4);
            std::cout << std::setw(4) << trained;
            for (const int measured : sizes)
            {
                copy.converters({.dac = dni::bits{measured}, .adc = dni::bits{measured}});
                const double accuracy = dni::evaluate(copy, digits.test).mean;
                std::cout << std::setw(8) << 100 * accuracy << " %";
                file.add(std::to_string(trained) + " bits", measured, s, accuracy);
                exact = trained == 16 && measured == 16 ? accuracy : exact;
                before = trained == 16 && measured == 3 ? accuracy : before;
                after = trained == 3 && measured == 3 ? accuracy : after;
            }
            std::cout << std::endl;
        }
        // Of three bits much is lost, and most of that comes back; two are too few.
        as_expected = as_expected && exact > 0.8 && before < exact - 0.1 && after > before + 0.1;
    }
    return as_expected ? 0 : 1;
}

int main(int argc, char** argv)
{
    return conduct(count_the_bits, argc, argv);
}
