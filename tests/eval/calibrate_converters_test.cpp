// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/random_sequences.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <dni/eval/calibrate_converters.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/network.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/precision/converted.hpp>

namespace calibrate_converters_test
{
using namespace dni;
using namespace dni::precision;
using support::contains;

namespace
{
template <class Precision>
using two_layers = network<dense<policies<noise::gaussian<snr_db>, Precision>>, dense<policies<noise::none, Precision>>>;

using converting = two_layers<converted<dac<constant_bound>, adc<managed_bound>, float64>>;

std::vector<double> bounds_of(const converting& net)
{
    std::vector<double> found;
    net.for_each_converter([&](const auto& part) { found.push_back(part.range.limit.value); });
    return found;
}
}

TEST_CASE("calibrate_converters: each bound is the mean of the largest magnitudes at its place, without noise and converters")
{
    converting net(3, seed{1}, {5}, {2});
    net.noise_level(snr_db{0});
    net.converters({.dac = bits{3}, .adc = bits{4}, .dac_full_scale = full_scale{0.1}, .adc_full_scale = full_scale{0.2}});
    net.threads(2);
    const auto set = support::random_sequences(support::ragged(9, 6), 3);
    calibrate_converters(net, set, 1.5);

    // the same by hand: biases are zero
    const auto w = std::as_const(net).weights();
    double expected[4] = {};
    std::size_t vectors = 0;
    for (std::size_t s = 0; s < set.size(); ++s)
    {
        const auto values = set.sequence(s);
        for (std::size_t row = 0; row < values.size() / 3; ++row)
        {
            std::vector<double> v(values.begin() + static_cast<std::ptrdiff_t>(3 * row), values.begin() + static_cast<std::ptrdiff_t>(3 * row + 3));
            std::size_t offset = 0;
            const auto largest = [&]
            {
                double most = 0;
                for (const double one : v)
                {
                    most = std::max(most, std::abs(one));
                }
                return most;
            };
            for (std::size_t layer = 0; layer < 2; ++layer)
            {
                expected[2 * layer] += largest();
                std::vector<double> y(layer == 0 ? 5 : 2);
                for (std::size_t n = 0; n < y.size(); ++n)
                {
                    for (std::size_t k = 0; k < v.size(); ++k)
                    {
                        y[n] += w[offset + n * v.size() + k] * v[k];
                    }
                }
                offset += y.size() * (v.size() + 1);
                v = y;
                expected[2 * layer + 1] += largest();
            }
            ++vectors;
        }
    }
    const auto found = bounds_of(net);
    REQUIRE(found.size() == 4);
    for (std::size_t i = 0; i < 4; ++i)
    {
        CHECK(found[i] == Approx(1.5 * expected[i] / static_cast<double>(vectors)).epsilon(1e-12));
    }
    net.for_each_converter([](const auto& part) { CHECK((part.resolution == bits{3} || part.resolution == bits{4})); });
    net.for_each_noise([](const auto& part) { CHECK(part.level == snr_db{0}); });
}

TEST_CASE("calibrate_converters: what cannot be calibrated is refused, and nothing changes")
{
    converting net(3, seed{1}, {5}, {2});
    const auto set = support::random_sequences(support::ragged(3, 4), 3);
    const auto before = bounds_of(net);
    CHECK_THROWS_WITH(calibrate_converters(net, set, 0), contains("a positive, finite margin, found 0"));
    CHECK_THROWS_AS(calibrate_converters(net, set, NAN), value_error);
    std::ranges::fill(net.weights(), 0.0);
    CHECK_THROWS_WITH(calibrate_converters(net, set), contains("a positive, finite full scale"));
    CHECK(bounds_of(net) == before);

    two_layers<converted<dac<>, infinite>> without(3, seed{1}, {5}, {2});
    CHECK_THROWS_WITH(calibrate_converters(without, set), contains("converters that have a bound of their own"));
}
}
