// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include <dni/noise/ar1.hpp>
#include <dni/noise/chip.hpp>
#include <dni/noise/common_mode.hpp>
#include <dni/noise/drop_connect.hpp>
#include <dni/noise/flicker.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/noise/impulse.hpp>
#include <dni/noise/laplace.hpp>
#include <dni/noise/lifetime.hpp>
#include <dni/noise/log_normal.hpp>
#include <dni/noise/multiplicative.hpp>
#include <dni/noise/programming.hpp>
#include <dni/noise/read_noise.hpp>
#include <dni/noise/site.hpp>
#include <dni/noise/stuck_at.hpp>
#include <dni/noise/telegraph.hpp>
#include <dni/noise/uniform.hpp>

namespace lifetime_test
{
using namespace dni;
using noise::moment;
using noise::site;
namespace lifetime = noise::lifetime;

namespace
{
using plain_noise = noise::gaussian<sigma>;

//! Long enough for what hits few elements, and not zero, for what multiplies.
const std::vector<double> row(2000, 1.0);

//! What a noise makes of a row at a moment.
template <class Noise, site Site = site::output>
std::vector<double> drawn(const moment& now)
{
    noise::sources<Noise> sources;
    sources.for_each(
        [](auto& part)
        {
            if constexpr (requires { part.level; })
            {
                part.level.value = 0.5;
            }
        });
    sources.w_max(2);
    std::vector<double> y = row;
    sources.template apply<Site, double>(y, now, row);
    return y;
}

const moment here{key{seed{1}}, chip{1}.draws(), 5, 7};
const moment other_sample{here.pass, here.chip, 6, 7};
const moment other_step{here.pass, here.chip, 5, 8};
const moment other_pass{key{seed{2}}, here.chip, 5, 7};
const moment other_chip{here.pass, chip{2}.draws(), 5, 7};

struct changes
{
    bool sample, step, pass, chip;
};

//! A draw changes with exactly these; everything else leaves the same bits.
template <class Noise, site Site = site::output>
void check(const changes& expected)
{
    const auto before = drawn<Noise, Site>(here);
    CHECK(before != row);
    CHECK(drawn<Noise, Site>(here) == before);
    CHECK((drawn<Noise, Site>(other_sample) != before) == expected.sample);
    CHECK((drawn<Noise, Site>(other_step) != before) == expected.step);
    CHECK((drawn<Noise, Site>(other_pass) != before) == expected.pass);
    CHECK((drawn<Noise, Site>(other_chip) != before) == expected.chip);
}

template <class Model>
void check_each()
{
    check<noise::per_product<Model>>({.sample = true, .step = true, .pass = true, .chip = false});
    check<noise::per_step<Model>>({.sample = false, .step = true, .pass = true, .chip = false});
    check<noise::per_sequence<Model>>({.sample = true, .step = false, .pass = true, .chip = false});
    check<noise::per_pass<Model>>({.sample = false, .step = false, .pass = true, .chip = false});
    check<noise::per_chip<Model>>({.sample = false, .step = false, .pass = false, .chip = true});
}

//! A lifetime of one's own: anew every four steps.
struct every_four_steps
{
    static constexpr bool by_sample = true;
    static constexpr bool by_step = true;
    static constexpr const char* name = "anew every four steps";
    static constexpr key of(const moment& m) noexcept { return m.pass.with(m.sample).with(m.step / 4); }
};
}

TEST_CASE("lifetime: a draw changes with what its lifetime says and with nothing else")
{
    check<plain_noise>({.sample = true, .step = true, .pass = true, .chip = false});
    check_each<plain_noise>();
    check<noise::per_chip<noise::at_input<plain_noise>>, site::input>({.sample = false, .step = false, .pass = false, .chip = true});
    check<noise::at_weights<plain_noise>, site::weights>({.sample = false, .step = false, .pass = true, .chip = false});
    check<noise::per_chip<noise::at_weights<plain_noise>>, site::weights>({.sample = false, .step = false, .pass = false, .chip = true});
}

TEMPLATE_TEST_CASE("lifetime: of every model that draws at outputs", "", noise::uniform<sigma>, noise::laplace<sigma>, noise::impulse<sigma>,
                   noise::common_mode<sigma>, noise::gaussian<relative_to_largest_product>, noise::multiplicative, noise::log_normal, noise::read_noise,
                   noise::drop_connect)
{
    check_each<TestType>();
}

TEMPLATE_TEST_CASE("lifetime: of every model that draws at weights", "", noise::stuck_at, noise::programming, noise::multiplicative, noise::drop_connect)
{
    using at_weights = noise::at_weights<TestType>;
    check<noise::per_pass<at_weights>, site::weights>({.sample = false, .step = false, .pass = true, .chip = false});
    check<noise::per_chip<at_weights>, site::weights>({.sample = false, .step = false, .pass = false, .chip = true});
}

TEMPLATE_TEST_CASE("lifetime: of every path, which goes on from step to step", "", noise::ar1<sigma>, noise::flicker<sigma>, noise::telegraph<sigma>)
{
    check<noise::per_sequence<TestType>>({.sample = true, .step = true, .pass = true, .chip = false});
    check<noise::per_pass<TestType>>({.sample = false, .step = true, .pass = true, .chip = false});
    check<noise::per_chip<TestType>>({.sample = false, .step = true, .pass = false, .chip = true});
}

TEST_CASE("lifetime: no two lifetimes share a draw, nor two parts of one lifetime")
{
    const std::vector<std::vector<double>> all{drawn<noise::per_product<plain_noise>>(here), drawn<noise::per_step<plain_noise>>(here),
                                               drawn<noise::per_sequence<plain_noise>>(here), drawn<noise::per_pass<plain_noise>>(here),
                                               drawn<noise::per_chip<plain_noise>>(here)};
    for (std::size_t i = 0; i < all.size(); ++i)
    {
        for (std::size_t j = 0; j < i; ++j)
        {
            CHECK(all[i] != all[j]);
        }
    }
    const auto both = drawn<noise::per_chip<noise::all<plain_noise, plain_noise>>>(here);
    const auto first = drawn<noise::per_chip<plain_noise>>(here);
    bool doubled = true;
    for (std::size_t i = 0; i < both.size(); ++i)
    {
        doubled = doubled && std::abs((both[i] - 1) - 2 * (first[i] - 1)) < 1e-12;
    }
    CHECK(!doubled);
}

TEST_CASE("lifetime: the layers of a network and the walks of a layer have draws of their own on a chip")
{
    using frozen = noise::per_chip<plain_noise>;
    CHECK(drawn<frozen>(here.of_part(0)) != drawn<frozen>(here.of_part(1)));
    CHECK(drawn<frozen>(here.of_part(0).of_part(1)) != drawn<frozen>(here.of_part(1).of_part(0)));
    CHECK(here.of_part(3).step == here.step);
    CHECK(here.of_part(3).sample == here.sample);
}

TEST_CASE("lifetime: one of your own is a type too")
{
    STATIC_REQUIRE(noise::draw_lifetime<every_four_steps>);
    using slow = noise::at<plain_noise, site::output, every_four_steps>;
    const auto at = [](std::size_t step) { return drawn<slow>({here.pass, here.chip, 1, step}); };
    CHECK(at(4) == at(7));
    CHECK(at(3) != at(4));
    CHECK(noise::place_in_words<slow>() == "at the output, anew every four steps");
}

TEST_CASE("lifetime: the noises of a list get the lifetime where each acts")
{
    using mixed = noise::per_chip<noise::all<plain_noise, noise::none, noise::at_input<plain_noise>, noise::all<noise::at_weights<plain_noise>>>>;
    using parts = noise::sources<mixed>::tuple;
    STATIC_REQUIRE(std::is_same_v<parts, std::tuple<noise::at<plain_noise, site::output, lifetime::chip>, noise::at<plain_noise, site::input, lifetime::chip>,
                                                    noise::at<plain_noise, site::weights, lifetime::chip>>>);
    STATIC_REQUIRE(std::is_same_v<noise::per_chip<noise::none>, noise::none>);
    STATIC_REQUIRE(std::is_same_v<noise::per_product<noise::per_chip<plain_noise>>, noise::at_output<plain_noise>>);
    STATIC_REQUIRE(noise::policy<mixed>);
}

TEST_CASE("lifetime: weights can have those that last for a pass")
{
    STATIC_REQUIRE(noise::lifetime_at<lifetime::pass, plain_noise, site::weights>);
    STATIC_REQUIRE(noise::lifetime_at<lifetime::chip, plain_noise, site::weights>);
    STATIC_REQUIRE(!noise::lifetime_at<lifetime::product, plain_noise, site::weights>);
    STATIC_REQUIRE(!noise::lifetime_at<lifetime::step, plain_noise, site::weights>);
    STATIC_REQUIRE(!noise::lifetime_at<lifetime::sequence, plain_noise, site::weights>);
    STATIC_REQUIRE(noise::lifetime_at<lifetime::step, plain_noise, site::input>);
    STATIC_REQUIRE(!noise::lifetime_at<plain_noise, plain_noise, site::output>);
}

TEST_CASE("chip: a number names its draws, apart from those of a seed")
{
    CHECK(chip{17}.draws() == chip{17}.draws());
    CHECK(chip{17}.draws() != chip{18}.draws());
    CHECK(chip{17}.draws() != key{seed{17}});
    CHECK(chip{} == chip{0});
}
}
