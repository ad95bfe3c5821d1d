// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "eval/tiny.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <cmath>
#include <cstddef>
#include <sstream>
#include <string>

#include <dni/eval/sensitivity.hpp>

using namespace dni;

namespace
{
// Noise at two places of each crossbar in one unit, and one in another.
using analog = policies<noise::all<noise::at_input<noise::gaussian<snr_db>>, noise::gaussian<snr_db>, noise::at_weights<noise::gaussian<sigma>>>>;
using model = network<recurrent<cell::lstm, analog>, last_step, dense<analog>>;

const sensitivity_options usual{.level = 0, .from = 30, .to = -60, .resolution = 2, .passes = 4, .seed = {5}};
}

TEST_CASE("sensitivity: each noise of the unit takes its turn alone")
{
    auto net = tiny::make<model>();
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
    auto net = tiny::make<model>();
    const auto data = tiny::labelled(40, net);
    const auto s = measure_sensitivity<sigma>(net, data, {.level = 1, .from = 0, .to = 20, .resolution = 5, .passes = 2});
    REQUIRE(s.places.size() == 2);
    CHECK_THAT(s.places[1].place, support::contains("at the weights"));

    CHECK_THROWS_WITH(measure_sensitivity<spread>(net, data, usual), support::contains("level in this unit"));
    CHECK_THROWS_WITH(measure_sensitivity<sigma>(net, data, {.level = -1, .from = 0, .to = 2, .resolution = 1}), support::contains("standard deviation >= 0"));
    CHECK_THROWS_AS(measure_sensitivity<sigma>(net, data, {.level = 1, .from = 0, .to = 2, .resolution = 0}), value_error);
    CHECK_THROWS_AS(measure_sensitivity<sigma>(net, tiny::some(5, seed{1}), usual), value_error);
}
