// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// How many bits do the converters need?
// A chip has a DAC at the input of each product and an ADC at its output. A network that never saw them is measured with fewer and fewer bits; then a
// copy of it is trained on with the converters in place, their gradient passing straight through.

#include <dni/dni.hpp>

#include <iomanip>
#include <iostream>

namespace precision = dni::precision;
using converters = precision::converted<precision::dac<>, precision::adc<precision::constant_bound>>;
using chip = dni::policies<dni::noise::none, converters>;
using model = dni::network<dni::recurrent<dni::cell::lstm, chip>, dni::last_step, dni::dense<chip>>;

int main()
{
    const auto train = dni::data::synthetic_strokes(3000, dni::seed{1});
    const auto test = dni::data::synthetic_strokes(1000, dni::seed{2});

    model net({.inputs = 4, .hidden = 48, .outputs = 10}, dni::seed{1});
    const dni::bits fine{16};  // as good as exact here
    net.converters({.dac = fine, .adc = fine, .adc_full_scale = dni::full_scale{8}});
    dni::trainer(net, dni::adam{.rate = 5e-3}, dni::cross_entropy{}).fit(train, {.epochs = 8, .rate = dni::rate_schedule::cosine(), .clip_norm = 1});
    const double exact = dni::evaluate(net, test).mean;
    std::cout << dni::describe(net) << "\naccuracy with 16 bits: " << 100 * exact << " %\n\nbits   as it is   trained on with them\n"
              << std::fixed << std::setprecision(1);

    double before = 0, after = 0;
    for (const int n : {8, 6, 4})
    {
        model copy(net);
        copy.converters({.dac = dni::bits{n}, .adc = dni::bits{n}});
        before = dni::evaluate(copy, test).mean;
        dni::trainer(copy, dni::adam{.rate = 2e-3}, dni::cross_entropy{}).fit(train, {.epochs = 4, .rate = dni::rate_schedule::cosine(), .clip_norm = 1});
        after = dni::evaluate(copy, test).mean;
        std::cout << std::setw(4) << n << std::setw(9) << 100 * before << " %" << std::setw(15) << 100 * after << " %\n";
    }
    // Of four bits most is lost, and most of that comes back.
    return exact > 0.8 && before < exact - 0.1 && after > before + 0.1 ? 0 : 1;
}
