// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "eval/tiny.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include <dni/eval/find_tolerance.hpp>
#include <dni/eval/sensitivity.hpp>
#include <dni/eval/voting.hpp>
#include <dni/precision/converted.hpp>

namespace sensitivity_test
{
using namespace dni;

namespace
{
// Noise at two places of each crossbar in one unit, and one in another; converters around it, fine ones unless a test says otherwise.
using converters = precision::converted<precision::dac<>, precision::adc<precision::constant_bound>>;
using analog = policies<noise::all<noise::at_input<noise::gaussian<snr_db>>, noise::gaussian<snr_db>, noise::at_weights<noise::gaussian<sigma>>>, converters>;
using model = network<recurrent<cell::lstm, analog>, last_step, dense<analog>>;

model make()
{
    auto net = tiny::make<model>();
    net.converters({.dac = bits{16}, .adc = bits{16}, .adc_full_scale = full_scale{6}});
    return net;
}

const sensitivity_options usual{.level = 0, .from = 30, .to = -60, .resolution = 2, .passes = 4, .seed = {5}};
}

TEST_CASE("sensitivity: each noise of the unit takes its turn alone")
{
    auto net = make();
    const auto data = tiny::labelled(100, net);
    net.noise_level(snr_db{3});
    net.noise_level(sigma{0.7});
    const auto s = measure_sensitivity<snr_db>(net, data, usual);
    CHECK(s.quiet.mean == 1);  // the labels are what the network says without noise
    REQUIRE(s.places.size() == 4);
    CHECK(s.places[0].crossbar == "0.l0");
    CHECK_THAT(s.places[0].place, support::contains("at the input"));
    CHECK(s.places[1].crossbar == "0.l0");
    CHECK_THAT(s.places[1].place, support::contains("at the output"));
    CHECK(s.places[3].crossbar == "2.dense");
    CHECK_THAT(s.places[3].noise, support::contains("SNR = 0 dB"));

    // as it was: levels of a view are set, never those of the network
    net.for_each_noise(
        [](const auto& part)
        {
            if constexpr (requires { part.level == snr_db{}; })
            {
                CHECK(part.level == snr_db{3});
            }
            else
            {
                CHECK(part.level == sigma{0.7});
            }
        });

    // by hand
    auto view = net.sharing();
    view.noise_level(sigma::none());
    for (std::size_t wanted = 0; wanted < 4; ++wanted)
    {
        std::size_t i = 0;
        view.for_each_noise(
            [&](auto& part)
            {
                if constexpr (requires { part.level = snr_db{}; })
                {
                    part.level = i++ == wanted ? snr_db{0} : snr_db::none();
                }
            });
        const auto alone = evaluate(view, data, {.passes = 4, .seed = {5}});
        const auto& place = s.places[wanted];
        CHECK(place.accuracy.mean == alone.mean);
        CHECK(place.lost.mean == Approx(1 - alone.mean));
        CHECK(place.lost.low == Approx(1 - alone.high));
        CHECK(place.lost.high == Approx(1 - alone.low));
        CHECK(s.worst().lost.mean >= place.lost.mean);
        REQUIRE(std::isfinite(place.midpoint.level));
        for (const auto& [level, accuracy] : place.midpoint.measured)
        {
            if (level == place.midpoint.level)
            {
                CHECK(accuracy.mean >= (1 + 0.25) / 2);  // half-way to one of four classes
            }
        }
    }

    std::ostringstream text, file;
    text << s;
    s.write_csv(file);
    CHECK_THAT(text.str(), support::contains("accuracy without noise 100.00 %\ncrossbar"));
    CHECK_THAT(text.str(), support::contains("\n2.dense "));
    CHECK_THAT(file.str(), support::contains("\n2.dense,\"at the output, fresh for each sample and step\",\"gaussian"));
}

TEST_CASE("sensitivity: a unit of another noise, and what makes no sense")
{
    auto net = make();
    const auto data = tiny::labelled(40, net);
    const auto s = measure_sensitivity<sigma>(net, data, {.level = 1, .from = 0, .to = 20, .resolution = 5, .passes = 2});
    REQUIRE(s.places.size() == 2);
    CHECK_THAT(s.places[1].place, support::contains("at the weights"));

    CHECK_THROWS_WITH(measure_sensitivity<spread>(net, data, usual), support::contains("level in this unit"));
    CHECK_THROWS_WITH(measure_sensitivity<sigma>(net, data, {.level = -1, .from = 0, .to = 2, .resolution = 1}), support::contains("standard deviation >= 0"));
    CHECK_THROWS_AS(measure_sensitivity<sigma>(net, data, {.level = 1, .from = 0, .to = 2, .resolution = 0}), value_error);
    CHECK_THROWS_AS(measure_sensitivity<sigma>(net, tiny::some(5, seed{1}), usual), value_error);
}

TEST_CASE("find_tolerance: a network keeps its accuracy up to the level that is found, and is not touched")
{
    auto net = make();
    const auto data = tiny::labelled(100, net);
    net.noise_level(snr_db{7});
    const tolerance_search search{.accuracy = 0.8, .from = 40, .to = -40, .resolution = 1};
    const auto t = find_tolerance<snr_db>(net, data, search, {.passes = 4, .seed = {3}});
    REQUIRE(std::isfinite(t.level));
    net.for_each_noise(
        [](const auto& part)
        {
            if constexpr (requires { part.level == snr_db{}; })
            {
                CHECK(part.level == snr_db{7});
            }
        });

    const auto at = [&](double level)
    {
        net.noise_level(snr_db{level});
        return evaluate(net, data, {.passes = 4, .seed = {3}}).mean;
    };
    CHECK(at(t.level) >= 0.8);
    CHECK(at(t.level - 1) < 0.8);

    // a function of one's own: here fifteen votes, which tolerate more
    auto view = net.sharing();
    const auto voted = find_tolerance(
        [&](double level)
        {
            view.noise_level(snr_db{level});
            ballot votes(data, view.outputs());
            for (std::uint64_t k = 0; k < 15; ++k)
            {
                for (const auto& batch : evaluation_batches<float>(data))
                {
                    votes.add(view.infer(batch, key{seed{3}}.with(k)), batch);
                }
            }
            return summarize(std::vector{votes.accuracy(voting::mean_probability)});
        },
        search);
    CHECK(voted.level < t.level);
}

TEST_CASE("find_tolerance: how few bits a network needs")
{
    auto net = make();
    const auto data = tiny::labelled(200, net);
    const auto t = find_tolerance<bits>(net, data, {.accuracy = 0.95, .from = 14, .to = 2, .resolution = 1});
    CHECK(t.kept == t.level);  // nothing is random: one pass, no doubt
    CHECK(t.lost == t.level - 1);
    for (const auto& [level, accuracy] : t.measured)
    {
        net.converters({.dac = bits{static_cast<int>(level)}, .adc = bits{static_cast<int>(level)}});
        CHECK(evaluate(net, data).mean == accuracy.mean);
    }
    CHECK_THROWS_WITH(find_tolerance<bits>(net, data, {.accuracy = 0.9, .from = 14, .to = 2, .resolution = 0.5}), support::contains("whole bits"));
    CHECK_THROWS_WITH(find_tolerance<bits>(net, data, {.accuracy = 0.9, .from = 14, .to = 1, .resolution = 1}), support::contains("2 to 24 bits"));
    CHECK_THROWS_WITH(find_tolerance<spread>(net, data, {.accuracy = 0, .from = 0, .to = 1, .resolution = 1}), support::contains("a noise policy"));
}
}
