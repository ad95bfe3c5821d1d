// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/optim/adam.hpp>

#include "optim/trajectory.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <array>
#include <limits>
#include <span>
#include <vector>

#include <dni/core/error.hpp>

namespace adam_test
{
using namespace dni;

static_assert(optimizer<adam> && optimizer<adamw>);

TEMPLATE_TEST_CASE("adam: the steps are PyTorch's", "", float, double)
{
    const auto compare = [](const auto& method, const std::array<double, 5>& wanted)
    {
        CHECK_NOTHROW(method.check());
        CHECK(support::distance_after_four_steps<TestType>(method, wanted) < (sizeof(TestType) == 4 ? 2e-6 : 1e-14));
    };
    // torch.optim.Adam([w], lr=0.05)
    compare(adam{.rate = 0.05}, {0.8115378409252183, -0.30033902807682394, 1.8009405700121888, 0.44991163153822444, -2.800710514979408});
    // torch.optim.Adam([w], lr=0.05, betas=(0.7, 0.95), eps=1e-2)
    compare(adam{.rate = 0.05, .beta1 = 0.7, .beta2 = 0.95, .epsilon = 1e-2},
            {0.8226969136786778, -0.3026694064878682, 1.8024750534879306, 0.4487468013903772, -2.8018343610522227});
    // torch.optim.AdamW([w], lr=0.05)
    compare(adamw{.rate = 0.05}, {0.8099022816966601, -0.2994909696298071, 1.7971163522999725, 0.44926245711632495, -2.7948904946061908});
    // torch.optim.AdamW([w], lr=0.05, betas=(0.7, 0.95), eps=1e-2, weight_decay=0.3)
    compare(adamw{.rate = 0.05, .beta1 = 0.7, .beta2 = 0.95, .epsilon = 1e-2, .decay = 0.3},
            {0.7779640075245572, -0.2778404380886528, 1.6911087823286028, 0.42968034406370603, -2.6321023955211555});
}

TEST_CASE("adam: any number of weights")
{
    CHECK(support::independent_of_place<float>(adam{}));
    CHECK(support::independent_of_place<double>(adamw{.decay = 0.1}));
}

TEST_CASE("adamw: the parameters of another network are refused")
{
    CHECK_THROWS_AS(support::step_with_table(adamw{}, 5, 7), shape_error);
    CHECK_THROWS_AS(support::step_with_table(adamw{}, 5, 3), shape_error);
    CHECK_NOTHROW(support::step_with_table(adamw{}, 5, 5));
}

TEST_CASE("adamw: what policies train does not decay")
{
    CHECK(support::spares_what_is_no_weight(adamw{.decay = 0.1}, adamw{.decay = 0}));
}

TEST_CASE("adam: the state counts steps, a copy of state and weights goes on alike")
{
    const adam method{.rate = 0.1};
    std::vector<float> weights{1, 2, 3};
    const std::vector<float> gradient{0.5f, -1, 0.25f};
    auto state = method.make_state<float>(weights.size());
    CHECK(state.steps == 0);
    method.step(std::span<float>(weights), std::span<const float>(gradient), state, 0.1);
    CHECK(state.steps == 1);
    auto other_weights = weights;
    auto other_state = state;
    method.step(std::span<float>(weights), std::span<const float>(gradient), state, 0.05);
    method.step(std::span<float>(other_weights), std::span<const float>(gradient), other_state, 0.05);
    CHECK(weights == other_weights);
    CHECK(other_state.steps == 2);
}

TEST_CASE("adam: the first step has the size of the rate, and a weight without gradient stays")
{
    std::vector<double> weights{1, 1, 1};
    const std::vector<double> gradient{1e-3, -1e3, 0};
    const adam method{};
    auto state = method.make_state<double>(3);
    method.step(std::span<double>(weights), std::span<const double>(gradient), state, 0.1);
    CHECK(weights[0] == Approx(0.9).epsilon(1e-5));
    CHECK(weights[1] == Approx(1.1).epsilon(1e-5));
    CHECK(weights[2] == 1);
}

TEMPLATE_TEST_CASE("adam: wrong constants", "", adam, adamw)
{
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    for (const auto& wrong : {TestType{.rate = -1}, TestType{.rate = nan}, TestType{.beta1 = 1}, TestType{.beta1 = -0.1}, TestType{.beta2 = 1},
                              TestType{.beta2 = nan}, TestType{.epsilon = 0}, TestType{.epsilon = 1e-60}, TestType{.epsilon = -1},
                              TestType{.epsilon = nan}})
    {
        CHECK_THROWS_AS(wrong.check(), value_error);
    }
}

TEST_CASE("adam: errors name the optimizer")
{
    CHECK_THROWS_WITH(adam{.beta1 = 1}.check(), "adam: beta1: expected a number in [0, 1), found 1");
    CHECK_THROWS_WITH(adamw{.rate = -1}.check(), "adamw: rate: expected a finite number >= 0, found -1");
    CHECK_THROWS_AS(adamw{.decay = -1}.check(), value_error);
    CHECK_THROWS_AS(adamw{.decay = std::numeric_limits<double>::infinity()}.check(), value_error);
    CHECK_NOTHROW(adamw{.rate = 0, .beta1 = 0, .beta2 = 0, .decay = 0}.check());
}

TEST_CASE("adam: wrong sizes")
{
    CHECK_THROWS_WITH(support::step_with_sizes(adam{}, 3, 2, 3), support::contains("for 3 weights, found a gradient of 2"));
    CHECK_THROWS_AS(support::step_with_sizes(adam{}, 3, 3, 4), shape_error);
    CHECK_THROWS_AS(support::step_with_sizes(adamw{}, 4, 3, 3), shape_error);
    CHECK_NOTHROW(support::step_with_sizes(adam{}, 0, 0, 0));
}

TEST_CASE("adam: in words")
{
    CHECK(adam{.rate = 3e-3}.describe() == "adam, rate 0.003, beta 0.9 and 0.999, epsilon 1e-08");
    CHECK(adamw{.beta1 = 0.5}.describe() == "adamw, rate 0.001, beta 0.5 and 0.999, epsilon 1e-08, decay 0.01");
}
}
