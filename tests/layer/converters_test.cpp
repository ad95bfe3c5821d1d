// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/random_sequences.hpp"
#include "support/same_bits.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <type_traits>
#include <vector>

#include <dni/eval/describe.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/stored_network.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/precision/converted.hpp>

namespace converters_test
{
using namespace dni;
using namespace dni::precision;
using support::contains;

//! Converters of a whole network: set, shared, described, stored.
namespace
{
using relative = noise::gaussian<snr_db>;

template <class Noise, class Precision>
using two_layers = network<dense<policies<Noise, Precision>>, dense<policies<Noise, Precision>>>;

using model = two_layers<relative, converted<dac<>, adc<constant_bound>>>;

template <class Net>
Net made()
{
    return Net(3, seed{1}, {5}, {2});
}

template <class Net>
std::vector<float> outputs_of(Net& net)
{
    return support::elements(net.infer(support::batch_of<float>(support::random_sequences(support::ragged(7, 6), 3)), key{seed{77}}));
}
}

TEST_CASE("network: converters of every product are set, and act at once")
{
    auto net = made<model>();
    const auto eight = outputs_of(net);
    net.converters({.adc = bits{3}, .adc_full_scale = full_scale{3}});
    const auto y = outputs_of(net);
    CHECK(!support::same_bits(y, eight));
    for (const float value : y)
    {
        CHECK((value == std::nearbyint(value) && std::abs(value) <= 3));  // steps of one
    }
    net.converters({.dac = bits{2}});  // what is not named stays
    std::size_t seen = 0;
    net.for_each_converter([&](const auto& part) { seen += part.resolution == bits{part.where == noise::site::input ? 2 : 3} ? 1u : 0u; });
    CHECK(seen == 4);
    net.converters({.dac = bits{8}, .adc = bits{8}, .adc_full_scale = full_scale{10}});
    CHECK(support::same_bits(outputs_of(net), eight));
}

TEST_CASE("network: converters that are not there, and numbers that make no sense, are refused, and nothing changes")
{
    auto net = made<model>();
    const auto before = describe(net);
    CHECK_THROWS_WITH(net.converters({.adc = bits{4}, .dac_full_scale = full_scale{1}}),
                      contains("network::converters: expected a precision with a DAC of a bound that can be set, found one without"));
    CHECK_THROWS_WITH(net.converters({.dac = bits{5}, .adc = bits{1}}), contains("2 to 24 bits"));
    CHECK_THROWS_AS(net.converters({.dac = bits{5}, .adc_full_scale = full_scale{0}}), value_error);
    CHECK(describe(net) == before);
    auto plain = made<two_layers<noise::none, float32>>();
    CHECK_THROWS_WITH(plain.converters({.dac = bits{8}}), contains("a precision with a DAC, found one without"));
    CHECK_NOTHROW(plain.converters({}));
}

TEST_CASE("network: a network of other noise has the same converters")
{
    auto net = made<model>();
    net.converters({.dac = bits{3}, .adc = bits{5}, .adc_full_scale = full_scale{4}});
    auto quiet = with_noise<noise::none>(net);
    CHECK(support::same_bits(outputs_of(quiet), outputs_of(net)));  // noise is off here too
    auto view = net.sharing();
    view.converters({.adc = bits{8}});
    CHECK(!support::same_bits(outputs_of(view), outputs_of(net)));
    CHECK(net.exact());
    CHECK(!made<two_layers<noise::none, converted<infinite, adc<constant_bound, stochastic>>>>().exact());
}

TEST_CASE("describe says bits, bound and step of each converter")
{
    auto net = made<model>();
    net.converters({.dac = bits{6}, .adc_full_scale = full_scale{12.7}});
    CHECK_THAT(describe(net), contains("       DAC: 6 bits, step bound / 31; bound max|v| of each vector, rounding nearest\n"
                                       "       ADC: 8 bits, bound 12.7, step 0.1; constant bound, rounding nearest\n"));
}

TEST_CASE("stored network: converters come back with bits and full scale, other kinds are refused")
{
    auto net = made<model>();
    net.converters({.dac = bits{6}, .adc = bits{7}, .adc_full_scale = full_scale{1.0 / 3}});
    const auto stored = store(net);
    CHECK(stored.metadata.at("bits 1.dense.adc") == "7");
    CHECK(stored.metadata.at("converter 0.dense.dac") == "bound max|v| of each vector, rounding nearest");
    auto other = made<model>();
    restore(other, stored, "file");
    CHECK(store(other) == stored);
    CHECK(support::same_bits(outputs_of(other), outputs_of(net)));

    auto wrong = stored;
    wrong.metadata["bits 1.dense.adc"] = "7.5";
    wrong.metadata["full scale 0.dense.adc"] = "-1";
    CHECK_THROWS_WITH(restore(other, wrong, "file"), contains("bits 1.dense.adc") && contains("full scale 0.dense.adc"));
    auto random = made<two_layers<relative, converted<dac<>, adc<constant_bound, stochastic>>>>();
    CHECK_THROWS_WITH(restore(random, stored, "file"), contains("rounding stochastic"));
    auto none = made<two_layers<relative, float32>>();
    CHECK_THROWS_WITH(restore(none, stored, "file"), contains("converter 0.dense.adc"));
    CHECK(store(other) == stored);
}
}
