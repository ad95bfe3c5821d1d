// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <span>
#include <vector>

#include <dni/noise/clipped.hpp>
#include <dni/noise/site.hpp>

namespace clipped_test
{
using namespace dni;

TEST_CASE("clipped: weights beyond k standard deviations come to lie there, and have no gradient")
{
    // mean square 20 / 5 = 4: the last one is beyond 1.5 · 2 = 3
    const std::vector<double> w{1, 1, -1, -1, 4};
    noise::sources<noise::at_weights<noise::clipped>> sources;
    sources.for_each([](auto& part) { part.deviations = 1.5; });
    auto values = w;
    sources.apply<noise::site::weights, double>(values, {});
    CHECK(values == std::vector<double>{1, 1, -1, -1, 3});
    std::vector<double> gradient{1, 2, 3, 4, 5};
    std::vector<double> scratch(5);
    sources.adjoint<noise::site::weights, double>(gradient, w, scratch, {});
    CHECK(gradient == std::vector<double>{1, 2, 3, 4, 0});

    // on both sides
    std::vector<float> both{-4, 0, 0, 0, 0, 0, 0, 4};  // mean square 4
    stream none{key{}};
    noise::clipped{1}.apply(std::span<float>(both), none);
    CHECK(both == std::vector<float>{-2, 0, 0, 0, 0, 0, 0, 2});
    std::vector<float> empty;
    noise::clipped{}.apply(std::span<float>(empty), none);

    // weights that are all alike stay
    std::vector<double> alike{3, 3};
    noise::clipped{}.apply(std::span<double>(alike), none);
    CHECK(alike == std::vector<double>{3, 3});
}

TEST_CASE("clipped: described, and what makes no sense is refused")
{
    CHECK(noise::clipped{}.describe() == "clipped at 2.5 standard deviations");
    CHECK_THROWS_WITH(check(noise::clipped{0}, "here"), support::contains("here: expected 0.1 to 100 standard deviations, found 0"));
    STATIC_REQUIRE(noise::policy<noise::at_weights<noise::clipped>>);
}
}
