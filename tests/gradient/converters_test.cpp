// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/gradient_check.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/noise_at_rows.hpp>
#include <dni/cell/rnn.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/precision/converted.hpp>
#include <dni/precision/quantized_cell.hpp>

namespace converters_test
{
using namespace dni;
using namespace dni::precision;

//! The gradient of a converter is declared to be that of its clipping: with a rounding that does not round it is exact, and equals central differences.
namespace
{
struct unrounded
{
    static constexpr bool draws = false;
    static constexpr const char* name = "none";

    template <class V>
    static V round(const V& x, stream&) noexcept
    {
        return x;
    }
};

using relative = noise::gaussian<snr_db>;
using noisy = noise::all<noise::at_input<relative>, relative, noise::gaussian<sigma>>;

template <class Cell, class Noise, class Precision>
support::gradient_errors errors_of(const converter_settings& chosen)
{
    using hardware = policies<Noise, Precision>;
    network<recurrent<Cell, hardware>, dense<hardware>> net(3, seed{1}, {5, 1, 0.0}, {2}, true);
    support::roughen(net, seed{2});
    support::switch_on_noise(net);
    net.converters(chosen);
    const std::vector<std::size_t> lengths{2, 4, 1};
    auto batch = support::random_batch(lengths, 3, seed{3});
    return support::check_gradient(net, batch, {}, 1e-5);
}

template <class Cell, class Noise, class Dac, class Adc>
support::gradient_errors errors(const converter_settings& chosen)
{
    return errors_of<Cell, Noise, converted<Dac, Adc, float64>>(chosen);
}

using clipping_dac = dac<constant_bound, unrounded>;
using clipping_adc = adc<constant_bound, unrounded>;
// in the middle of what there is: some elements are clipped, some are not
constexpr converter_settings clipping_both{.dac_full_scale = full_scale{0.6}, .adc_full_scale = full_scale{0.8}};

void check(const support::gradient_errors& error)
{
    CAPTURE(error.weights, error.inputs);
    CHECK(error.weights <= 1e-8);
    CHECK(error.inputs <= 1e-8);
}

template <class Cell, class Noise>
void check_sites()
{
    check(errors<Cell, Noise, clipping_dac, infinite>({.dac_full_scale = clipping_both.dac_full_scale}));
    check(errors<Cell, Noise, infinite, clipping_adc>({.adc_full_scale = clipping_both.adc_full_scale}));
    check(errors<Cell, Noise, clipping_dac, clipping_adc>(clipping_both));
    check(errors<Cell, Noise, dac<abs_max, unrounded>, infinite>({}));
}
}

TEST_CASE("lstm: the gradient of clipped products equals central differences")
{
    check_sites<cell::lstm, noise::none>();
    check_sites<cell::lstm, noisy>();
}

TEST_CASE("gru and rnn: the gradient of clipped products equals central differences")
{
    check(errors<cell::gru, noisy, clipping_dac, clipping_adc>(clipping_both));
    check(errors<cell::gru, noisy, dac<abs_max, unrounded>, infinite>({}));
    check(errors<cell::rnn<>, noisy, clipping_dac, clipping_adc>(clipping_both));
}

TEST_CASE("rnn: a bound that is doubled counts as a constant, within which the gradient passes")
{
    // three doublings of 0.1 do not reach everything, those of 0.8 do
    check(errors<cell::rnn<>, noisy, clipping_dac, adc<managed_bound, unrounded>>({.dac_full_scale = full_scale{0.6}, .adc_full_scale = full_scale{0.1}}));
    check(errors<cell::rnn<>, noisy, clipping_dac, adc<managed_bound, unrounded>>({.dac_full_scale = full_scale{0.6}, .adc_full_scale = full_scale{0.8}}));
}

TEST_CASE("lstm: the gradient of clipped gates and states equals central differences")
{
    using clipping = quantizer<constant_bound, unrounded>;
    check(errors_of<cell::lstm, noise::at_gates<noise::gaussian<sigma>>, quantized_cell<clipping, clipping, clipping, float64>>(
        {.gates_full_scale = full_scale{0.6}, .cell_state_full_scale = full_scale{0.2}, .hidden_state_full_scale = full_scale{0.1}}));
}

TEST_CASE("rounding passes the gradient: with many bits it is that of the clipping, nearly")
{
    // 24 bits: the outputs move by 1e-7, the gradient by as much
    const auto gradient = []<class Rounding>(Rounding)
    {
        using hardware = policies<noise::none, converted<dac<constant_bound, Rounding>, adc<constant_bound, Rounding>, float64>>;
        network<recurrent<cell::lstm, hardware>, dense<hardware>> net(3, seed{1}, {5, 1, 0.0}, {2}, true);
        support::roughen(net, seed{2});
        net.converters({.dac = bits{24}, .adc = bits{24}, .dac_full_scale = full_scale{0.6}, .adc_full_scale = full_scale{0.8}});
        const std::vector<std::size_t> lengths{2, 4, 1};
        const auto batch = support::random_batch(lengths, 3, seed{3});
        net.backward(net.forward(batch, key{seed{4}}));
        return std::vector<double>(net.gradient().begin(), net.gradient().end());
    };
    const auto clipped = gradient(unrounded{});
    double largest = 0;
    for (const double g : clipped)
    {
        largest = std::max(largest, std::abs(g));
    }
    for (const auto& rounded : {gradient(nearest{}), gradient(stochastic{})})
    {
        double worst = 0;
        for (std::size_t i = 0; i < clipped.size(); ++i)
        {
            worst = std::max(worst, std::abs(rounded[i] - clipped[i]));
        }
        CHECK(worst > 0);
        CHECK(worst < 1e-5 * largest);
    }
}
}
