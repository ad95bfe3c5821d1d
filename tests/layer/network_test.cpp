// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/random_sequences.hpp"
#include "support/same_bits.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/rnn.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/mean_over_time.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/discretized.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/noise/impulse.hpp>
#include <dni/noise/ir_drop.hpp>
#include <dni/noise/stuck_at.hpp>

namespace network_test
{
using namespace dni;

namespace
{
using relative = noise::gaussian<snr_db>;
using absolute = noise::gaussian<sigma>;
using classifier = network<recurrent<cell::lstm>, last_step, dense<>>;
using noisy_classifier = network<recurrent<cell::lstm, policies<relative>>, last_step, dense<policies<relative>>>;

const sizes small{.inputs = 3, .hidden = 5, .outputs = 4};
const key pass{seed{77}};

data::batch<float> some_batch(std::size_t features = 3)
{
    return support::batch_of<float>(support::random_sequences(support::ragged(7, 6), features));
}

template <class Net>
std::vector<float> outputs_of(Net& net, key k = pass)
{
    return support::elements(net.infer(some_batch(), k));
}

struct entry
{
    std::string name;
    std::vector<std::size_t> shape;
    friend bool operator==(const entry&, const entry&) = default;
};

template <class Net>
std::vector<entry> table_of(const Net& net)
{
    std::vector<entry> entries;
    std::size_t offset = 0;
    for (const auto& p : net.parameters())
    {
        CHECK(p.offset == offset);
        offset += p.size();
        entries.push_back({p.name, p.shape});
    }
    CHECK(offset == net.weights().size());
    return entries;
}
}

TEST_CASE("network: parameters have PyTorch's names, shapes and order")
{
    const network<bidirectional<cell::gru>, mean_over_time, dense<>> net({.inputs = 3, .hidden = 5, .outputs = 4, .layers = 2}, seed{1});
    const std::vector<entry> expected{
        {"0.weight_ih_l0", {15, 3}},  {"0.weight_hh_l0", {15, 5}},  {"0.bias_ih_l0", {15}}, {"0.bias_hh_l0", {15}},
        {"0.weight_ih_l0_reverse", {15, 3}},  {"0.weight_hh_l0_reverse", {15, 5}},  {"0.bias_ih_l0_reverse", {15}}, {"0.bias_hh_l0_reverse", {15}},
        {"0.weight_ih_l1", {15, 10}}, {"0.weight_hh_l1", {15, 5}},  {"0.bias_ih_l1", {15}}, {"0.bias_hh_l1", {15}},
        {"0.weight_ih_l1_reverse", {15, 10}}, {"0.weight_hh_l1_reverse", {15, 5}},  {"0.bias_ih_l1_reverse", {15}}, {"0.bias_hh_l1_reverse", {15}},
        {"2.weight", {4, 10}},        {"2.bias", {4}}};
    CHECK(table_of(net) == expected);
    CHECK(net.parameters()["2.bias"].offset == net.weights().size() - 4);
    CHECK_THROWS_WITH(net.parameters()["3.bias"], support::contains("\"3.bias\""));

    const network<recurrent<cell::lstm>> lstm({.inputs = 2, .hidden = 3}, seed{1});
    CHECK(table_of(lstm) == std::vector<entry>{{"0.weight_ih_l0", {12, 2}}, {"0.weight_hh_l0", {12, 3}}, {"0.bias_ih_l0", {12}}, {"0.bias_hh_l0", {12}}});
    const network<recurrent<cell::rnn<>>> rnn({.inputs = 2, .hidden = 3}, seed{1});
    CHECK(rnn.parameters()["0.weight_hh_l0"].shape == std::vector<std::size_t>{3, 3});
}

TEST_CASE("network: weights start as declared: Glorot, orthogonal, the forget gate open")
{
    const classifier net({.inputs = 3, .hidden = 16, .outputs = 4}, seed{5});
    const auto part = [&](const std::string& name)
    {
        const auto& p = net.parameters()[name];
        return net.weights().subspan(p.offset, p.size());
    };
    for (std::size_t gate = 0; gate < 4; ++gate)
    {
        const auto w = part("0.weight_hh_l0").subspan(gate * 256, 256);
        for (std::size_t a = 0; a < 16; ++a)
        {
            for (std::size_t b = 0; b <= a; ++b)
            {
                double dot = 0;
                for (std::size_t i = 0; i < 16; ++i)
                {
                    dot += static_cast<double>(w[a * 16 + i]) * static_cast<double>(w[b * 16 + i]);
                }
                CHECK(std::abs(dot - (a == b ? 1 : 0)) < 1e-5);
            }
        }
        for (const float b : part("0.bias_ih_l0").subspan(gate * 16, 16))
        {
            CHECK(b == (gate == cell::lstm::open_gate ? 1.0f : 0.0f));
        }
    }
    const auto inputs = part("0.weight_ih_l0");
    CHECK(std::ranges::all_of(inputs, [](float w) { return std::abs(w) <= std::sqrt(6.0f / 19) * 1.000001f; }));
    CHECK(std::ranges::all_of(part("0.bias_hh_l0"), [](float b) { return b == 0; }));
    CHECK(std::ranges::all_of(part("2.bias"), [](float b) { return b == 0; }));
    classifier other({.inputs = 3, .hidden = 16, .outputs = 4}, seed{6});
    CHECK(!support::same_bits(net.weights(), std::as_const(other).weights()));
    other.initialize(seed{5});
    CHECK(support::same_bits(net.weights(), std::as_const(other).weights()));
}

TEST_CASE("network: one width for all, or options for each layer")
{
    classifier by_sizes({.inputs = 3, .hidden = 5, .outputs = 4, .layers = 2, .dropout = 0.25}, seed{1});
    classifier by_options(3, seed{1}, {5, 2, 0.25}, {}, {4});
    CHECK(support::same_bits(std::as_const(by_sizes).weights(), std::as_const(by_options).weights()));
    CHECK(support::same_bits(outputs_of(by_sizes), outputs_of(by_options)));
    CHECK(by_sizes.inputs() == 3);
    CHECK(by_sizes.outputs() == 4);
    STATIC_REQUIRE(classifier::output_rows == data::per::sequence);
    STATIC_REQUIRE(network<recurrent<cell::lstm>, dense<>>::output_rows == data::per::step);

    // different widths
    network<recurrent<cell::gru>, recurrent<cell::lstm>, dense<>> pyramid(3, seed{1}, {8, 1, 0.0}, {4, 1, 0.0}, {2});
    CHECK(pyramid.parameters()["1.weight_ih_l0"].shape == std::vector<std::size_t>{16, 8});
    CHECK(pyramid.infer(some_batch(), pass).columns == 2);
}

TEST_CASE("network: sizes that make no sense say what is wrong")
{
    CHECK_THROWS_WITH(classifier({.inputs = 3, .hidden = 0, .outputs = 4}, seed{1}), support::contains("recurrent: expected at least one layer of at least one hidden unit"));
    CHECK_THROWS_AS(classifier({.inputs = 3, .hidden = 5, .outputs = 4, .layers = 0}, seed{1}), value_error);
    CHECK_THROWS_WITH(classifier({.inputs = 3, .hidden = 5, .outputs = 0}, seed{1}), "dense: expected at least one output, found 0");
    CHECK_THROWS_WITH(classifier({.inputs = 3, .hidden = 5, .outputs = 4, .dropout = 1}, seed{1}), "dropout: expected a probability in [0, 1), found 1");
}

TEST_CASE("network: a batch of other features, or of none, is refused")
{
    classifier net(small, seed{1});
    CHECK_THROWS_WITH(net.infer(some_batch(2), pass), "network: expected a batch of at least one sequence with 3 features, found 7 sequences with 2 features");
    CHECK_THROWS_AS(net.forward(some_batch(4), pass), shape_error);
    CHECK_THROWS_AS(net.infer(data::batch<float>{}, pass), shape_error);
    CHECK_NOTHROW(net.infer(some_batch(), pass));
}

TEST_CASE("network: training and inference give the same outputs, and changed weights act at once")
{
    noisy_classifier net(small, seed{1});
    net.noise_level(snr_db{5});
    const auto batch = some_batch();
    const auto trained = support::elements(net.forward(batch, pass));
    CHECK(support::same_bits(outputs_of(net), trained));
    net.weights()[0] += 0.5f;
    CHECK(!support::same_bits(outputs_of(net), trained));
    net.weights()[0] -= 0.5f;
    auto exact = with_noise<noise::none>(net);
    const auto back = outputs_of(exact);
    net.weights()[net.parameters()["2.bias"].offset + 3] += 1.0f;
    const auto moved = outputs_of(exact);
    for (std::size_t i = 0; i < moved.size(); ++i)
    {
        CHECK(moved[i] - back[i] == Approx(i % 4 == 3 ? 1 : 0).margin(1e-6));
    }
}

TEST_CASE("network: backward replaces the gradient")
{
    classifier net(small, seed{1});
    const auto batch = some_batch();
    workspace_matrix<float> work;
    const auto d = work.resize(7, 4);
    for (std::size_t b = 0; b < 7; ++b)
    {
        std::ranges::fill(d.row(b), 0.5f);
    }
    net.forward(batch, pass);
    net.backward(d);
    const std::vector<float> first(net.gradient().begin(), net.gradient().end());
    net.forward(batch, pass);
    net.backward(d);
    CHECK(support::same_bits(first, std::vector<float>(net.gradient().begin(), net.gradient().end())));
    CHECK(std::ranges::any_of(first, [](float g) { return g != 0; }));
    CHECK(net.input_gradient().rows == 0);
}

TEST_CASE("network: a gradient of another shape than the outputs is refused")
{
    classifier net(small, seed{1});
    const auto batch = some_batch();
    net.forward(batch, pass);
    workspace_matrix<float> d;
    CHECK_THROWS_WITH(net.backward(d.resize(6, 4)), support::contains("network::backward: expected [7, 4], found [6, 4]"));
    CHECK_THROWS_AS(net.backward(d.resize(7, 3)), shape_error);
    CHECK_THROWS_AS(net.backward(d.resize(batch.shape.rows(), 4)), shape_error);
    CHECK_NOTHROW(net.backward(d.resize(7, 4)));
}

TEST_CASE("network: a copy has weights, levels and threads of its own")
{
    noisy_classifier net(small, seed{1});
    net.noise_level(snr_db{5});
    net.threads(2);
    const auto before = outputs_of(net);

    noisy_classifier copy = net;
    CHECK(copy.threads() == 2);
    CHECK(support::same_bits(outputs_of(copy), before));
    copy.weights()[3] += 1;
    copy.noise_level(snr_db{0});
    CHECK(!support::same_bits(outputs_of(copy), before));
    CHECK(support::same_bits(outputs_of(net), before));
    net.weights()[7] += 1;
    CHECK(std::as_const(copy).weights()[7] != std::as_const(net).weights()[7]);

    noisy_classifier assigned(small, seed{9});
    assigned = copy;
    CHECK(support::same_bits(outputs_of(assigned), outputs_of(copy)));
    assigned.weights()[3] -= 1;
    CHECK(std::as_const(copy).weights()[3] != std::as_const(assigned).weights()[3]);

    const noisy_classifier moved = std::move(assigned);
    CHECK(moved.weights().size() == net.weights().size());
}

TEST_CASE("network: with_noise shares the weights, changes are seen both ways, and its levels start at none")
{
    noisy_classifier net(small, seed{1});
    net.noise_level(snr_db{0});
    auto exact = with_noise<noise::none>(net);
    auto other = with_noise<absolute>(net);
    CHECK(std::as_const(exact).weights().data() == std::as_const(net).weights().data());
    const auto clean = outputs_of(exact);
    CHECK(support::same_bits(outputs_of(other), clean));  // sigma is 0 yet
    CHECK(!support::same_bits(outputs_of(net), clean));
    other.noise_level(sigma{0.5});
    CHECK(!support::same_bits(outputs_of(other), clean));
    net.noise_level(snr_db::none());
    CHECK(support::same_bits(outputs_of(net), clean));

    net.weights()[2] += 0.75f;
    const auto changed = outputs_of(net);
    CHECK(!support::same_bits(changed, clean));
    CHECK(support::same_bits(outputs_of(exact), changed));
    exact.weights()[2] -= 0.75f;
    CHECK(std::as_const(net).weights()[2] == std::as_const(exact).weights()[2]);
    CHECK(support::same_bits(outputs_of(net), outputs_of(exact)));

    // it outlives the network it came from
    auto view = [] {
        const noisy_classifier gone(small, seed{1});
        return with_noise<noise::none>(gone);
    }();
    CHECK(support::same_bits(outputs_of(view), clean));
}

TEST_CASE("network: sharing gives the same weights other levels")
{
    noisy_classifier net(small, seed{1});
    net.noise_level(snr_db{10});
    const auto before = outputs_of(net);
    auto view = net.sharing();
    CHECK(support::same_bits(outputs_of(view), before));
    view.noise_level(snr_db::none());
    CHECK(support::same_bits(outputs_of(net), before));
    CHECK(!support::same_bits(outputs_of(view), before));
    CHECK(std::as_const(view).weights().data() == std::as_const(net).weights().data());
    CHECK(view.exact());
    CHECK(!net.exact());
}

TEST_CASE("network: what draws nothing is exact, and no chip differs by it")
{
    using lossy = policies<noise::all<noise::ir_drop, noise::at_weights<noise::discretized>>>;
    const network<dense<lossy>> net(3, seed{1}, {4});
    CHECK(net.exact());
    CHECK(!net.differs_by_chip());
    using drawn = policies<noise::all<noise::ir_drop, noise::per_chip<noise::at_weights<noise::stuck_at>>>>;
    const network<dense<drawn>> other(3, seed{1}, {4});
    CHECK(!other.exact());
    CHECK(other.differs_by_chip());
}

TEST_CASE("network: a level is set in every noise that has one of its kind, others are refused")
{
    using mixed = policies<noise::all<relative, noise::at_input<absolute>>>;
    network<recurrent<cell::gru, mixed>, last_step, dense<mixed>> net({.inputs = 3, .hidden = 5, .outputs = 4, .layers = 2}, seed{1});
    CHECK(net.exact());
    net.noise_level(snr_db{3});
    net.noise_level(sigma{0.25});
    std::size_t relative_levels = 0;
    std::size_t absolute_levels = 0;
    net.for_each_noise(
        [&](const auto& part)
        {
            if constexpr (requires { part.level == snr_db{3}; })
            {
                relative_levels += part.level == snr_db{3} ? 1u : 0u;
            }
            else
            {
                absolute_levels += part.level == sigma{0.25} ? 1u : 0u;
            }
        });
    CHECK(relative_levels == 3);
    CHECK(absolute_levels == 3);

    noisy_classifier only_relative(small, seed{1});
    CHECK_THROWS_WITH(only_relative.noise_level(sigma{1}), support::contains("network::noise_level: expected a noise policy that has such a level, found sigma = 1"));
    CHECK_NOTHROW(only_relative.noise_level(sigma::none()));
    classifier exact(small, seed{1});
    CHECK_THROWS_AS(exact.noise_level(snr_db{5}), value_error);
    CHECK_NOTHROW(exact.noise_level(snr_db::none()));
    CHECK_THROWS_AS(only_relative.noise_level(snr_db{std::nan("")}), value_error);
    CHECK_THROWS_AS(net.noise_level(sigma{-1}), value_error);
}

TEST_CASE("network: crossbars are visited in the order of layers, with their names")
{
    const network<bidirectional<cell::lstm>, last_step, dense<>> net({.inputs = 3, .hidden = 5, .outputs = 4, .layers = 2}, seed{1});
    std::vector<std::string> names;
    net.for_each_crossbar([&](std::size_t layer, const std::string& name, const auto& bar)
                          { names.push_back(std::to_string(layer) + " " + name + " " + std::to_string(bar.wires().rows()) + "x" + std::to_string(bar.wires().columns())); });
    CHECK(names == std::vector<std::string>{"0 l0 8x20", "0 l0_reverse 8x20", "0 l1 15x20", "0 l1_reverse 15x20", "2 dense 10x4"});
    std::vector<std::string> layers;
    net.for_each_layer([&](std::size_t, const auto& layer) { layers.push_back(layer.name()); });
    CHECK(layers == std::vector<std::string>{"bidirectional lstm", "last step", "dense"});
}

TEST_CASE("network: states carried from one part of the sequences to the next give the whole, noise included")
{
    using net_t = network<recurrent<cell::lstm, policies<noise::all<relative, noise::at_input<relative>, noise::at_weights<relative>>>>, dense<policies<relative>>>;
    net_t net({.inputs = 3, .hidden = 5, .outputs = 2, .layers = 2}, seed{1});
    net.noise_level(snr_db{8});
    auto set = support::random_sequences(support::ragged(6, 9), 3);
    set.per = data::per::step;
    set.labels.clear();
    const auto whole = support::batch_of<float>(set);
    const auto expected = support::elements(net.infer(whole, pass));

    recurrent_state<float> state;
    std::vector<float> in_parts;
    for (std::size_t first = 0; first < whole.shape.steps(); first += 4)
    {
        const auto part = support::elements(net.infer(whole.steps(first, 4), pass, &state));
        in_parts.insert(in_parts.end(), part.begin(), part.end());
    }
    CHECK(state.size() == 4);
    CHECK(support::same_bits(in_parts, expected));

    // an empty state stands for zeros; a state of zeros too; a state matters
    recurrent_state<float> empty;
    CHECK(support::same_bits(support::elements(net.infer(whole, pass, &empty)), expected));
    for (auto& rows : empty)
    {
        fill_zero(rows.view());
    }
    CHECK(support::same_bits(support::elements(net.infer(whole, pass, &empty)), expected));
    CHECK(!support::same_bits(support::elements(net.infer(whole, pass, &empty)), expected));
}

TEST_CASE("network: a carried state of another width is refused")
{
    network<recurrent<cell::lstm>> net({.inputs = 3, .hidden = 5}, seed{1});
    recurrent_state<float> state(2);
    fill_zero(state[0].resize(7, 4));
    fill_zero(state[1].resize(7, 4));
    CHECK_THROWS_WITH(net.infer(some_batch(), pass, &state), support::contains("carried state: expected rows of 5 units, found 4"));
}

TEST_CASE("network: set_noise gives every noise of a kind its constants and its level, and says when there is none")
{
    using hardware = policies<noise::all<noise::impulse<sigma>, noise::at_input<noise::impulse<sigma>>, noise::gaussian<sigma>>>;
    network<recurrent<cell::lstm, hardware>, dense<hardware>> net({.inputs = 3, .hidden = 4, .outputs = 2}, seed{1});
    net.set_noise(noise::impulse<sigma>{sigma{0.5}, {probability{0.2}}});
    std::size_t found = 0;
    net.for_each_noise(
        [&](const auto& part)
        {
            if constexpr (requires { part.draws.hit; })
            {
                found += part.level == sigma{0.5} && part.draws.hit == probability{0.2} ? 1u : 0u;
            }
            else
            {
                CHECK(part.level == sigma::none());
            }
        });
    CHECK(found == 4);
    CHECK_THROWS_WITH(net.set_noise(noise::gaussian<snr_db>{snr_db{3}}), support::contains("network::set_noise: expected a noise of this kind in the network, found gaussian"));
    CHECK_THROWS_AS(net.set_noise(noise::impulse<sigma>{sigma{-1}}), value_error);
    CHECK_THROWS_AS(net.set_noise(noise::impulse<sigma>{sigma{1}, {probability{2}}}), value_error);
}

TEST_CASE("network: a level in units of w_max follows the weights, also when the noise is set anew")
{
    using hardware = policies<noise::gaussian<relative_to_wmax>>;
    network<dense<hardware>> net(2, seed{1}, {3});
    const auto batch = support::batch_of<float>(support::random_sequences(std::vector<std::size_t>{1}, 2));
    const auto added = [&](float weight)
    {
        std::ranges::fill(net.weights(), 0.0f);
        net.weights()[0] = -weight;
        auto exact = with_noise<noise::none>(net);
        const auto clean = support::elements(exact.infer(batch, {}));
        const auto noisy = support::elements(net.infer(batch, {}));
        return noisy[2] - clean[2];
    };
    net.noise_level(relative_to_wmax{0.5});
    const float once = added(1);
    CHECK(once != 0);
    CHECK(added(3) == Approx(3 * once));
    net.set_noise(noise::gaussian<relative_to_wmax>{relative_to_wmax{1}});
    const auto noisy = support::elements(net.infer(batch, {}));
    CHECK(noisy[2] == Approx(6 * once));
}
}
