// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/gradient_check.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/crossbar/mapping.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/precision/converted.hpp>

namespace learned_bound_test
{
using namespace dni;
using namespace dni::precision;

//! The gradient of a learned bound is declared to be that of a rounding whose error is held. Here it is held: it is drawn, as far as forward and backward draw
//! alike, and does not depend on what is rounded. So the function is smooth but at the bound, and central differences are those of the declared surrogate.
namespace
{
constexpr bits few{4};

struct held
{
    static constexpr bool draws = true;
    static constexpr const char* name = "by an error that is held";

    template <class V>
    static V round(const V& x, stream& random) noexcept
    {
        using T = simd::element_t<V>;
        alignas(64) std::array<T, V::size> u;
        for (T& one : u)
        {
            one = random.uniform() - T(0.5);
        }
        // what is beyond the bound stands on the last step, exactly
        return xsimd::select(xsimd::abs(x) < V(static_cast<T>(few.steps())), x + V::load_aligned(u.data()), x);
    }
};

using relative = noise::gaussian<snr_db>;
using noisy = noise::all<noise::at_input<relative>, relative>;
using learning = converted<dac<learned_bound, held>, adc<learned_bound, held>, float64>;
using both_ways = network<bidirectional<cell::gru, policies<noisy, learning>>, dense<policies<noisy, learning>>>;

// In the middle of what there is: some elements are clipped, some are not.
const converter_settings in_the_middle{.dac = few, .adc = few, .dac_full_scale = full_scale{0.6}, .adc_full_scale = full_scale{0.8}};

both_ways make()
{
    both_ways net(3, seed{1}, {5, 2, 0.0}, {2}, true);
    support::roughen(net, seed{2});
    support::switch_on_noise(net);
    net.converters(in_the_middle);
    return net;
}

const std::vector<std::size_t> lengths{2, 4, 1};
}

TEST_CASE("learned bounds: weights, bounds and inputs have the gradient of the declared surrogate")
{
    auto net = make();
    auto batch = support::random_batch(lengths, 3, seed{3});
    const auto error = support::check_gradient(net, batch, {}, 1e-5);
    CAPTURE(error.weights, error.inputs);
    CHECK(error.weights <= 1e-8);
    CHECK(error.inputs <= 1e-8);
    // that of each bound is more than the error allows, so one left at zero would be seen
    std::size_t bounds = 0;
    for (const auto& p : net.parameters())
    {
        if (!p.is_weight)
        {
            ++bounds;
            CAPTURE(p.name);
            CHECK(p.name.find("_log_bound") != std::string::npos);
            CHECK(std::abs(std::as_const(net).gradient()[p.offset]) > 1e-3);
        }
    }
    CHECK(bounds == 2 * (4 + 1));
}

TEST_CASE("learned bounds: a product of several arrays has the gradient of them all")
{
    using hardware = policies<noise::none, learning, mapping::tiles<2, 3>>;
    network<dense<hardware>> net(5, seed{1}, {4}, true);
    support::roughen(net, seed{2});
    net.converters(in_the_middle);
    auto batch = support::random_batch(lengths, 5, seed{3});
    const auto error = support::check_gradient(net, batch, {}, 1e-5);
    CAPTURE(error.weights, error.inputs);
    CHECK(error.weights <= 1e-8);
    CHECK(error.inputs <= 1e-8);
}

TEST_CASE("learned bounds: their gradient is the same bits on one and two threads")
{
    const auto gradient = [](std::size_t threads)
    {
        auto net = make();
        net.threads(threads);
        const std::vector<std::size_t> many(41, 3);
        const auto batch = support::random_batch(many, 3, seed{3});
        net.backward(net.forward(batch, key{seed{4}}));
        return std::vector<double>(net.gradient().begin(), net.gradient().end());
    };
    CHECK(gradient(1) == gradient(2));
}
}
