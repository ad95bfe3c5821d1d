// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/gradient_check.hpp"
#include "support/random_sequences.hpp"
#include "support/same_bits.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/normalized.hpp>
#include <dni/crossbar/mapping.hpp>
#include <dni/eval/describe.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/layer/row_normalization.hpp>
#include <dni/layer/stored_network.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/optim/adam.hpp>
#include <dni/train/weight_clipping.hpp>

namespace normalized_test
{
using namespace dni;
using support::contains;

namespace
{
using lstm = cell::normalized<cell::lstm>;
using relative = noise::gaussian<snr_db>;
using analog = policies<relative>;
using both_ways = network<bidirectional<lstm, analog>>;

both_ways make_both_ways()
{
    both_ways net({.inputs = 3, .hidden = 19, .layers = 2}, seed{1});
    net.noise_level(snr_db{10});
    stream random{key{seed{2}}};
    for (float& w : net.weights())
    {
        w += 0.2f * random.normal();
    }
    return net;
}

template <class Net>
auto values_of(const Net& net, const std::string& name)
{
    const auto& p = net.parameters()[name];
    return net.weights().subspan(p.offset, p.size());
}

bool are_all(std::span<const float> values, float expected)
{
    return std::ranges::all_of(values, [expected](float v) { return v == expected; });
}

//! The LSTM with layer normalisation as its equations say it: one sample, with loops over matrices.
class plain_lstm
{
public:
    plain_lstm(const network<recurrent<lstm, policies<noise::none, precision::float64, mapping::separate>>>& net, std::size_t inputs, std::size_t hidden)
        : net_{net}, inputs_{inputs}, h_(hidden), c_(hidden)
    {
    }

    const std::vector<double>& step(std::span<const double> x)
    {
        const std::size_t n = h_.size();
        std::vector<std::vector<double>> gates;
        for (std::size_t gate = 0; gate < 4; ++gate)
        {
            std::vector<double> a(n);
            for (std::size_t j = 0; j < n; ++j)
            {
                const std::size_t row = gate * n + j;
                a[j] = of("bias_ih_l0")[row] + of("bias_hh_l0")[row];
                for (std::size_t k = 0; k < inputs_; ++k)
                {
                    a[j] += of("weight_ih_l0")[row * inputs_ + k] * x[k];
                }
                for (std::size_t k = 0; k < n; ++k)
                {
                    a[j] += of("weight_hh_l0")[row * n + k] * h_[k];
                }
            }
            gates.push_back(normalized(a, gate));
        }
        const auto sigmoid = [](double v) { return 1 / (1 + std::exp(-v)); };
        for (std::size_t j = 0; j < n; ++j)
        {
            c_[j] = sigmoid(gates[1][j]) * c_[j] + sigmoid(gates[0][j]) * std::tanh(gates[2][j]);
        }
        const auto s = normalized(c_, 4);
        for (std::size_t j = 0; j < n; ++j)
        {
            h_[j] = sigmoid(gates[3][j]) * std::tanh(s[j]);
        }
        return h_;
    }

private:
    std::span<const double> of(const std::string& name) const { return values_of(net_, "0." + name); }

    std::vector<double> normalized(std::vector<double> a, std::size_t which) const
    {
        const double n = static_cast<double>(a.size());
        double mean = 0, variance = 0;
        for (const double v : a)
        {
            mean += v / n;
        }
        for (const double v : a)
        {
            variance += (v - mean) * (v - mean) / n;
        }
        for (std::size_t j = 0; j < a.size(); ++j)
        {
            const std::size_t at = which * a.size() + j;
            a[j] = of("norm_weight_l0")[at] * (a[j] - mean) / std::sqrt(variance + 1e-5) + of("norm_bias_l0")[at];
        }
        return a;
    }

    const network<recurrent<lstm, policies<noise::none, precision::float64, mapping::separate>>>& net_;
    std::size_t inputs_;
    std::vector<double> h_, c_;
};
}

TEST_CASE("normalized: a cell that is not has no rows to normalise, and nothing for it")
{
    using plain = detail::row_normalization<cell::lstm, float>;
    STATIC_REQUIRE(std::is_empty_v<plain>);
    STATIC_REQUIRE(plain::parameters(128) == 0);
    STATIC_REQUIRE(plain::kept(128) == 0);
    STATIC_REQUIRE(cell::unit_by_unit<cell::lstm>);
    STATIC_REQUIRE(!cell::unit_by_unit<lstm>);
    STATIC_REQUIRE(detail::cell_layout<lstm>::normalized == 5);
    STATIC_REQUIRE(detail::cell_layout<cell::normalized<cell::gru>>::normalized == 4);
}

TEST_CASE("normalized: gain and shift stand behind the weights of their direction, and start as one and zero")
{
    const both_ways net({.inputs = 3, .hidden = 19}, seed{1});
    CHECK(net.parameters()["0.norm_weight_l0"].shape == std::vector<std::size_t>{5 * 19});
    CHECK(net.parameters()["0.norm_bias_l0_reverse"].shape == std::vector<std::size_t>{5 * 19});
    CHECK(net.parameters()["0.norm_bias_l0"].offset + 5 * 19 == net.parameters()["0.weight_ih_l0_reverse"].offset);
    for (const std::string way : {"", "_reverse"})
    {
        CHECK(are_all(values_of(net, "0.norm_weight_l0" + way), 1));
        const auto shift = values_of(net, "0.norm_bias_l0" + way);
        CHECK(are_all(shift.first(19), 0));
        CHECK(are_all(shift.subspan(19, 19), 1));  // the forget gate is open
        CHECK(are_all(shift.subspan(2 * 19), 0));
        CHECK(are_all(values_of(net, "0.bias_ih_l0" + way), 0));
    }
}

TEST_CASE("normalized: a layer of one unit, which is its own mean, is refused")
{
    CHECK_THROWS_AS((network<recurrent<cell::normalized<cell::lstm>>>(3, seed{1}, {1, 1, 0.0})), value_error);
}

TEST_CASE("normalized: values are those of the equations, also where x and h have arrays of their own")
{
    constexpr std::size_t inputs = 3, hidden = 19;
    network<recurrent<lstm, policies<noise::none, precision::float64, mapping::separate>>> net({.inputs = inputs, .hidden = hidden}, seed{1});
    support::roughen(net, seed{2});
    const std::vector<std::size_t> lengths{6, 4, 1};
    const auto batch = support::random_batch(lengths, inputs, seed{3});
    const auto found = net.infer(batch, key{});
    double worst = 0;
    for (std::size_t b = 0; b < lengths.size(); ++b)
    {
        plain_lstm expected(net, inputs, hidden);
        for (std::size_t s = 0; s < lengths[b]; ++s)
        {
            const auto& h = expected.step(batch.values.view().row(batch.shape.row(s, b)));
            for (std::size_t j = 0; j < hidden; ++j)
            {
                worst = std::max(worst, std::abs(found.row(batch.shape.row(s, b))[j] - h[j]));
            }
        }
    }
    CHECK(worst < 1e-13);
}

TEST_CASE("normalized: values and gradients are the same bits on one thread and on two")
{
    auto net = make_both_ways();
    const auto batch = support::batch_of<float>(support::random_sequences(support::ragged(70, 9), 3));
    const auto bits = [&](std::size_t threads)
    {
        net.threads(threads);
        auto outputs = support::elements(net.forward(batch, key{seed{3}}));
        net.backward(net.activation(0));
        const auto gradient = std::as_const(net).gradient();
        outputs.insert(outputs.end(), gradient.begin(), gradient.end());
        return outputs;
    };
    const auto alone = bits(1);
    CHECK(support::same_bits(bits(2), alone));
    CHECK(std::ranges::all_of(alone, [](float v) { return std::isfinite(v); }));
}

TEST_CASE("normalized: clipping and decay leave gain and shift alone")
{
    auto net = make_both_ways();
    const auto before = std::vector<float>(std::as_const(net).weights().begin(), std::as_const(net).weights().end());
    weight_clipping{.bound = 0.01}.on_step(net, step_record{});
    const adamw method{.decay = 0.5};
    auto state = method.make_state<float>(before.size());
    const std::vector<float> no_gradient(before.size());
    method.step(net.weights(), std::span<const float>(no_gradient), state, 1.0, net.parameters());
    for (const auto& p : net.parameters())
    {
        CAPTURE(p.name);
        const bool same = support::same_bits(std::as_const(net).weights().subspan(p.offset, p.size()), std::span(before).subspan(p.offset, p.size()));
        CHECK(same == p.name.starts_with("0.norm_"));
    }
}

TEST_CASE("normalized: a view under other noise shares gain and shift")
{
    auto net = make_both_ways();
    network<bidirectional<lstm>> plain({.inputs = 3, .hidden = 19, .layers = 2}, seed{4});
    std::ranges::copy(std::as_const(net).weights(), plain.weights().begin());
    auto exact = with_noise<noise::none>(net);
    const auto batch = support::batch_of<float>(support::random_sequences(support::ragged(5, 9), 3));
    CHECK(support::same_bits(support::elements(exact.infer(batch, key{})), support::elements(plain.infer(batch, key{}))));
}

TEST_CASE("normalized: a network says so, and is stored with gain and shift")
{
    auto net = make_both_ways();
    CHECK_THAT(describe(net), contains("0. bidirectional lstm with layer normalisation: 3 -> 38, 2 layers") && contains("0.norm_weight_l1_reverse"));

    both_ways other({.inputs = 3, .hidden = 19, .layers = 2}, seed{5});
    restore(other, store(net), "memory");
    CHECK(support::same_bits(std::as_const(other).weights(), std::as_const(net).weights()));

    network<bidirectional<cell::lstm, analog>> plain({.inputs = 3, .hidden = 19, .layers = 2}, seed{1});
    CHECK_THROWS_WITH(restore(plain, store(net), "memory"), contains("lstm with layer normalisation") && contains("0.norm_bias_l0"));
}
}
