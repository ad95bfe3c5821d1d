// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// What each model costs: a training step of the LSTM of shape A, one thread, beside train_step/lstm/A/none/threads:1.
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

const auto as_it_is = [](auto&) {};

void register_outputs()
{
    add<noise::uniform<sigma>>("uniform", at(sigma{0.1}));
    add<noise::laplace<sigma>>("laplace", at(sigma{0.1}));
    add<noise::impulse<sigma>>("impulse", at(sigma{0.1}));
    add<noise::common_mode<sigma>>("common_mode", at(sigma{0.1}));
    add<noise::multiplicative>("multiplicative", at(spread{0.1}));
    add<noise::log_normal>("log_normal", at(spread{0.1}));
    add<noise::ar1<sigma>>("ar1", at(sigma{0.1}));
    add<noise::flicker<sigma>>("flicker", at(sigma{0.1}));
    add<noise::telegraph<sigma>>("telegraph", at(sigma{0.1}));
    add<noise::gaussian<relative_to_largest_product>>("gaussian_largest_product", at(relative_to_largest_product{0.06}));
    add<noise::read_noise>("read_noise", at(relative_to_wmax{0.02}));
    add<noise::per_chip<noise::gaussian<sigma>>>("gaussian_of_chip", at(sigma{0.1}));
}

void register_other_sites()
{
    add<noise::at_input<noise::gaussian<sigma>>>("input_gaussian", at(sigma{0.1}));
    add<noise::at_gates<noise::gaussian<sigma>>>("gates_gaussian", at(sigma{0.1}));
    add<noise::at_weights<noise::gaussian<relative_to_wmax>>>("weights_gaussian", at(relative_to_wmax{0.05}));
    add<noise::programming>("programming", at(spread{1}));
    add<noise::at_weights<noise::clipped>>("clipped", as_it_is);
    add<noise::at_weights<noise::discretized>>("discretized", as_it_is);
    add<noise::at_weights<noise::drop_connect>>("drop_connect", at(probability{0.1}));
    add<noise::at_weights<noise::stuck_at>>("stuck_at", as_it_is);
    add<noise::phase_change_memory>("phase_change_memory", as_it_is);
    add<noise::resistive_memory_wan>("resistive_memory_wan", as_it_is);
    add<noise::resistive_memory_oxide>("resistive_memory_oxide", as_it_is);
    add<noise::all<noise::phase_change_memory, noise::ir_drop>>("phase_change_memory_ir_drop", as_it_is);
}

void register_precisions()
{
    using precision::converted, precision::dac, precision::adc;
    const auto eight_bits = [](auto& net) { net.converters({.dac = bits{8}, .adc = bits{8}, .adc_full_scale = full_scale{10}}); };
    add<noise::none, converted<dac<>, adc<precision::constant_bound>>>("converters", eight_bits);
    add<noise::none, converted<dac<>, adc<precision::learned_bound>>>("converters_learned", eight_bits);
    add<noise::none, precision::stored_as<bfloat16>>("stored_as_bfloat16", as_it_is);
    add<noise::none, precision::float32, cell::normalized<cell::lstm>>("layer_normalisation", as_it_is);
}

bool register_models()
{
    register_outputs();
    register_other_sites();
    register_precisions();
    return true;
}

[[maybe_unused]] const bool registered = register_models();
}
