// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/train/non_finite.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/same_bits.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <dni/cell/rnn.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/optim/sgd.hpp>
#include <dni/train/trainer.hpp>

namespace non_finite_test
{
using namespace dni;

namespace
{
using reader = network<recurrent<cell::rnn<>>, last_step, dense<>>;

reader make() { return {{.inputs = 3, .hidden = 6, .outputs = 4}, seed{7}}; }

template <class Network>
auto weights_of(const Network& net)
{
    return std::vector(net.weights().begin(), net.weights().end());
}

template <class Network, class Loss, class... Callbacks>
std::string breakdown(Network& net, const Loss& loss, const data::sequences& set, const fit_options& options, Callbacks&&... callbacks)
{
    trainer teacher(net, sgd{.rate = 0.1}, loss);
    try
    {
        teacher.fit(set, options, callbacks...);
    }
    catch (const numeric_error& problem)
    {
        return problem.what();
    }
    return "nothing";
}

template <class Network>
void set_parameter(Network& net, const std::string& name, float value)
{
    const auto& p = net.parameters()[name];
    std::ranges::fill(net.weights().subspan(p.offset, p.size()), value);
}

//! Four sequences of 1, 5, 2 and 5 steps of ones.
data::sequences ones(data::per owner)
{
    data::sequences set;
    set.offsets = {0, 1, 6, 8, 13};
    set.values = tensor<float, 2>::from_shape({13, 3});
    std::ranges::fill(set.values, 1.0f);
    set.per = owner;
    set.labels.assign(owner == data::per::step ? 13 : 4, 1);
    return set;
}

constexpr auto greatest = std::numeric_limits<float>::max();
}

TEST_CASE("a loss that is not finite stops training: the input is blamed where it is to blame")
{
    struct spoil
    {
        mutable int calls = 0;
        void augment(std::span<float> values, std::size_t features, stream&) const
        {
            if (++calls > 4 && values.size() == 2 * features)
            {
                values[features + 1] = std::numeric_limits<float>::quiet_NaN();
            }
        }
    };
    auto net = make();
    const auto text = breakdown(net, cross_entropy{}, ones(data::per::sequence), {.epochs = 9, .batch = 4, .progress = false}, spoil{});
    CHECK_THAT(text, support::contains("fit: epoch 2, training step 2: expected a finite loss, found nan"));
    CHECK_THAT(text, support::contains("the input, step 1, sample 2"));
}

TEST_CASE("a loss that is not finite stops training: layer, step and sample are named")
{
    using growing = network<recurrent<cell::rnn<cell::relu>>, dense<>>;
    growing net({.inputs = 3, .hidden = 4, .outputs = 2, .layers = 2}, seed{1});
    set_parameter(net, "0.weight_ih_l0", 1);
    set_parameter(net, "0.weight_hh_l0", 1e15f);  // steps of 3, 1e16, 5e31, too much
    const auto before = weights_of(net);
    const auto text = breakdown(net, cross_entropy{}, ones(data::per::step), {.progress = false});
    CHECK_THAT(text, support::contains("fit: epoch 1, training step 1: expected a finite loss"));
    CHECK_THAT(text, support::contains("layer 0 (recurrent rnn<relu>), inner layer 0, step 3, sample "));
    CHECK((text.ends_with("sample 1") || text.ends_with("sample 3")));  // the long ones
    CHECK(support::same_bits(weights_of(net), before));

    set_parameter(net, "0.weight_hh_l0", 0);
    set_parameter(net, "0.weight_ih_l1", 1);
    set_parameter(net, "0.weight_hh_l1", 1e30f);
    CHECK_THAT(breakdown(net, cross_entropy{}, ones(data::per::step), {.progress = false}), support::contains("layer 0 (recurrent rnn<relu>), step 2, sample "));
}

TEST_CASE("a loss that is not finite stops training: layers behind the reduction over time have no step")
{
    auto net = make();
    set_parameter(net, "2.weight", greatest);
    set_parameter(net, "2.bias", greatest);
    net.weights()[net.parameters()["0.bias_ih_l0"].offset] = 1;
    const auto text = breakdown(net, cross_entropy{}, ones(data::per::sequence), {.progress = false});
    CHECK_THAT(text, support::contains("layer 2 (dense), sample "));
}

TEST_CASE("a weight that is not finite is named")
{
    auto net = make();
    net.weights()[net.parameters()["0.weight_hh_l0"].offset + 5] = std::numeric_limits<float>::infinity();
    CHECK_THAT(breakdown(net, cross_entropy{}, ones(data::per::sequence), {.progress = false}), support::contains("0.weight_hh_l0"));
}

TEST_CASE("a chunk that is not finite names the step of the whole sequence")
{
    using growing = network<recurrent<cell::rnn<cell::relu>>, dense<>>;
    growing net({.inputs = 3, .hidden = 4, .outputs = 2}, seed{1});
    set_parameter(net, "0.weight_ih_l0", 1);
    set_parameter(net, "0.weight_hh_l0", 1e15f);
    trainer teacher(net, sgd{.rate = 0}, cross_entropy{});
    CHECK_THROWS_WITH(teacher.fit(ones(data::per::step), {.truncate = 2, .progress = false}), support::contains("layer 0 (recurrent rnn<relu>), step 3, sample "));
}

TEST_CASE("a gradient that is not finite stops training before it spoils the weights")
{
    struct steep
    {
        double operator()(matrix_view<const float>, const data::batch<float>&, matrix_view<float> gradient) const
        {
            fill_zero(gradient);
            gradient.row(0)[1] = std::numeric_limits<float>::infinity();
            return 1;
        }
    };
    for (const double clip : {0.0, 1.0})
    {
        auto net = make();
        const auto before = weights_of(net);
        const auto text = breakdown(net, steep{}, ones(data::per::sequence), {.epochs = 1, .batch = 1000, .clip_norm = clip, .clip_value = clip, .progress = false});
        CHECK_THAT(text, support::contains("fit: epoch 1, training step 1: expected a finite gradient"));
        CHECK_THAT(text, support::contains("weight"));
        CHECK(support::same_bits(weights_of(net), before));
    }
}

TEST_CASE("a validation that is not finite stops training too")
{
    struct spoil
    {
        void on_step(reader& net, const step_record&) const { set_parameter(net, "2.bias", std::numeric_limits<float>::quiet_NaN()); }
    };
    auto net = make();
    const auto text = breakdown(net, cross_entropy{}, ones(data::per::sequence), {.batch = 1000, .validation = 0.5, .progress = false}, spoil{});
    CHECK_THAT(text, support::contains("fit: validation after epoch 1: expected a finite loss, found nan"));
    CHECK_THAT(text, support::contains("layer 2 (dense), sample "));
}
}
