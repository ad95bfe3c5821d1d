// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// What each kind of model costs: a training step of the LSTM of shape A, one thread, beside train_step/lstm/A/none/threads:1. One model for each way of
// drawing and each site; those of the same kind cost the same.
#include "cell_bench.hpp"

namespace
{
using namespace dni;

template <class Noise, class Precision = precision::float32, class Cell = cell::lstm>
void add(const char* name, auto set)
{
    bench::register_training<Cell, policies<Noise, Precision>>("lstm", 4, bench::shapes[0], 1, name, set);
}

auto at(auto level)
{
    return [level](auto& net) { net.noise_level(level); };
}

bool register_models()
{
    add<noise::uniform<sigma>>("uniform", at(sigma{0.1}));
    add<noise::multiplicative>("multiplicative", at(spread{0.1}));
    add<noise::flicker<sigma>>("flicker", at(sigma{0.1}));
    add<noise::ar1<sigma>>("ar1", at(sigma{0.1}));
    add<noise::at_input<noise::gaussian<sigma>>>("input_gaussian", at(sigma{0.1}));
    add<noise::gaussian<relative_to_largest_product>>("gaussian_largest_product", at(relative_to_largest_product{0.06}));
    add<noise::read_noise>("read_noise", at(relative_to_wmax{0.02}));
    add<noise::at_weights<noise::gaussian<relative_to_wmax>>>("weights_gaussian", at(relative_to_wmax{0.05}));
    add<noise::phase_change_memory>("phase_change_memory", [](auto&) {});
    add<noise::none, precision::converted<precision::dac<>, precision::adc<precision::constant_bound>>>(
        "converters", [](auto& net) { net.converters({.dac = bits{8}, .adc = bits{8}, .adc_full_scale = full_scale{10}}); });
    add<noise::none, precision::float32, cell::normalized<cell::lstm>>("layer_normalisation", [](auto&) {});
    return true;
}

[[maybe_unused]] const bool registered = register_models();
}
