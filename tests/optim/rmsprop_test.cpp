// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/optim/rmsprop.hpp>

#include "optim/trajectory.hpp"
#include "support/catch.hpp"

#include <array>
#include <limits>

#include <dni/core/error.hpp>

namespace rmsprop_test
{
using namespace dni;

static_assert(optimizer<rmsprop>);

TEST_CASE("rmsprop: the steps are PyTorch's")
{
    const auto compare = [](const rmsprop& method, const std::array<double, 5>& wanted)
    {
        CHECK_NOTHROW(method.check());
        CHECK(support::distance_after_four_steps<double>(method, wanted) < 1e-14);
        CHECK(support::distance_after_four_steps<float>(method, wanted) < 2e-6);
    };
    // torch.optim.RMSprop([w], lr=0.01)
    compare({.rate = 0.01}, {0.8201947633476359, -0.22676015830222482, 1.7377215184398038, 0.5266538032699738, -2.7343056752373496});
    // torch.optim.RMSprop([w], lr=0.01, alpha=0.9, eps=1e-3, momentum=0.8)
    compare({.rate = 0.01, .smoothing = 0.9, .epsilon = 1e-3, .momentum = 0.8},
            {0.8245335414649086, -0.30138749956209804, 1.8034391755887675, 0.4502191821126542, -2.802503175815207});
}

TEST_CASE("rmsprop: any number of weights")
{
    CHECK(support::independent_of_place<float>(rmsprop{.momentum = 0.5}));
    CHECK(support::independent_of_place<double>(rmsprop{}));
}

TEST_CASE("rmsprop: wrong constants")
{
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    for (const auto& wrong : {rmsprop{.rate = -1}, rmsprop{.rate = nan}, rmsprop{.smoothing = 1}, rmsprop{.smoothing = -0.1}, rmsprop{.epsilon = 0},
                              rmsprop{.epsilon = 1e-60}, rmsprop{.epsilon = 1}, rmsprop{.momentum = 1}, rmsprop{.momentum = nan}})
    {
        CHECK_THROWS_AS(wrong.check(), value_error);
    }
}

TEST_CASE("rmsprop: wrong sizes")
{
    CHECK_THROWS_AS(support::step_with_sizes(rmsprop{}, 3, 2, 3), shape_error);
    CHECK_THROWS_AS(support::step_with_sizes(rmsprop{}, 3, 3, 2), shape_error);
    CHECK_NOTHROW(support::step_with_sizes(rmsprop{}, 0, 0, 0));
}

TEST_CASE("rmsprop: in words")
{
    CHECK(rmsprop{.momentum = 0.5}.describe() == "rmsprop, rate 0.01, smoothing 0.99, epsilon 1e-08, momentum 0.5");
}
}
