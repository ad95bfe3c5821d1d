// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <type_traits>

#include <dni/dni.hpp>

namespace models_test
{
using namespace dni;

namespace
{
template <class... Models>
constexpr bool are_models = (noise::model<Models> && ...);

template <class Level>
constexpr bool additive_ones = are_models<noise::gaussian<Level>, noise::uniform<Level>, noise::laplace<Level>, noise::impulse<Level>, noise::common_mode<Level>>;

template <class Level>
constexpr bool paths = are_models<noise::ar1<Level>, noise::flicker<Level>, noise::telegraph<Level>>;
}

TEST_CASE("concepts: every model is one, at every level it takes")
{
    STATIC_REQUIRE(additive_ones<snr_db>);
    STATIC_REQUIRE(additive_ones<sigma>);
    STATIC_REQUIRE(additive_ones<relative_to_wmax>);
    STATIC_REQUIRE(additive_ones<relative_to_largest_product>);
    STATIC_REQUIRE(paths<snr_db>);
    STATIC_REQUIRE(paths<sigma>);
    STATIC_REQUIRE(paths<relative_to_wmax>);
    STATIC_REQUIRE(are_models<noise::multiplicative, noise::log_normal, noise::read_noise>);
    STATIC_REQUIRE(are_models<noise::programming, noise::clipped, noise::discretized, noise::drop_connect, noise::stuck_at, noise::ir_drop>);
    STATIC_REQUIRE(are_models<noise::phase_change_memory, noise::resistive_memory_wan, noise::resistive_memory_oxide>);
}

TEST_CASE("concepts: every level is a number in a unit, and no number is a level")
{
    STATIC_REQUIRE(level_in_a_unit<snr_db>);
    STATIC_REQUIRE(level_in_a_unit<sigma>);
    STATIC_REQUIRE(level_in_a_unit<relative_to_wmax>);
    STATIC_REQUIRE(level_in_a_unit<relative_to_largest_product>);
    STATIC_REQUIRE(level_in_a_unit<spread>);
    STATIC_REQUIRE(level_in_a_unit<probability>);
    STATIC_REQUIRE(!level_in_a_unit<double>);
    STATIC_REQUIRE(!level_in_a_unit<noise::seconds>);
    STATIC_REQUIRE(!std::is_convertible_v<sigma, snr_db>);
    STATIC_REQUIRE(!std::is_convertible_v<double, sigma>);
}
}
