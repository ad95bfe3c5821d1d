// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/count_allocations.hpp"
#include "support/random_sequences.hpp"
#include "support/same_bits.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/noise_at_rows.hpp>
#include <dni/cell/normalized.hpp>
#include <dni/cell/rnn.hpp>
#include <dni/crossbar/mapping.hpp>
#include <dni/export/streaming.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/dropout.hpp>
#include <dni/layer/embedding.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/mean_over_time.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/noise/ir_drop.hpp>
#include <dni/noise/phase_change_memory.hpp>
#include <dni/precision/quantized_cell.hpp>

namespace streaming_test
{
using namespace dni;

static_assert(streamable<recurrent<cell::lstm>>);
static_assert(streamable<dense<>>);
static_assert(!streamable<bidirectional<cell::lstm>>);
static_assert(!streamable<final_states>);

namespace
{
constexpr std::size_t inputs = 5;
constexpr std::size_t outputs = 3;
constexpr std::size_t steps = 23;
const key pass = key{seed{7}}.with(3);

using relative = noise::gaussian<snr_db>;
using everywhere = noise::all<noise::at_input<relative>, noise::at_weights<relative>, relative>;

template <class Noise>
using in_double = policies<Noise, precision::float64>;

//! One sequence of id 0, and what a network makes of it.
struct sequence
{
    data::sequences set = support::random_sequences(std::vector<std::size_t>{steps}, inputs);

    template <class T>
    std::vector<T> step(std::size_t s) const
    {
        const auto row = set.sequence(0).subspan(s * inputs, inputs);
        return {row.begin(), row.end()};
    }
};

template <class Network>
void set_levels(Network& net)
{
    net.for_each_noise([](auto& part) { part.level = snr_db{8}; });
}

//! Step for step the bits of `infer`, from a network whose outputs belong to steps.
template <class Network, class Live>
bool follows(Live& live, Network& net)
{
    using T = typename Network::value_type;
    const sequence given;
    const auto expected = support::elements(net.infer(support::batch_of<T>(given.set), pass));
    std::vector<T> found;
    for (std::size_t s = 0; s < steps; ++s)
    {
        const auto y = live.step(given.step<T>(s));
        found.insert(found.end(), y.begin(), y.end());
    }
    return support::same_bits(found, expected);
}

template <class Cell, class Policies>
void check(std::size_t hidden, std::size_t layers)
{
    using model = network<recurrent<Cell, Policies>, dense<Policies>>;
    model net({.inputs = inputs, .hidden = hidden, .outputs = outputs, .layers = layers}, seed{1});
    set_levels(net);
    CAPTURE(Cell::name, hidden, layers);

    streaming live(net, pass);
    CHECK(live.inputs() == inputs);
    CHECK(live.outputs() == outputs);
    CHECK(follows(live, net));

    const auto fixed = std::make_unique<streaming<model, bounds{inputs, 41, outputs, 3}>>(net, pass);
    CHECK(follows(*fixed, net));
    fixed->reset(pass);
    CHECK(follows(*fixed, net));  // from the beginning again
}
}

TEMPLATE_TEST_CASE("streaming: every step has the bits of infer, noise included", "", policies<>, policies<relative>, in_double<everywhere>)
{
    for (const std::size_t hidden : {1u, 8u, 17u, 41u})
    {
        check<cell::lstm, TestType>(hidden, 1);
        check<cell::gru, TestType>(hidden, 2);
        check<cell::rnn<>, TestType>(hidden, 3);
    }
}

TEST_CASE("streaming: every step has the bits of infer where weights are stored in fewer bits and products are converted")
{
    using precision::adc, precision::constant_bound, precision::converted, precision::dac, precision::stochastic, precision::stored_as;
    check<cell::lstm, policies<noise::none, stored_as<bfloat16>>>(17, 1);
    check<cell::gru, policies<relative, converted<dac<>, adc<constant_bound, stochastic>, stored_as<std::int8_t>>>>(17, 2);
}

TEST_CASE("streaming: every step has the bits of infer where weights stand in several arrays")
{
    using tiled = policies<everywhere, precision::stored_as<std::int8_t>, mapping::tiles<8, 20>>;
    network<recurrent<cell::gru, tiled>, dense<tiled>> net({.inputs = inputs, .hidden = 17, .outputs = outputs, .layers = 2}, seed{1});
    set_levels(net);
    streaming live(net, pass);
    CHECK(follows(live, net));
}

TEST_CASE("streaming: every step has the bits of infer where noise and quantizers act inside the cell")
{
    using precision::constant_bound, precision::quantized_cell, precision::quantizer, precision::unit_bound;
    using rows = noise::all<relative, noise::at_gates<relative>, noise::at_hadamard<relative>, noise::at_hidden_state<relative>>;
    check<cell::lstm, policies<rows, quantized_cell<quantizer<unit_bound>, quantizer<constant_bound>, quantizer<unit_bound>>>>(17, 2);
}

TEST_CASE("streaming: every step has the bits of infer where rows are normalised, with noise and quantizers")
{
    using precision::constant_bound, precision::quantized_cell, precision::quantizer, precision::unit_bound;
    using rows = noise::all<relative, noise::at_row<relative, cell::lstm::s>>;
    check<cell::normalized<cell::lstm>, policies<rows, quantized_cell<quantizer<unit_bound>, quantizer<constant_bound>, quantizer<unit_bound>>>>(17, 2);
}

TEST_CASE("streaming: the last step and the mean over time are those so far")
{
    const sequence given;
    const auto batch = support::batch_of<float>(given.set);

    using last = network<recurrent<cell::gru>, last_step, dense<>>;
    last one({.inputs = inputs, .hidden = 9, .outputs = outputs}, seed{2});
    streaming to_last(one);
    using mean = network<recurrent<cell::gru>, dense<>, mean_over_time>;
    mean other({.inputs = inputs, .hidden = 9, .outputs = outputs}, seed{2});
    streaming to_mean(other);

    std::span<const float> y_last;
    std::span<const float> y_mean;
    for (std::size_t s = 0; s < steps; ++s)
    {
        y_last = to_last.step(given.step<float>(s));
        y_mean = to_mean.step(given.step<float>(s));
    }
    CHECK(support::same_bits(y_last, one.infer(batch, {}).row(0)));
    CHECK(support::same_bits(y_mean, other.infer(batch, {}).row(0)));
}

TEST_CASE("streaming: from sizes and weights alone, without a network")
{
    using model = network<recurrent<cell::lstm, policies<relative>>, dense<policies<relative>>>;
    const sizes chosen{.inputs = inputs, .hidden = 12, .outputs = outputs, .layers = 2};
    model net(chosen, seed{3});

    using layers = layer_list<recurrent<cell::lstm, policies<relative>>, dense<policies<relative>>>;
    streaming<layers> live(chosen, std::as_const(net).weights(), pass);
    CHECK(follows(live, net));

    set_levels(net);
    live.reset(pass);
    live.noise_level(snr_db{8});
    CHECK(follows(live, net));
    CHECK_THROWS_AS(live.noise_level(snr_db{std::nan("")}), value_error);
}

TEST_CASE("streaming: fresh noise is drawn where a key asks for it, and nowhere else")
{
    using frozen = policies<noise::per_chip<noise::all<noise::at_weights<relative>, relative>>>;
    STATIC_REQUIRE(!streaming<network<dense<>>>::differs_by_pass);
    STATIC_REQUIRE(!streaming<network<recurrent<cell::lstm, frozen>, dense<frozen>>>::differs_by_pass);
    STATIC_REQUIRE(streaming<network<recurrent<cell::lstm>, dense<policies<relative>>>>::differs_by_pass);
    STATIC_REQUIRE(streaming<network<recurrent<cell::lstm, policies<noise::at_weights<relative>>>>>::differs_by_pass);
    STATIC_REQUIRE(streaming<network<recurrent<cell::lstm, policies<noise::phase_change_memory>>>>::differs_by_pass);
    STATIC_REQUIRE(!streaming<network<dense<policies<noise::ir_drop>>>>::differs_by_pass);
    STATIC_REQUIRE(streaming<network<dense<policies<noise::none, precision::converted<precision::dac<precision::abs_max, precision::stochastic>, precision::infinite>>>>>::differs_by_pass);
    STATIC_REQUIRE(!std::is_invocable_v<decltype([](auto& live) -> decltype(live.reset()) { live.reset(); }), streaming<network<dense<policies<relative>>>>&>);
    STATIC_REQUIRE(std::is_constructible_v<streaming<network<dense<frozen>>>, const network<dense<frozen>>&>);
    STATIC_REQUIRE(!std::is_constructible_v<streaming<network<dense<policies<relative>>>>, const network<dense<policies<relative>>>&>);
    STATIC_REQUIRE(!std::is_constructible_v<streaming<network<dense<policies<relative>>>>, const sizes&, std::span<const float>>);

    network<recurrent<cell::lstm, frozen>, dense<frozen>> net({.inputs = inputs, .hidden = 9, .outputs = outputs}, seed{1});
    net.chip(chip{5});
    set_levels(net);
    streaming live(net);
    CHECK(follows(live, net));
    live.reset();
    CHECK(follows(live, net));
    network<recurrent<cell::lstm, policies<relative>>, dense<policies<relative>>> noisy({.inputs = inputs, .hidden = 9, .outputs = outputs}, seed{1});
    set_levels(noisy);
    auto exact = with_noise<noise::none>(noisy);
    streaming quiet(exact);
    CHECK(follows(quiet, exact));
}

TEST_CASE("streaming: the network may change or die, the stream goes on as it was made")
{
    using model = network<recurrent<cell::lstm>, dense<>>;
    auto net = std::make_unique<model>(sizes{.inputs = inputs, .hidden = 6, .outputs = outputs}, seed{1});
    model as_before(*net);
    streaming live(*net, pass);
    net->initialize(seed{9});
    net.reset();
    CHECK(follows(live, as_before));
}

TEST_CASE("streaming: a step takes no memory and cannot throw")
{
    using model = network<recurrent<cell::lstm, policies<everywhere>>, dense<policies<everywhere>>, mean_over_time>;
    model net({.inputs = inputs, .hidden = 20, .outputs = outputs, .layers = 2}, seed{1});
    set_levels(net);
    streaming live(net, pass);
    const std::vector<float> x(inputs, 0.5f);
    static_assert(noexcept(live.step(x)));
    static_assert(noexcept(live.reset(pass)));

    const std::size_t before = support::allocations();
    for (std::size_t s = 0; s < steps; ++s)
    {
        live.step(x);
    }
    live.reset(pass);
    CHECK(support::allocations() == before);

    // With bounds, not even to be made, unless weights are noisy.
    using quiet = network<recurrent<cell::lstm>, dense<>>;
    const sizes chosen{.inputs = inputs, .hidden = 20, .outputs = outputs, .layers = 2};
    quiet exact(chosen, seed{1});
    const std::size_t now = support::allocations();
    const streaming<quiet, bounds{inputs, 20, outputs, 2}> fixed(chosen, std::as_const(exact).weights());
    CHECK(support::allocations() == now);
    static_assert(sizeof(fixed) < 64 * 1024);

    ::operator delete(::operator new(1));  // the meter measures; a call, which no compiler leaves out
    CHECK(support::allocations() > now);
}

TEST_CASE("streaming: sizes beyond the bounds, and another number of weights, are refused")
{
    using model = network<recurrent<cell::lstm>, dense<>>;
    const auto made_for = [](const sizes& chosen)
    {
        const model net(chosen, seed{1});
        const auto live = std::make_unique<streaming<model, bounds{5, 20, 3, 2}>>(net);
    };
    CHECK_NOTHROW(made_for({.inputs = 5, .hidden = 20, .outputs = 3, .layers = 2}));
    CHECK_NOTHROW(made_for({.inputs = 1, .hidden = 2, .outputs = 1, .layers = 1}));
    CHECK_THROWS_WITH(made_for({.inputs = 6, .hidden = 20, .outputs = 3, .layers = 2}), support::contains("streaming: expected at most 5 inputs, found 6"));
    CHECK_THROWS_WITH(made_for({.inputs = 5, .hidden = 21, .outputs = 3, .layers = 2}), support::contains("at most 20 hidden units, found 21"));
    CHECK_THROWS_WITH(made_for({.inputs = 5, .hidden = 20, .outputs = 4, .layers = 2}), support::contains("at most 3 outputs, found 4"));
    CHECK_THROWS_WITH(made_for({.inputs = 5, .hidden = 20, .outputs = 3, .layers = 3}), support::contains("at most 2 layers, found 3"));

    const std::vector<float> few(10);
    const auto from_few = [&] { const streaming<model> live({.inputs = 5, .hidden = 20, .outputs = 3}, few); };
    CHECK_THROWS_WITH(from_few(), support::contains("streaming: expected 2223 weights, found 10"));
}
}
