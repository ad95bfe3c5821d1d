// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/count_allocations.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/data/sequences.hpp>
#include <dni/export/export_c.hpp>
#include <dni/export/fixed_streaming.hpp>
#include <dni/export/streaming.hpp>
#include <dni/layer/cell_step.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/mean_over_time.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/optim/adam.hpp>
#include <dni/train/trainer.hpp>

namespace fixed_streaming_test
{
using namespace dni;

namespace
{
using noisy = policies<noise::gaussian<snr_db>>;
using model = network<recurrent<cell::lstm>, last_step, dense<>>;
using number = fixed_point<>;

constexpr std::size_t inputs = 2;
constexpr std::size_t hidden = 12;
constexpr std::size_t classes = 4;
constexpr std::size_t steps = 16;
}

static_assert(runs_in_fixed_point<recurrent<cell::gru>>);
static_assert(runs_in_fixed_point<mean_over_time>);
static_assert(!runs_in_fixed_point<bidirectional<cell::lstm>>);
static_assert(!runs_in_fixed_point<final_states>);
static_assert(!runs_in_fixed_point<recurrent<cell::lstm, noisy>>);
static_assert(!runs_in_fixed_point<dense<policies<noise::none, precision::float64>>>);

namespace
{
// The sign of each feature's sum; the inputs are numbers of fixed point, so that their rounding is no difference.
data::sequences signs_of_sums(std::size_t count, std::uint64_t s)
{
    data::sequences set;
    stream random{key{seed{s}}};
    set.values = tensor<float, 2>::from_shape({count * steps, inputs});
    for (float& v : set.values)
    {
        v = static_cast<float>(number(random.normal()));
    }
    for (std::size_t i = 0; i < count; ++i)
    {
        set.offsets.push_back(set.offsets.back() + steps);
        std::array<float, inputs> sum{};
        for (std::size_t j = 0; j < steps * inputs; ++j)
        {
            sum[j % inputs] += set.sequence(i)[j];
        }
        set.labels.push_back((sum[0] > 0) + 2 * (sum[1] > 0));
    }
    return set;
}

const model& trained()
{
    static const model net = []
    {
        model made({.inputs = inputs, .hidden = hidden, .outputs = classes}, seed{1});
        trainer teacher(made, adam{.rate = 0.02}, cross_entropy{});
        teacher.fit(signs_of_sums(512, 1), {.epochs = 12, .batch = 32, .progress = false});
        return made;
    }();
    return net;
}

std::vector<std::int16_t> in_fixed_point(std::span<const float> values)
{
    std::vector<std::int16_t> numbers;
    std::ranges::transform(values, std::back_inserter(numbers), [](float v) { return static_cast<std::int16_t>(number(v).integer()); });
    return numbers;
}

template <class Live>
std::vector<double> last_outputs(Live& live, std::span<const float> sequence)
{
    live.reset();
    std::vector<double> y(live.outputs());
    for (std::size_t s = 0; s < steps; ++s)
    {
        const auto x = sequence.subspan(s * inputs, inputs);
        if constexpr (requires { live.step(x); })
        {
            std::ranges::copy(live.step(x), y.begin());
        }
        else
        {
            std::ranges::transform(live.step(in_fixed_point(x)), y.begin(), [](std::int16_t n) { return n / 4096.0; });
        }
    }
    return y;
}

std::size_t largest(const std::vector<double>& y)
{
    return static_cast<std::size_t>(std::ranges::max_element(y) - y.begin());
}

// How far fixed point may be from the network in double, to first order in its roundings: each step's own error, from the formats, times what a change of
// the state after this step does to the outputs.
template <class Weight>
class error_bound
{
public:
    error_bound(const model& net, const fixed_streaming<model, Weight>& fixed)
        : weights_{net.weights()}, cell_shifts_{fixed.template layer<0>().levels()[0].product.shifts()}, dense_shifts_{fixed.template layer<2>().product().shifts()}
    {
    }

    struct row
    {
        std::array<double, hidden> h{}, c{};
    };

    // The state after a step, and the bound of the errors of this step alone.
    std::pair<row, row> step(const row& before, std::span<const float> x)
    {
        std::array<double, inputs + hidden> u;
        std::ranges::copy(before.h, std::ranges::copy(x, u.begin()).out);
        double size = 0;
        for (const double v : u)
        {
            size += std::abs(v);
        }
        row after;
        row error;
        for (std::size_t j = 0; j < hidden; ++j)
        {
            using lstm = cell::lstm;
            cell::element<lstm, double> e;
            std::array<double, 4> wrong{};  // of the gates
            for (std::size_t p = 0; p < 4; ++p)
            {
                const auto column = where.column_of(p, j);
                e.in[p] = static_cast<double>(where.bias(weights_.data(), column));
                for (std::size_t k = 0; k < u.size(); ++k)
                {
                    e.in[p] += static_cast<double>(weights_[where.weight(k, column)]) * u[k];
                }
                widest_ = std::max(widest_, std::abs(e.in[p]));
                const double product = of_product(cell_shifts_[p * hidden + j], size);
                wrong[p] = p == lstm::g ? product + of_tanh : product / 4 + of_sigmoid;
            }
            e.last(lstm::c) = before.c[j];
            lstm::forward(e);
            after.h[j] = e[lstm::h];
            after.c[j] = e[lstm::c];
            error.c[j] = std::abs(before.c[j]) * wrong[lstm::f] + e[lstm::i] * wrong[lstm::g] + std::abs(e[lstm::g]) * wrong[lstm::i] + 2 * half;
            error.h[j] = e[lstm::o] * (error.c[j] + of_tanh) + std::abs(e[lstm::t]) * wrong[lstm::o] + half;
        }
        return {after, error};
    }

    std::vector<double> outputs(const row& state) const
    {
        std::vector<double> y(classes);
        for (std::size_t o = 0; o < classes; ++o)
        {
            y[o] = static_cast<double>(weights_[where.end() + classes * hidden + o]);
            for (std::size_t j = 0; j < hidden; ++j)
            {
                y[o] += static_cast<double>(weights_[where.end() + o * hidden + j]) * state.h[j];
            }
        }
        return y;
    }

    // The outputs after a sequence, and their bounds.
    std::pair<std::vector<double>, std::vector<double>> after(std::span<const float> sequence)
    {
        row state;
        std::vector<double> bound(classes);
        for (std::size_t s = 0; s < steps; ++s)
        {
            const auto [next, error] = step(state, sequence.subspan(s * inputs, inputs));
            for (std::size_t j = 0; j < 2 * hidden; ++j)
            {
                const auto moved = [&, &from = next](double by)
                {
                    row there = from;
                    (j < hidden ? there.h[j] : there.c[j - hidden]) += by;
                    for (std::size_t later = s + 1; later < steps; ++later)
                    {
                        there = step(there, sequence.subspan(later * inputs, inputs)).first;
                    }
                    return outputs(there);
                };
                constexpr double little = 1e-5;
                const auto up = moved(little);
                const auto down = moved(-little);
                for (std::size_t o = 0; o < classes; ++o)
                {
                    bound[o] += std::abs(up[o] - down[o]) / (2 * little) * (j < hidden ? error.h[j] : error.c[j - hidden]);
                }
            }
            state = next;
        }
        double size = 0;
        for (const double h : state.h)
        {
            size += std::abs(h);
        }
        for (std::size_t o = 0; o < classes; ++o)
        {
            bound[o] += of_product(dense_shifts_[o], size);
        }
        return {outputs(state), bound};
    }

    // The largest pre-activation met.
    double widest() const { return widest_; }

private:
    static constexpr detail::cell_layout<cell::lstm> where{inputs, hidden};
    static constexpr double half = 0.5 / 4096;
    static constexpr double of_table = 0.7698004 / (8 * 32 * 32) + 0.5 / 32768;
    static constexpr double of_tanh = half + of_table;
    static constexpr double of_sigmoid = half + of_table / 2;

    // Roundings of weights, sum and bias.
    static double of_product(std::uint8_t shift, double size) { return size * std::ldexp(0.5, -shift) + 2 * half; }

    std::span<const float> weights_;
    std::vector<std::uint8_t> cell_shifts_, dense_shifts_;
    double widest_ = 0;
};
}

TEMPLATE_TEST_CASE("fixed streaming: a trained network differs from floats by no more than its formats explain", "", std::int16_t, std::int8_t)
{
    fixed_streaming<model, TestType> fixed(trained());
    streaming<model> floats(trained());
    error_bound<TestType> bound(trained(), fixed);
    const auto set = signs_of_sums(500, 2);
    std::size_t right = 0;
    std::size_t same = 0;
    double apart = 0;    // the largest difference
    double widest = 0;   // the largest output
    double most = 0;     // the largest bound
    for (std::size_t i = 0; i < set.size(); ++i)
    {
        const auto found = last_outputs(fixed, set.sequence(i));
        const auto wanted = last_outputs(floats, set.sequence(i));
        right += largest(wanted) == static_cast<std::size_t>(set.labels[i]);
        same += largest(found) == largest(wanted);
        for (std::size_t o = 0; o < classes; ++o)
        {
            apart = std::max(apart, std::abs(found[o] - wanted[o]));
            widest = std::max(widest, std::abs(wanted[o]));
        }
        if (i < 8)
        {
            const auto [exact, allowed] = bound.after(set.sequence(i));
            for (std::size_t o = 0; o < classes; ++o)
            {
                CHECK(std::abs(wanted[o] - exact[o]) <= 1e-4);
                CHECK(std::abs(found[o] - exact[o]) <= allowed[o]);
                most = std::max(most, allowed[o]);
            }
        }
    }
    CAPTURE(apart, most, right);
    REQUIRE(std::max(widest, bound.widest()) < 7.9);  // nothing saturates: the bound knows roundings alone
    CHECK(apart <= most);
    CHECK(right >= 400);  // of 500: it is trained
    CHECK(same >= 495);
}

TEST_CASE("fixed streaming: a step takes no memory and cannot throw, a reset begins again, and the network may die")
{
    auto net = std::make_unique<model>(trained());
    fixed_streaming live(*net);
    net.reset();
    CHECK(live.inputs() == inputs);
    CHECK(live.outputs() == classes);
    const std::vector<std::int16_t> x{4096, -3000};
    static_assert(noexcept(live.step(x)));
    static_assert(noexcept(live.reset()));

    const std::size_t before = support::allocations();
    const auto first = live.step(x);
    const std::array<std::int16_t, 2> at_first{first[0], first[1]};
    for (std::size_t s = 1; s < steps; ++s)
    {
        live.step(x);
    }
    CHECK(live.step(x)[0] != at_first[0]);
    live.reset();
    CHECK(live.step(x)[0] == at_first[0]);
    CHECK(support::allocations() == before);
}

TEST_CASE("fixed streaming: the mean over time is that of the steps so far, rounded")
{
    network<dense<>, mean_over_time> net({.inputs = 1, .outputs = 1}, seed{1});
    net.weights()[0] = 1;
    net.weights()[1] = 0;
    fixed_streaming live(net);
    const auto after = [&](std::int16_t x) { return live.step(std::vector<std::int16_t>{x})[0]; };
    CHECK(after(3) == 3);
    CHECK(after(4) == 4);     // 3.5
    CHECK(after(-9) == -1);   // −2 / 3
    live.reset();
    CHECK(after(-3) == -3);
    CHECK(after(-4) == -4);   // −3.5
}
}
