// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <cmath>
#include <string>
#include <string_view>
#include <tuple>

#include <dni/dni.hpp>

namespace presets_test
{
using namespace dni;

namespace
{
template <class Preset>
using model = network<recurrent<cell::lstm, typename Preset::policies>, last_step, dense<typename Preset::policies>>;

template <class Preset>
model<Preset> small()
{
    model<Preset> net({.inputs = 4, .hidden = 12, .outputs = 10}, seed{3});
    Preset{}.set(net);
    return net;
}

// What describe() has to say of a preset, in units.
template <class Preset>
constexpr std::string_view told[] = {"a preset of which nothing is asked yet"};
template <>
constexpr std::string_view told<presets::converters8<>>[] = {"DAC: 8 bits", "ADC: 8 bits", "bound 10"};
template <>
constexpr std::string_view told<presets::phase_change<>>[] = {"phase-change memory, read 86400 s after writing", "global"};
template <>
constexpr std::string_view told<presets::resistive_wan<>>[] = {"read 1 day after writing", "sigma = 0.01 w_max"};
template <>
constexpr std::string_view told<presets::resistive_oxide<>>[] = {"resistive memory (HfOx), read 86400 s after writing"};
template <>
constexpr std::string_view told<presets::ramp_adc<>>[] = {"5 bits"};
template <>
constexpr std::string_view told<presets::standard_hwa<>>[] = {"read 86400 s after writing", "sigma = 0.0175 w_max", "sigma = 0.04 w_max max|u|", "8 bits", "bound 10"};

using all_presets
    = std::tuple<presets::converters8<>, presets::phase_change<>, presets::resistive_wan<>, presets::resistive_oxide<>, presets::ramp_adc<>, presets::standard_hwa<>>;
}

TEMPLATE_LIST_TEST_CASE("presets: are policies with a source, and describe tells their values in units", "", all_presets)
{
    STATIC_REQUIRE(preset<TestType>);
    REQUIRE(!std::string_view(TestType::source).empty());
    const std::string text = describe(small<TestType>());
    for (const auto part : told<TestType>)
    {
        INFO(text);
        REQUIRE(text.find(part) != std::string::npos);
    }
}

TEMPLATE_LIST_TEST_CASE("presets: a network on each learns, and has chips that differ where weights are devices", "", all_presets)
{
    auto net = small<TestType>();
    constexpr bool has_devices = std::string_view(told<TestType>[0]).find("read ") != std::string_view::npos;
    REQUIRE(net.differs_by_chip() == has_devices);
    const auto digits = data::synthetic_strokes(60, seed{4});
    trainer trainer(net, adam{.rate = 5e-3}, cross_entropy{});
    const auto& past = trainer.fit(digits, {.epochs = 4, .new_chips = net.differs_by_chip(), .clip_norm = 1});
    REQUIRE(past.epochs.back().train_loss < past.epochs.front().train_loss);

    const auto logits_of = [&](std::uint64_t number)
    {
        net.chip(chip{number});
        return predict(net, digits);
    };
    REQUIRE((logits_of(1) != logits_of(2)) == has_devices);
}

TEST_CASE("presets: values can be others, and those that make no sense are refused")
{
    auto pcm = small<presets::phase_change<>>();
    presets::phase_change<>{.age = {3600}, .compensation = noise::compensation::none}.set(pcm);
    REQUIRE(describe(pcm).find("read 3600 s after writing") != std::string::npos);
    REQUIRE_THROWS_AS(presets::phase_change<>{.age = {-1}}.set(pcm), value_error);

    auto digital = small<presets::converters8<>>();
    REQUIRE_THROWS_AS(presets::converters8<>{.adc = {1}}.set(digital), value_error);
    REQUIRE_THROWS_AS(presets::converters8<>{.adc_full_scale = {0}}.set(digital), value_error);

    auto ramp = small<presets::ramp_adc<>>();
    REQUIRE_THROWS_AS(presets::ramp_adc<>{.gates = {40}}.set(ramp), value_error);

    auto wan = small<presets::resistive_wan<>>();
    REQUIRE_THROWS_AS(presets::resistive_wan<>{.read = {-0.1}}.set(wan), value_error);

    auto standard = small<presets::standard_hwa<>>();
    REQUIRE_THROWS_AS(presets::standard_hwa<>{.output = {std::nan("")}}.set(standard), value_error);
}

TEST_CASE("presets: one more noise stands beside those of a preset")
{
    using also = presets::standard_hwa<noise::gaussian<snr_db>>;
    STATIC_REQUIRE(preset<also>);
    auto net = small<also>();
    net.noise_level(snr_db{10});
    const std::string text = describe(net);
    REQUIRE(text.find("10 dB") != std::string::npos);
    REQUIRE(text.find("sigma = 0.04 w_max max|u|") != std::string::npos);
}
}
