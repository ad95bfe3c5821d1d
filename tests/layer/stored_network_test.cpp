// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/random_sequences.hpp"
#include "support/same_bits.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/rnn.hpp>
#include <dni/crossbar/mapping.hpp>
#include <dni/eval/calibrate.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/mean_over_time.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/layer/stored_network.hpp>
#include <dni/noise/gaussian.hpp>

namespace stored_network_test
{
using namespace dni;
using support::contains;

namespace
{
using relative = noise::gaussian<snr_db>;
using absolute = noise::gaussian<sigma>;
using analog = policies<noise::all<relative, noise::at_input<absolute>>>;
using model = network<recurrent<cell::lstm, analog>, last_step, dense<policies<relative>>>;

//! A noise with a constant that is no level.
struct gain_error
{
    double spread = 0.05;

    template <class T>
    void apply(std::span<T> y, stream& random) const noexcept
    {
        for (T& v : y)
        {
            v *= 1 + static_cast<T>(spread) * random.normal<T>();
        }
    }

    std::string describe() const { return "gain error, spread " + number(spread); }
};

const sizes small{.inputs = 3, .hidden = 5, .outputs = 4, .layers = 2};

model make(std::uint64_t s = 1)
{
    model net(small, seed{s});
    net.noise_level(snr_db{1.0 / 3});
    net.noise_level(sigma{0.1});
    use_calibration(net, {{0, "l0", 0.7}, {0, "l1", 1.0 / 7}, {2, "dense", 3}});
    return net;
}

template <class Net>
std::vector<float> outputs_of(Net& net)
{
    return support::elements(net.infer(support::batch_of<float>(support::random_sequences(support::ragged(7, 6), 3)), key{seed{77}}));
}

template <class Net>
std::string refusal(Net& net, const io::named_tensors& stored)
{
    const auto before = std::as_const(net).weights();
    const std::vector weights(before.begin(), before.end());
    const auto texts = store(net).metadata;
    std::string message;
    try
    {
        restore(net, stored, "file");
    }
    catch (const value_error& problem)
    {
        message = problem.what();
    }
    CHECK(support::same_bits(std::as_const(net).weights(), weights));
    CHECK(store(net).metadata == texts);
    return message;
}
}

TEST_CASE("stored network: names and shapes are PyTorch's, and the texts say what it is")
{
    const auto stored = store(make());
    std::string names;
    for (const auto& one : stored.tensors)
    {
        names += one.name + describe_shape(one.shape) + " ";
    }
    CHECK(names == "0.weight_ih_l0[20, 3] 0.weight_hh_l0[20, 5] 0.bias_ih_l0[20] 0.bias_hh_l0[20] "
                   "0.weight_ih_l1[20, 5] 0.weight_hh_l1[20, 5] 0.bias_ih_l1[20] 0.bias_hh_l1[20] 2.weight[4, 5] 2.bias[4] ");
    CHECK(stored.metadata
          == std::map<std::string, std::string>{{"format", "dni 1"},
                                                {"version", std::string(version::string)},
                                                {"layer 0", "recurrent lstm: 3 -> 5, 2 layers"},
                                                {"layer 1", "last step: 5 -> 5"},
                                                {"layer 2", "dense: 5 -> 4"},
                                                {"dropout 0", "0"},
                                                {"crossbar 0.l0", "float32"},
                                                {"crossbar 0.l1", "float32"},
                                                {"crossbar 2.dense", "float32"},
                                                {"noise 0.l0.0", "at the output, fresh for each sample and step: gaussian, off (SNR = inf)"},
                                                {"noise 0.l0.1", "at the input, fresh for each sample and step: gaussian, off (sigma = 0)"},
                                                {"noise 0.l1.0", "at the output, fresh for each sample and step: gaussian, off (SNR = inf)"},
                                                {"noise 0.l1.1", "at the input, fresh for each sample and step: gaussian, off (sigma = 0)"},
                                                {"noise 2.dense.0", "at the output, fresh for each sample and step: gaussian, off (SNR = inf)"},
                                                {"level 0.l0.0", "0.3333333333333333"},
                                                {"level 0.l0.1", "0.1"},
                                                {"level 0.l1.0", "0.3333333333333333"},
                                                {"level 0.l1.1", "0.1"},
                                                {"level 2.dense.0", "0.3333333333333333"},
                                                {"reference power 0.l0.0", "0.7"},
                                                {"reference power 0.l1.0", "0.14285714285714285"},
                                                {"reference power 2.dense.0", "3"}});
}

TEST_CASE("stored network: weights, levels and calibration come back to the bit, and act at once")
{
    auto net = make();
    const auto expected = outputs_of(net);
    model other(small, seed{2});
    CHECK(!support::same_bits(outputs_of(other), expected));
    restore(other, store(net), "file");
    CHECK(store(other) == store(net));
    CHECK(support::same_bits(outputs_of(other), expected));

    // no noise is a level too
    net.noise_level(snr_db::none());
    clear_calibration(net);
    restore(other, store(net), "file");
    CHECK(store(other) == store(net));
    CHECK(support::same_bits(outputs_of(other), outputs_of(net)));
}

TEST_CASE("stored network: every cell, direction and number type comes back")
{
    const auto check = []<class Net>(std::type_identity<Net>)
    {
        const Net net(small, seed{1});
        Net other(small, seed{2});
        restore(other, store(net), "file");
        CHECK(support::same_bits(std::as_const(other).weights(), net.weights()));
    };
    using twice = policies<noise::none, precision::float64>;
    check(std::type_identity<network<bidirectional<cell::gru>, final_states, dense<>>>{});
    check(std::type_identity<network<recurrent<cell::rnn<cell::relu>, twice>, dense<twice>, mean_over_time>>{});
    check(std::type_identity<network<bidirectional<cell::lstm, policies<noise::at_weights<relative>>>, dense<>>>{});
}

TEST_CASE("stored network: weights are stored as they train, and the text says what products round them to")
{
    using rounded = policies<noise::none, precision::stored_as<bfloat16>>;
    const network<dense<rounded>> net(2, seed{1}, {3});
    auto stored = store(net);
    CHECK(stored.metadata.at("crossbar 0.dense") == "float32, weights in bfloat16");
    network<dense<rounded>> other(2, seed{2}, {3});
    restore(other, stored, "file");
    CHECK(support::same_bits(std::as_const(other).weights(), net.weights()));
    network<dense<>> exact(2, seed{2}, {3});
    CHECK_THROWS_WITH(restore(exact, stored, "file"), support::contains("weights in bfloat16"));
}

TEST_CASE("stored network: tensors without texts give weights alone")
{
    auto net = make();
    auto stored = store(make(9));
    stored.metadata = {{"format", "pt"}, {"layer 0", "something of somebody else"}};
    const auto texts = store(net).metadata;
    restore(net, stored, "file");
    CHECK(store(net).tensors == stored.tensors);
    CHECK(store(net).metadata == texts);
}

TEST_CASE("stored network: types that the network's holds are widened, others are refused")
{
    using twice = policies<noise::none, precision::float64>;
    network<dense<>> single(2, seed{1}, {1});
    network<dense<twice>> wide(2, seed{1}, {1});
    const auto bias = [](auto b) { return io::named_tensor::of<decltype(b)>("0.bias", {1}, std::vector{b}); };
    const io::named_tensor half{"0.weight", io::number_type::float16, {1, 2}, {std::byte{0}, std::byte{0x3C}, std::byte{1}, std::byte{0}}};
    const io::named_tensor upper{"0.weight", io::number_type::bfloat16, {1, 2}, {std::byte{0x80}, std::byte{0x3F}, std::byte{1}, std::byte{0x40}}};

    restore(single, {{half, bias(0.1f)}, {}}, "file");
    CHECK(support::same_bits(std::as_const(single).weights(), std::vector{1.0f, 0x1p-24f, 0.1f}));
    restore(wide, {{bias(0.1f), upper}, {}}, "file");
    CHECK(support::same_bits(std::as_const(wide).weights(), std::vector{1.0, 2.015625, static_cast<double>(0.1f)}));
    restore(wide, {{bias(0.1), upper}, {}}, "file");
    CHECK(std::as_const(wide).weights()[2] == 0.1);

    CHECK(refusal(single, {{half, bias(0.1)}, {}}) == "file: expected what the network has, found 1 difference:\n"
                                                      "  0.bias: expected float32 [1], found float64 [1]");
    CHECK_THAT(refusal(single, {{half, bias(std::int32_t{1})}, {}}), contains("expected float32 [1], found int32 [1]"));
    for (const float odd : {std::nanf(""), std::numeric_limits<float>::infinity()})
    {
        CHECK_THAT(refusal(single, {{half, bias(odd)}, {}}), contains("0.bias: expected finite numbers, found others"));
    }
}

TEST_CASE("stored network: all that differs is said, and nothing is taken")
{
    auto net = make();

    auto stored = store(make(3));
    stored.tensors[0].name = "0.weight_xx_l0";
    stored.tensors[1].shape = {5, 20};
    stored.tensors.push_back(io::named_tensor::of<float>("extra\x1b", {}, std::vector{1.0f}));
    stored.metadata["layer 1"] = "mean over time: 5 -> 5";
    stored.metadata.erase("noise 0.l0.1");
    stored.metadata["noise 2.dense.1"] = "at the input: drift\n";
    CHECK(refusal(net, stored) == "file: expected what the network has, found 7 differences:\n"
                                  "  0.weight_ih_l0: expected float32 [20, 3], found none\n"
                                  "  0.weight_hh_l0: expected float32 [20, 5], found float32 [5, 20]\n"
                                  "  0.weight_xx_l0: expected none, found float32 [20, 3]\n"
                                  "  extra?: expected none, found float32 []\n"
                                  "  layer 1: expected last step: 5 -> 5, found mean over time: 5 -> 5\n"
                                  "  noise 0.l0.1: expected at the input, fresh for each sample and step: gaussian, off (sigma = 0), found none\n"
                                  "  noise 2.dense.1: expected none, found at the input: drift?");

    stored = store(net);
    stored.metadata["level 0.l0.0"] = "nan";
    stored.metadata["level 0.l0.1"] = "-1";
    stored.metadata["level 0.l1.0"] = "5 dB";
    stored.metadata.erase("level 0.l1.1");
    stored.metadata["reference power 0.l0.0"] = "-0.5";
    stored.metadata["reference power 0.l1.0"] = "inf";
    CHECK(refusal(net, stored) == "file: expected what the network has, found 6 differences:\n"
                                  "  level 0.l0.0: expected a number that makes sense, found nan\n"
                                  "  reference power 0.l0.0: expected a number that makes sense, found -0.5\n"
                                  "  level 0.l0.1: expected a number that makes sense, found -1\n"
                                  "  level 0.l1.0: expected a number that makes sense, found 5 dB\n"
                                  "  reference power 0.l1.0: expected a number that makes sense, found inf\n"
                                  "  level 0.l1.1: expected a number that makes sense, found none");

    // the same shapes from another cell, read-out, site or level of another kind
    const auto of = []<class Net>(std::type_identity<Net>) { return store(Net({.inputs = 3, .hidden = 5, .outputs = 4}, seed{1})); };
    network<recurrent<cell::rnn<>>, last_step, dense<>> plain({.inputs = 3, .hidden = 5, .outputs = 4}, seed{1});
    CHECK(refusal(plain, of(std::type_identity<network<recurrent<cell::rnn<>>, last_step, dense<>>>{})).empty());
    CHECK_THAT(refusal(plain, of(std::type_identity<network<recurrent<cell::rnn<cell::relu>>, last_step, dense<>>>{})),
               contains("1 difference:\n  layer 0: expected recurrent rnn<tanh>: 3 -> 5, found recurrent rnn<relu>: 3 -> 5"));
    CHECK_THAT(refusal(plain, of(std::type_identity<network<recurrent<cell::rnn<>, policies<relative>>, last_step, dense<>>>{})),
               contains("1 difference:\n  noise 0.l0.0: expected none, found at the output, fresh for each sample and step: gaussian, off (SNR = inf)"));
    network<recurrent<cell::rnn<>, policies<noise::at_input<relative>>>, last_step, dense<>> noisy({.inputs = 3, .hidden = 5, .outputs = 4}, seed{1});
    CHECK_THAT(refusal(noisy, of(std::type_identity<network<recurrent<cell::rnn<>, policies<relative>>, last_step, dense<>>>{})),
               contains("expected at the input, fresh for each sample and step: gaussian, off (SNR = inf), found at the output, fresh for each sample and step: gaussian, off (SNR = inf)"));

    using on_chip = network<recurrent<cell::rnn<>, policies<noise::per_chip<noise::at_input<relative>>>>, last_step, dense<>>;
    CHECK_THAT(refusal(noisy, of(std::type_identity<on_chip>{})), contains("found at the input, one draw for a chip: gaussian, off (SNR = inf)"));

    stored = store(make());
    stored.metadata["format"] = "dni 2";
    CHECK(refusal(net, stored) == "file: expected the format dni 1, found dni 2");
}

TEST_CASE("stored network: constants of a noise are compared, dropout is not")
{
    network<dense<policies<gain_error>>> net(2, seed{1}, {1});
    auto stored = store(net);
    CHECK(stored.metadata.at("noise 0.dense.0") == "at the output, fresh for each sample and step: gain error, spread 0.05");
    CHECK(!stored.metadata.contains("level 0.dense.0"));
    stored.metadata["noise 0.dense.0"] = "at the output, fresh for each sample and step: gain error, spread 0.1";
    CHECK_THAT(refusal(net, stored), contains("spread 0.05, found at the output, fresh for each sample and step: gain error, spread 0.1"));

    network<recurrent<cell::gru>> thinned({.inputs = 3, .hidden = 5, .layers = 2, .dropout = 0.25}, seed{1});
    network<recurrent<cell::gru>> whole({.inputs = 3, .hidden = 5, .layers = 2}, seed{2});
    CHECK(store(thinned).metadata.at("dropout 0") == "0.25");
    restore(whole, store(thinned), "file");
    CHECK(support::same_bits(std::as_const(whole).weights(), std::as_const(thinned).weights()));
}

TEST_CASE("stored network: which arrays the weights stand in is compared")
{
    network<dense<policies<noise::none, precision::float32, mapping::tiles<2>>>> tiled(3, seed{1}, {4});
    CHECK(store(tiled).metadata.at("crossbar 0.dense") == "float32, 2 arrays: 2 by 4, 1 by 4");
    CHECK(refusal(tiled, store(tiled)).empty());
    CHECK_THAT(refusal(tiled, store(network<dense<>>(3, seed{1}, {4}))),
               contains("1 difference:\n  crossbar 0.dense: expected float32, 2 arrays: 2 by 4, 1 by 4, found float32"));
}
}
