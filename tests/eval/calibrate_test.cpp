// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "eval/tiny.hpp"
#include "support/catch.hpp"

#include <cmath>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <dni/eval/calibrate.hpp>

namespace calibrate_test
{
using namespace dni;

namespace
{
using read_out = network<dense<tiny::analog>>;

//! The noise a pass adds to each output of a network, and the outputs without it.
template <class Network, class F>
void for_each_output(Network& net, const data::sequences& data, F&& f)
{
    auto exact = with_noise<noise::none>(net);
    const auto clean = predict(exact, data);
    const auto noisy = predict(net, data, key{seed{8}});
    for (std::size_t r = 0; r < clean.shape(0); ++r)
    {
        double power = 0;
        for (std::size_t c = 0; c < clean.shape(1); ++c)
        {
            power += static_cast<double>(clean(r, c)) * static_cast<double>(clean(r, c)) / static_cast<double>(clean.shape(1));
        }
        for (std::size_t c = 0; c < clean.shape(1); ++c)
        {
            f(static_cast<double>(noisy(r, c)) - static_cast<double>(clean(r, c)), power);
        }
    }
}

read_out make_read_out() { return read_out(3, seed{5}, {16}); }

struct moments
{
    double sum = 0;
    double squares = 0;
    double count = 0;

    void add(double value)
    {
        sum += value;
        squares += value * value;
        ++count;
    }

    // a standard normal's, within five standard errors
    bool standard() const { return std::abs(sum / std::sqrt(count)) < 5 && std::abs(squares / count - 1) < 5 * std::sqrt(2 / count); }
};
}

TEST_CASE("the calibrated power is mean(y²), computed here from the weights")
{
    auto net = tiny::make();
    for (float& bias : net.weights())
    {
        bias += 0.1f;
    }
    // of one step each, so that h = 0 in the recurrent product
    auto data = tiny::some(300, seed{4});
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < data.size(); ++i)
    {
        if (data.length(i) == 1)
        {
            chosen.push_back(i);
        }
    }
    data = data.subset(chosen);
    const auto weight = [&](const char* name) { return std::as_const(net).weights().subspan(net.parameters()[name].offset); };
    double power = 0;
    for (std::size_t i = 0; i < data.size(); ++i)
    {
        for (std::size_t n = 0; n < 24; ++n)
        {
            double y = static_cast<double>(weight("0.bias_ih_l0")[n]) + static_cast<double>(weight("0.bias_hh_l0")[n]);
            for (std::size_t k = 0; k < 3; ++k)
            {
                y += static_cast<double>(weight("0.weight_ih_l0")[n * 3 + k]) * static_cast<double>(data.sequence(i)[k]);
            }
            power += y * y / static_cast<double>(24 * data.size());
        }
    }
    auto exact = with_noise<noise::none>(net);
    const auto outputs = predict(exact, data);
    double read_out_power = 0;
    for (const float y : outputs)
    {
        read_out_power += static_cast<double>(y) * static_cast<double>(y) / static_cast<double>(outputs.size());
    }

    net.noise_level(snr_db{0});  // does not count
    const auto powers = calibrate(net, data);
    REQUIRE(powers.size() == 2);
    CHECK(powers[0].layer == 0);
    CHECK(powers[0].name == "l0");
    CHECK(powers[0].power == Approx(power).epsilon(1e-5));
    CHECK(powers[1].layer == 2);
    CHECK(powers[1].name == "dense");
    CHECK(powers[1].power == Approx(read_out_power).epsilon(1e-5));
}

TEST_CASE("calibration counts every step of every sequence once, and gives the same bits on two threads")
{
    auto net = tiny::make<tiny::per_step>();
    const auto data = tiny::some(100, seed{4});
    const auto powers = calibrate(net, data);
    auto exact = with_noise<noise::none>(net);
    const auto outputs = predict(exact, data);
    double power = 0;
    for (const float y : outputs)
    {
        power += static_cast<double>(y) * static_cast<double>(y) / static_cast<double>(outputs.size());
    }
    CHECK(powers.back().power == Approx(power).epsilon(1e-5));
    net.threads(2);
    CHECK(calibrate(net, data) == powers);
    CHECK(net.threads() == 2);
}

TEST_CASE("the SNR asked for is the SNR measured, of each vector")
{
    auto net = make_read_out();
    const auto data = tiny::some(400, seed{6});
    for (const double level : {20.0, 3.0, -5.0})
    {
        net.noise_level(snr_db{level});
        moments all;
        for_each_output(net, data, [&](double noise, double power) { all.add(noise / std::sqrt(power * std::pow(10, -level / 10))); });
        CAPTURE(level);
        CHECK(all.standard());
    }
}

TEST_CASE("under a calibration noise is one sigma, for weak and strong vectors alike, until it is cleared")
{
    auto net = make_read_out();
    const auto data = tiny::some(400, seed{6});
    const auto powers = calibrate(net, data);
    use_calibration(net, powers);
    net.noise_level(snr_db{6});
    const double sigma = std::pow(10, -6.0 / 20) * std::sqrt(powers[0].power);
    moments weak;
    moments strong;
    for_each_output(net, data, [&](double noise, double power) { (power < powers[0].power ? weak : strong).add(noise / sigma); });
    CHECK(weak.standard());
    CHECK(strong.standard());

    clear_calibration(net);
    moments relative;
    for_each_output(net, data, [&](double noise, double power) { relative.add(noise / std::sqrt(power * std::pow(10, -0.6))); });
    CHECK(relative.standard());
}

TEST_CASE("a calibration goes where it belongs: noise at the output, of a relative level")
{
    using relative = noise::gaussian<snr_db>;
    using mixed = policies<noise::all<noise::at_input<relative>, relative, noise::gaussian<sigma>>>;
    network<dense<mixed>> net(3, seed{5}, {4});
    use_calibration(net, {{0, "dense", 2.5}});
    std::vector<double> reference;
    net.for_each_noise(
        [&](const auto& part)
        {
            if constexpr (requires { part.reference_power; })
            {
                reference.push_back(part.reference_power);
            }
        });
    CHECK(reference == std::vector<double>{0, 2.5});
}

TEST_CASE("a calibration that is not this network's is refused and changes nothing")
{
    auto net = tiny::make();
    const std::vector<crossbar_power> good{{0, "l0", 2}, {2, "dense", 3}};
    const auto refused = [&](std::vector<crossbar_power> powers) { CHECK_THROWS_AS(use_calibration(net, powers), value_error); };
    refused({});
    refused({good[0]});
    refused({good[0], good[1], good[1]});
    refused({good[1], good[0]});
    refused({good[0], {2, "l0", 3}});
    for (const double power : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()})
    {
        refused({good[0], {2, "dense", power}});
    }
    net.for_each_noise([](const auto& part) { CHECK(part.reference_power == 0); });
    use_calibration(net, good);
    CHECK_THROWS_AS(calibrate(net, data::sequences{}), value_error);
}

TEST_CASE("a power meter: weak and strong signals, before the first, and what is not a number")
{
    stream random{key{seed{1}}};
    const auto measured = [&](float value, int times)
    {
        const noise::power_meter meter;
        std::vector<float> y(8, value);
        for (int i = 0; i < times; ++i)
        {
            meter.apply(std::span<float>(y), random);
        }
        CHECK((times == 0 || std::isnan(value) || y == std::vector<float>(8, value)));
        return meter.power();
    };
    CHECK(measured(3e-6f, 10) == Approx(9e-12).epsilon(1e-6));
    CHECK(measured(7e3f, 20000) == Approx(4.9e7).epsilon(1e-6));
    CHECK(std::isnan(measured(1, 0)));
    CHECK(std::isnan(measured(std::numeric_limits<float>::quiet_NaN(), 1)));
}
}
