// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/optim/sgd.hpp>

#include "optim/trajectory.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <array>
#include <limits>

#include <dni/core/error.hpp>

namespace sgd_test
{
using namespace dni;

static_assert(optimizer<sgd>);

namespace
{
struct reference
{
    sgd method;
    std::array<double, 5> weights;
};

const std::array<reference, 4> pytorch{{
    // torch.optim.SGD([w], lr=0.02)
    {{.rate = 0.02}, {0.9633842937911429, -0.4118060548855506, 1.4366860235252115, 0.4074870721223801, -1.8041109048971147}},
    // torch.optim.SGD([w], lr=0.02, momentum=0.9)
    {{.rate = 0.02, .momentum = 0.9}, {0.9172983397192623, -0.30033540982828033, 0.7039945280690403, 0.605622575571253, -0.12950903353185833}},
    // torch.optim.SGD([w], lr=0.02, momentum=0.9, weight_decay=0.1)
    {{.rate = 0.02, .momentum = 0.9, .decay = 0.1},
     {0.901007857714814, -0.2920737036781718, 0.6786829876242874, 0.6000896187886691, -0.09892690653549772}},
    // torch.optim.SGD([w], lr=0.02, momentum=0.9, nesterov=True, weight_decay=0.1)
    {{.rate = 0.02, .momentum = 0.9, .nesterov = true, .decay = 0.1},
     {0.8768409555315206, -0.22534586159582032, 0.5140865473623895, 0.7123903715539593, -0.09365382183477576}},
}};
}

TEST_CASE("sgd: the steps are PyTorch's")
{
    for (const auto& wanted : pytorch)
    {
        CAPTURE(wanted.method.momentum, wanted.method.nesterov, wanted.method.decay);
        CHECK_NOTHROW(wanted.method.check());
        CHECK(support::distance_after_four_steps<double>(wanted.method, wanted.weights) < 1e-14);
        CHECK(support::distance_after_four_steps<float>(wanted.method, wanted.weights) < 2e-6);
    }
}

TEST_CASE("sgd: the parameters of another network are refused")
{
    CHECK_THROWS_AS(support::step_with_table(sgd{}, 5, 7), shape_error);
    CHECK_THROWS_AS(support::step_with_table(sgd{}, 5, 3), shape_error);
    CHECK_NOTHROW(support::step_with_table(sgd{}, 5, 5));
}

TEST_CASE("sgd: what policies train does not decay")
{
    CHECK(support::spares_what_is_no_weight(sgd{.momentum = 0.9, .decay = 0.1}, sgd{.momentum = 0.9}));
}

TEST_CASE("sgd: any number of weights")
{
    CHECK(support::independent_of_place<float>(sgd{.momentum = 0.9, .nesterov = true, .decay = 0.1}));
    CHECK(support::independent_of_place<double>(sgd{.momentum = 0.9}));
}

TEST_CASE("sgd: wrong constants")
{
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double endless = std::numeric_limits<double>::infinity();
    CHECK_NOTHROW(sgd{.rate = 1e9, .decay = 1e9}.check());
    CHECK_NOTHROW(sgd{.rate = 0}.check());
    for (const auto& wrong : {sgd{.rate = -1}, sgd{.rate = nan}, sgd{.rate = endless}, sgd{.momentum = -0.1}, sgd{.momentum = 1},
                              sgd{.momentum = nan}, sgd{.decay = -0.1}, sgd{.decay = endless}, sgd{.nesterov = true}})
    {
        CHECK_THROWS_AS(wrong.check(), value_error);
    }
    CHECK_THROWS_WITH(sgd{.momentum = 1}.check(), "sgd: momentum: expected a number in [0, 1), found 1");
}

TEST_CASE("sgd: wrong sizes")
{
    CHECK_THROWS_WITH(support::step_with_sizes(sgd{}, 3, 2, 3), support::contains("for 3 weights, found a gradient of 2"));
    CHECK_THROWS_AS(support::step_with_sizes(sgd{}, 3, 3, 2), shape_error);
    CHECK_THROWS_AS(support::step_with_sizes(sgd{}, 2, 3, 3), shape_error);
    CHECK_NOTHROW(support::step_with_sizes(sgd{}, 0, 0, 0));
}

TEST_CASE("sgd: in words")
{
    CHECK(sgd{}.describe() == "sgd, rate 0.01, momentum 0, decay 0");
    CHECK(sgd{.rate = 0.1, .momentum = 0.9, .nesterov = true, .decay = 1e-4}.describe() == "sgd, rate 0.1, momentum 0.9 of Nesterov, decay 1e-04");
}
}
