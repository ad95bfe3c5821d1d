// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/random_sequences.hpp"
#include "support/same_bits.hpp"
#include "support/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <dni/cell/lstm.hpp>
#include <dni/export/streaming.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>

namespace lifetime_test
{
using namespace dni;

//! Lifetimes in whole networks: a dense layer with zeros for weights shows the noise of each sample and step.
namespace
{
constexpr std::size_t width = 16;
constexpr std::size_t samples = 40;
constexpr std::size_t steps = 30;
using absolute = noise::gaussian<sigma>;

template <class Noise>
using shower = network<dense<policies<Noise>>>;

template <class Noise>
shower<Noise> make()
{
    shower<Noise> net(3, seed{1}, {width});
    support::clear_weights(net);
    net.noise_level(sigma{1});
    return net;
}

//! [sample][step] → the row of noise.
using rows = std::vector<std::vector<std::vector<float>>>;

template <class Net>
rows noise_of(Net& net, key pass)
{
    const auto batch = support::batch_of<float>(support::random_sequences(std::vector<std::size_t>(samples, steps), 3));
    const auto y = net.infer(batch, pass);
    rows all(samples, std::vector<std::vector<float>>(steps));
    for (std::size_t b = 0; b < samples; ++b)
    {
        for (std::size_t s = 0; s < steps; ++s)
        {
            const auto row = y.row(batch.shape.row(s, b));
            all[batch.shape.id(b)][s].assign(row.begin(), row.end());
        }
    }
    return all;
}

//! The rows of one sample one after the other, or of one step.
std::vector<double> of_sample(const rows& all, std::size_t sample)
{
    std::vector<double> line;
    for (const auto& row : all[sample])
    {
        line.insert(line.end(), row.begin(), row.end());
    }
    return line;
}

std::vector<double> of_step(const rows& all, std::size_t step)
{
    std::vector<double> line;
    for (const auto& sample : all)
    {
        line.insert(line.end(), sample[step].begin(), sample[step].end());
    }
    return line;
}

void check_unrelated(const std::vector<double>& a, const std::vector<double>& b)
{
    CHECK(std::abs(support::correlation(a, b)) < support::correlation_bound(a.size()));
}

const key one = key{seed{1}};
const key another = key{seed{2}};
}

TEST_CASE("step: one draw for all samples of a batch, independent from step to step and pass to pass")
{
    auto net = make<noise::per_step<absolute>>();
    const auto all = noise_of(net, one);
    bool shared = true;
    for (const auto& sample : all)
    {
        shared = shared && sample == all[0];
    }
    CHECK(shared);
    const auto line = of_sample(all, 0);
    check_unrelated(line, {line.begin() + width, line.end()});
    check_unrelated(line, of_sample(noise_of(net, another), 0));
    CHECK(noise_of(net, one) == all);
}

TEST_CASE("sequence: one draw for all steps of a sample, independent from sample to sample and pass to pass")
{
    auto net = make<noise::per_sequence<absolute>>();
    const auto all = noise_of(net, one);
    bool frozen = true;
    for (const auto& sample : all)
    {
        frozen = frozen && std::ranges::all_of(sample, [&](const auto& row) { return row == sample[0]; });
    }
    CHECK(frozen);
    const auto line = of_step(all, 0);
    check_unrelated(line, {line.begin() + width, line.end()});
    check_unrelated(line, of_step(noise_of(net, another), 0));
}

TEST_CASE("pass: one draw for everything in a pass, independent from pass to pass")
{
    auto net = make<noise::per_pass<absolute>>();
    std::vector<double> of_passes;
    for (std::uint64_t pass = 0; pass < 100; ++pass)
    {
        const auto all = noise_of(net, one.with(pass));
        CHECK(std::ranges::all_of(all, [&](const auto& sample) { return sample == all[0]; }));
        CHECK(all[0][0] == all[0][steps - 1]);
        of_passes.insert(of_passes.end(), all[0][0].begin(), all[0][0].end());
    }
    check_unrelated(of_passes, {of_passes.begin() + width, of_passes.end()});
    CHECK(std::abs(support::moments_of(of_passes).variance - 1) < support::variance_bound(of_passes.size()));
}

TEST_CASE("chip: one draw for all passes, and chips are independent and can be rebuilt")
{
    auto net = make<noise::per_chip<absolute>>();
    std::vector<double> of_chips;
    for (std::uint64_t number = 0; number < 100; ++number)
    {
        net.chip(chip{number});
        const auto all = noise_of(net, one);
        CHECK(noise_of(net, another) == all);
        CHECK(std::ranges::all_of(all, [&](const auto& sample) { return sample == all[0]; }));
        of_chips.insert(of_chips.end(), all[0][0].begin(), all[0][0].end());
    }
    check_unrelated(of_chips, {of_chips.begin() + width, of_chips.end()});
    CHECK(std::abs(support::moments_of(of_chips).variance - 1) < support::variance_bound(of_chips.size()));

    auto rebuilt = make<noise::per_chip<absolute>>();
    rebuilt.chip(chip{17});
    const auto row = noise_of(rebuilt, another)[3][3];
    CHECK(std::equal(row.begin(), row.end(), of_chips.begin() + 17 * width, [](float a, double b) { return static_cast<double>(a) == b; }));
}

namespace
{
using devices = policies<noise::all<noise::per_chip<noise::at_weights<noise::gaussian<snr_db>>>, noise::per_sequence<noise::gaussian<snr_db>>,
                                    noise::per_chip<noise::at_input<noise::gaussian<snr_db>>>>>;
using reader = network<recurrent<cell::lstm, devices>, dense<devices>>;

reader read_on(chip one_chip)
{
    reader net({.inputs = 3, .hidden = 9, .outputs = 4, .layers = 2}, seed{1});
    net.noise_level(snr_db{10});
    net.chip(one_chip);
    return net;
}

template <class Net>
std::vector<float> outputs(Net& net, key pass)
{
    return support::elements(net.infer(support::batch_of<float>(support::random_sequences(support::ragged(20, 12), 3)), pass));
}
}

TEST_CASE("chip: a network stays on its chip when it is copied, shared or seen under other noise")
{
    auto net = read_on(chip{17});
    const auto expected = outputs(net, one);
    CHECK(net.chip() == chip{17});
    reader copy(net);
    CHECK(outputs(copy, one) == expected);
    auto view = net.sharing();
    CHECK(outputs(view, one) == expected);
    view.chip(chip{18});
    CHECK(outputs(view, one) != expected);
    CHECK(outputs(net, one) == expected);
    CHECK(with_noise<noise::none>(net).chip() == chip{17});
    auto same = read_on(chip{17});
    CHECK(outputs(same, one) == expected);
    net.chip(chip{18});
    CHECK(outputs(net, one) != expected);
    net.chip(chip{17});
    CHECK(outputs(net, one) == expected);
}

TEST_CASE("chip: what is drawn for a chip alone leaves passes equal, on any number of threads")
{
    using frozen = policies<noise::per_chip<noise::all<noise::at_weights<absolute>, absolute>>>;
    network<recurrent<cell::lstm, frozen>, dense<frozen>> net({.inputs = 3, .hidden = 9, .outputs = 4}, seed{1});
    net.noise_level(sigma{0.1});
    CHECK(net.differs_by_chip());
    CHECK(!network<recurrent<cell::lstm, policies<absolute>>>(3, seed{1}, {9}).differs_by_chip());
    const auto expected = outputs(net, one);
    CHECK(outputs(net, another) == expected);
    net.threads(2);
    CHECK(outputs(net, one) == expected);
}

TEST_CASE("chip: streaming is on the chip of its network, step for step")
{
    const auto net = read_on(chip{17});
    streaming live(net, one);
    const auto set = support::random_sequences(std::vector<std::size_t>{steps}, 3);
    auto whole = read_on(chip{17});
    const auto expected = support::elements(whole.infer(support::batch_of<float>(set), one));
    std::vector<float> found;
    for (std::size_t s = 0; s < steps; ++s)
    {
        const auto y = live.step(set.sequence(0).subspan(s * 3, 3));
        found.insert(found.end(), y.begin(), y.end());
    }
    CHECK(support::same_bits(found, expected));

    // without a network: sizes, weights, chip
    streaming<reader> made({.inputs = 3, .hidden = 9, .outputs = 4, .layers = 2}, net.weights(), one, chip{18});
    auto other = read_on(chip{18});
    other.noise_level(snr_db::none());
    const auto quiet = support::elements(other.infer(support::batch_of<float>(set), one));
    const auto y = made.step(set.sequence(0).first(3));
    CHECK(std::equal(y.begin(), y.end(), quiet.begin()));
}
}
