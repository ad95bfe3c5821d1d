// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/random_sequences.hpp"
#include "support/same_bits.hpp"
#include "support/statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include <dni/cell/cell.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>

namespace network_noise_test
{
using namespace dni;

//! A cell that shows its two products: one fed by x and h, one by h alone.
struct probe
{
    static constexpr const char* name = "probe";
    static constexpr std::array products{cell::by_both(0), cell::by_feedback(1)};
    enum row : std::size_t { second, h, rows };
    static constexpr std::array<std::size_t, 1> carried{h};
    static void forward(auto& e) noexcept
    {
        e[second] = e.in[1];
        e[h] = e.in[0];
    }
    static void adjoint(const auto&, auto& d) noexcept { d.in[0] = d[h]; }
};

//! The noise of whole networks, from key to crossbar: with all weights zero the outputs are nothing but noise.
namespace
{
using absolute = noise::gaussian<sigma>;
using relative = noise::gaussian<snr_db>;

constexpr std::size_t width = 24;
constexpr std::size_t samples = 70;
constexpr std::size_t steps = 60;
constexpr double deviation = 0.7;

//! Noise of one pass, in the order [sample][step][element], whatever the order in the batch.
template <class Net>
std::vector<double> noise_of(Net& net, const data::batch<float>& batch, key pass)
{
    const auto y = net.infer(batch, pass);
    std::vector<double> all(y.rows * y.columns);
    for (std::size_t b = 0; b < batch.shape.samples(); ++b)
    {
        for (std::size_t s = 0; s < batch.shape.length(b); ++s)
        {
            for (std::size_t j = 0; j < y.columns; ++j)
            {
                all[(batch.shape.id(b) * steps + s) * y.columns + j] = static_cast<double>(y.row(batch.shape.row(s, b))[j]);
            }
        }
    }
    return all;
}

data::batch<float> even_batch() { return support::batch_of<float>(support::random_sequences(std::vector<std::size_t>(samples, steps), 3)); }

void check_normal(std::vector<double> noise, double s)
{
    const std::size_t n = noise.size();
    const auto m = support::moments_of(noise);
    CHECK(std::abs(m.mean) < support::mean_bound(n, s));
    CHECK(std::abs(m.variance - s * s) < support::variance_bound(n, s));
    CHECK(std::abs(m.skewness) < support::skewness_bound(n));
    CHECK(std::abs(m.excess_kurtosis) < support::kurtosis_bound(n));
    for (double& v : noise)
    {
        v /= s;
    }
    CHECK(support::kolmogorov_smirnov(noise) < support::kolmogorov_smirnov_bound);
}

void check_unrelated(const std::vector<double>& a, const std::vector<double>& b)
{
    CHECK(std::abs(support::correlation(a, b)) < support::correlation_bound(std::min(a.size(), b.size())));
    CHECK(std::abs(support::correlation(support::squares(a), support::squares(b))) < support::correlation_bound(std::min(a.size(), b.size())));
}

//! The sequence itself, `lag` elements later.
std::vector<double> after(const std::vector<double>& a, std::size_t lag) { return {a.begin() + static_cast<std::ptrdiff_t>(lag), a.end()}; }

template <class Net>
void check_pure_noise(Net& net)
{
    support::clear_weights(net);
    net.noise_level(sigma{deviation});
    net.threads(2);
    const auto batch = even_batch();
    const auto noise = noise_of(net, batch, key{seed{1}});
    check_normal(noise, deviation);
    // neighbouring elements; the same element of the next steps; of the next samples
    for (const std::size_t lag : {std::size_t{1}, std::size_t{2}, std::size_t{16}, width, 2 * width, width + 1, steps * width, 2 * steps * width, (steps + 1) * width})
    {
        CAPTURE(lag);
        check_unrelated(noise, after(noise, lag));
    }
    // passes and seeds
    for (const key other : {key{seed{2}}, key{seed{0}}, key{seed{1}}.with(1), key{seed{1}}.with(0)})
    {
        check_unrelated(noise, noise_of(net, batch, other));
    }
    CHECK(noise == noise_of(net, batch, key{seed{1}}));
}
}

TEST_CASE("noise of a dense layer is N(0, sigma²), independent across elements, steps, samples and passes")
{
    network<dense<policies<absolute>>> net(3, seed{1}, {width});
    check_pure_noise(net);
}

TEST_CASE("noise of a recurrent layer is N(0, sigma²), independent across elements, steps, samples and passes")
{
    network<recurrent<probe, policies<absolute>>> net(3, seed{1}, {width, 1, 0.0});
    check_pure_noise(net);
}

TEST_CASE("noise of both directions of a bidirectional layer is unrelated")
{
    network<bidirectional<probe, policies<absolute>>> net(3, seed{1}, {width / 2, 1, 0.0});
    check_pure_noise(net);
    // both halves of each row, and the reverse half in its own order of time
    const auto noise = noise_of(net, even_batch(), key{seed{1}});
    std::vector<double> forward, reverse, reverse_in_its_time;
    for (std::size_t b = 0; b < samples; ++b)
    {
        for (std::size_t s = 0; s < steps; ++s)
        {
            for (std::size_t j = 0; j < width / 2; ++j)
            {
                forward.push_back(noise[(b * steps + s) * width + j]);
                reverse.push_back(noise[(b * steps + s) * width + width / 2 + j]);
                reverse_in_its_time.push_back(noise[(b * steps + steps - 1 - s) * width + width / 2 + j]);
            }
        }
    }
    check_unrelated(forward, reverse);
    check_unrelated(forward, reverse_in_its_time);
}

TEST_CASE("noise of stacked layers and of neighbouring products is unrelated")
{
    // as all weights are zero, what the lower layers add does not come through: each layer shows its own noise
    network<recurrent<probe, policies<absolute>>> one(3, seed{1}, {width, 1, 0.0});
    network<recurrent<probe, policies<absolute>>> two(3, seed{1}, {width, 2, 0.0});
    network<recurrent<probe, policies<absolute>>, dense<policies<absolute>>> read_out(3, seed{1}, {width, 1, 0.0}, {width});
    const auto batch = even_batch();
    std::vector<std::vector<double>> noises;
    const auto collect = [&](auto& net)
    {
        support::clear_weights(net);
        net.noise_level(sigma{deviation});
        noises.push_back(noise_of(net, batch, key{seed{1}}));
    };
    collect(one);
    collect(two);
    collect(read_out);
    check_unrelated(noises[0], noises[1]);
    check_unrelated(noises[0], noises[2]);
    check_unrelated(noises[1], noises[2]);
}

TEST_CASE("noise at the input of a product is N(0, sigma²) on each of its inputs")
{
    // the identity as weights shows the noisy input; noise sits on the exact inputs, which are zero
    network<dense<policies<noise::at_input<absolute>>>> net(width, seed{1}, {width});
    support::clear_weights(net);
    for (std::size_t j = 0; j < width; ++j)
    {
        net.weights()[j * width + j] = 1;
    }
    net.noise_level(sigma{deviation});
    auto set = support::random_sequences(std::vector<std::size_t>(samples, steps), width);
    std::ranges::fill(set.values, 0.0f);
    const auto noise = noise_of(net, support::batch_of<float>(set), key{seed{1}});
    check_normal(noise, deviation);
    check_unrelated(noise, after(noise, 1));
    check_unrelated(noise, after(noise, width));
    check_unrelated(noise, after(noise, steps * width));
}

TEST_CASE("noise in the weights is N(0, sigma²) on each device, one draw for a pass, another for the next")
{
    constexpr std::size_t outputs = 400;
    network<dense<policies<noise::at_weights<absolute>>>> net(width, seed{1}, {outputs});
    support::clear_weights(net);
    net.noise_level(sigma{deviation});
    // unit vectors as samples, at two steps, read the array out
    data::sequences set;
    for (std::size_t k = 0; k < width; ++k)
    {
        set.offsets.push_back(2 * (k + 1));
    }
    set.values = tensor<float, 2>::from_shape({2 * width, width});
    std::ranges::fill(set.values, 0.0f);
    for (std::size_t k = 0; k < width; ++k)
    {
        set.values(2 * k, k) = 1;
        set.values(2 * k + 1, k) = 1;
    }
    const auto batch = support::batch_of<float>(set);
    const auto read = [&](key pass, std::size_t step)
    {
        const auto y = net.infer(batch, pass);
        std::vector<double> devices;
        for (std::size_t b = 0; b < width; ++b)
        {
            const auto row = y.row(batch.shape.row(step, b));
            devices.insert(devices.end(), row.begin(), row.end());
        }
        return devices;
    };
    const auto first = read(key{seed{1}}, 0);
    check_normal(first, deviation);
    check_unrelated(first, after(first, 1));
    check_unrelated(first, after(first, outputs));
    CHECK(first == read(key{seed{1}}, 1));
    const auto next = read(key{seed{1}}.with(1), 0);
    check_normal(next, deviation);
    check_unrelated(first, next);
}

TEST_CASE("the requested SNR is the measured one at the outputs of every product of a network")
{
    // an LSTM's products against the same network without noise: the first step sees the same inputs, h = 0
    constexpr std::size_t hidden = 40;
    constexpr std::size_t count = 400;
    network<recurrent<probe, policies<relative>>> net(6, seed{3}, {hidden, 1, 0.0});
    auto exact = with_noise<noise::none>(net);
    const auto batch = support::batch_of<float>(support::random_sequences(std::vector<std::size_t>(count, 1), 6));
    for (const double level : {20.0, 10.0, 5.0, 0.0, -5.0})
    {
        net.noise_level(snr_db{level});
        const auto clean = support::elements(exact.infer(batch, key{seed{1}}));
        const auto noisy = support::elements(net.infer(batch, key{seed{1}}));
        double signal = 0;
        double noise = 0;
        for (std::size_t r = 0; r < count; ++r)
        {
            // the vector of a product has 2 · hidden elements, of which h shows the first half; those of the second half are zero here
            double power = 0;
            for (std::size_t j = 0; j < hidden; ++j)
            {
                const double y = static_cast<double>(clean[r * hidden + j]);
                const double added = static_cast<double>(noisy[r * hidden + j]) - y;
                power += y * y / (2 * hidden);
                noise += added * added;
            }
            signal += power * hidden;
        }
        const double n = count * hidden;
        // rows have different powers: the sum has fewer effective terms, at least half as many
        CAPTURE(level);
        CHECK(std::abs(10 * std::log10(signal / noise) - level) < support::deviations * 4.343 * std::sqrt(2.0 / (n / 2)));
    }
}

TEST_CASE("padding draws no noise and no power: each sample of a ragged batch is as it is alone, with noise at every site")
{
    using every = policies<noise::all<relative, noise::at_input<relative>, noise::at_weights<relative>>>;
    network<bidirectional<cell::lstm, every>, last_step, dense<every>> net({.inputs = 3, .hidden = 9, .outputs = 5, .layers = 2}, seed{1});
    net.noise_level(snr_db{4});
    const auto set = support::random_sequences(support::ragged(40, 25), 3);
    const auto together = support::batch_of<float>(set);
    const auto y = support::elements(net.infer(together, key{seed{2}}));
    bool same = true;
    for (std::size_t b = 0; b < together.shape.samples(); ++b)
    {
        const std::array<std::size_t, 1> chosen{static_cast<std::size_t>(together.shape.id(b))};
        const auto alone = support::elements(net.infer(support::batch_of<float>(set, chosen), key{seed{2}}));
        same = same && support::same_bits(alone, std::vector<float>(y.begin() + static_cast<std::ptrdiff_t>(5 * b), y.begin() + static_cast<std::ptrdiff_t>(5 * b + 5)));
    }
    CHECK(same);
}
}
