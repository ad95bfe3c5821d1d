// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "eval/tiny.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <string>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/noise_at_rows.hpp>
#include <dni/crossbar/mapping.hpp>
#include <dni/eval/calibrate.hpp>
#include <dni/eval/describe.hpp>
#include <dni/layer/embedding.hpp>
#include <dni/precision/quantized_cell.hpp>

namespace describe_test
{
using namespace dni;
using support::contains;

TEST_CASE("describe says layers, shapes, sizes, and each noise with site, lifetime and level")
{
    using relative = noise::gaussian<snr_db>;
    using mixed = policies<noise::all<noise::at_input<relative>, noise::at_weights<noise::gaussian<sigma>>, relative>, precision::float64>;
    network<bidirectional<cell::gru, mixed>, final_states, dense<policies<noise::none, precision::float64>>> net({3, 5, 4, 2, 0.25}, seed{1});
    const auto quiet = describe(net);
    CHECK_THAT(quiet, contains("noise: gaussian, off (SNR = inf); at the output"));
    CHECK_THAT(quiet, contains("noise: gaussian, off (sigma = 0); at the weights"));

    net.noise_level(snr_db{20});
    net.noise_level(sigma{0.5});
    const auto text = describe(net);
    CAPTURE(text);
    CHECK_THAT(text, contains("0. bidirectional gru: 3 -> 10, 2 layers, dropout 0.25 between them in training\n"));
    CHECK_THAT(text, contains("0.weight_ih_l0_reverse       [15, 3]              45\n"));
    CHECK_THAT(text, contains("crossbar l1_reverse: 15 inputs (10 of x, 5 of h), 20 outputs, float64\n"));
    CHECK_THAT(text, contains("gaussian, SNR = 20 dB, sigma = 0.1 of the root mean square of each input vector; at the input, fresh for each sample and step\n"));
    CHECK_THAT(text, contains("gaussian, sigma = 0.5; at the weights, one draw for a pass, shared by the batch\n"));
    CHECK_THAT(text, contains("gaussian, SNR = 20 dB, sigma = 0.1 of the root mean square of each output vector; at the output, fresh for each sample and step\n"));
    CHECK_THAT(text, contains("1. final states: 10 -> 10, digital and exact\n"));
    CHECK_THAT(text, contains("2. dense: 10 -> 4\n"));
    CHECK_THAT(text, contains("crossbar dense: 10 inputs, 4 outputs, float64\n       noise: none\n"));
    CHECK_THAT(text, contains(std::to_string(net.weights().size()) + " parameters\n"));
}

TEST_CASE("describe gives the one sigma a calibration makes of a level")
{
    auto net = tiny::make();
    net.noise_level(snr_db{20});
    use_calibration(net, {{0, "l0", 4}, {2, "dense", 0.25}});
    CHECK_THAT(describe(net), contains("power fixed at 4, sigma = 0.2 by calibration; at the output"));
    CHECK_THAT(describe(net), contains("power fixed at 0.25, sigma = 0.05 by calibration; at the output"));
    clear_calibration(net);
    CHECK_THAT(describe(net), !contains("calibration"));
}

TEST_CASE("describe says what acts inside a cell, and that a layer without the place has none of it")
{
    using precision::infinite, precision::quantized_cell, precision::quantizer;
    using inside = policies<noise::all<noise::at_row<noise::gaussian<sigma>, cell::lstm::f>, noise::per_chip<noise::at_hidden_state<noise::gaussian<snr_db>>>>,
                            quantized_cell<quantizer<precision::unit_bound>, quantizer<precision::constant_bound>, infinite>>;
    network<recurrent<cell::lstm, inside>, dense<inside>> net({.inputs = 3, .hidden = 5, .outputs = 2}, seed{1});
    net.noise_level(sigma{0.5});
    net.noise_level(snr_db{20});
    net.converters({.gates = bits{6}, .cell_state = bits{7}, .cell_state_full_scale = full_scale{63}});
    const auto text = describe(net);
    CAPTURE(text);
    CHECK_THAT(text, contains("gaussian, sigma = 0.5; at the row f, fresh for each sample and step\n"));
    CHECK_THAT(text, contains("gaussian, SNR = 20 dB, sigma = 0.1 of the root mean square of each row; at the row h, one draw for a chip\n"));
    CHECK_THAT(text, contains("quantizer at the row tanh c: 6 bits, step bound / 31; bound 1, rounding nearest\n"));
    CHECK_THAT(text, contains("quantizer at the row c: 7 bits, bound 63, step 1; constant bound, rounding nearest\n"));
    CHECK_THAT(text, !contains("quantizer at the row h"));
    CHECK_THAT(text, contains("crossbar dense: 5 inputs, 2 outputs, float32\n       noise: none\n"));
    CHECK_THROWS_WITH(net.converters({.hidden_state = bits{8}}), contains("network::converters: expected a precision with a quantizer of the hidden state"));
}

TEST_CASE("describe knows layers without crossbars")
{
    const network<embedding<>, recurrent<cell::lstm>, last_step, dense<>> net(1, seed{1}, {7, 2}, {3}, {}, {4});
    CHECK_THAT(describe(net), contains("0. embedding: 1 -> 2, digital and exact\n"));
    CHECK_THAT(describe(net), contains("0.weight                     [7, 2]               14\n"));
    CHECK_THAT(describe(net), contains("crossbar l0: 5 inputs (2 of x, 3 of h), 12 outputs, float32\n       noise: none\n"));
}

TEST_CASE("describe says which arrays the weights stand in")
{
    using separate = policies<noise::none, precision::float32, mapping::separate>;
    const network<recurrent<cell::lstm, separate>, last_step, dense<>> net({.inputs = 4, .hidden = 128, .outputs = 10}, seed{1});
    CHECK_THAT(describe(net), contains("512 outputs, float32\n       mapping: 2 arrays: x 4 by 512, h 128 by 512\n       noise: none\n"));
    CHECK_THAT(describe(net), contains("10 outputs, float32\n       noise: none\n"));
}
}
