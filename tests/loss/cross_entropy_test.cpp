// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/loss/cross_entropy.hpp>

#include "loss/batches.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <dni/core/error.hpp>

namespace cross_entropy_test
{
using namespace dni;
using support::evaluate;
using support::rows_of_numbers;

static_assert(loss_function<cross_entropy, float> && loss_function<cross_entropy, double>);

namespace
{
const rows_of_numbers outputs{{1.5, -0.5, 0.25, 2.0}, {-1.0, 3.0, 0.5, 0.0}, {0.75, 0.5, -2.0, 1.25}};
const rows_of_numbers soft{{0.5, 0.25, 0.125, 0.125}, {0.0, 1.0, 0.0, 0.0}, {0.25, 0.25, 0.25, 0.25}};
const std::vector<std::int32_t> labels{3, 1, 2};
const std::vector<double> weights{0.5, 2.0, 1.0, 0.25};

struct reference
{
    bool soft;
    bool weighted;
    double smoothing;
    double value;
    std::vector<double> gradient;
};

// PyTorch 1.13, double:
//   x = torch.tensor([[1.5, -0.5, 0.25, 2.0], [-1.0, 3.0, 0.5, 0.0], [0.75, 0.5, -2.0, 1.25]], dtype=torch.float64)
//   labels = torch.tensor([3, 1, 2])
//   soft = torch.tensor([[0.5, 0.25, 0.125, 0.125], [0.0, 1.0, 0.0, 0.0], [0.25] * 4], dtype=torch.float64)
//   for target in (labels, soft):
//       for w in (None, torch.tensor([0.5, 2.0, 1.0, 0.25], dtype=torch.float64)):
//           for smoothing in (0.0, 0.1):
//               y = x.clone().requires_grad_(True)
//               loss = torch.nn.CrossEntropyLoss(weight=w, label_smoothing=smoothing)(y, target)
//               loss.backward()
//               print(loss.item(), y.grad.flatten().tolist())
const std::vector<reference> pytorch{
    {false, false, 0.0, 1.5873675484081409,
     {0.10855778317108701, 0.014691698332997848, 0.031102325615024844, -0.15435180711910973,
      0.005308014449900333, -0.04352556401957726, 0.02378887034531484, 0.014428679224362112,
      0.09547132035414313, 0.07435313905266762, -0.32723005601651256, 0.15740559660970188}},
    {false, false, 0.1, 1.6352842150748077,
     {0.10022444983775369, 0.006358364999664516, 0.022768992281691516, -0.12935180711910974,
      -0.0030253188834329986, -0.0185255640195772, 0.015455537011981513, 0.006095345891028783,
      0.08713798702080981, 0.0660198057193343, -0.3022300560165126, 0.14907226327636858}},
    {false, true, 0.0, 1.3648100000938999,
     {0.025051796116404696, 0.0033903919229995036, 0.007177459757313426, -0.035619647796717634,
      0.009799411292123692, -0.08035488742075803, 0.04391791448365817, 0.02663756164497621,
      0.08812737263459366, 0.06863366681784704, -0.30205851324601163, 0.14529747379357097}},
    {false, true, 0.1, 1.4046396533121375,
     {0.02809488620226214, -0.011061865682791019, 0.0014589534982669254, -0.01849197401773806,
      0.005432663721075774, -0.06262449556499183, 0.03389246758440613, 0.02329936425950992,
      0.08373042270947359, 0.0528200910156201, -0.27901680138437784, 0.1424662876592842}},
    {true, false, 0.0, 1.2436175484081409,
     {-0.05810888349557963, -0.06864163500033547, -0.010564341051641815, 0.13731485954755693,
      0.005308014449900333, -0.04352556401957726, 0.02378887034531484, 0.014428679224362112,
      0.012137987020809796, -0.00898019428066571, -0.07723005601651255, 0.07407226327636854}},
    {true, false, 0.1, 1.3259092150748077,
     {-0.049775550162246315, -0.06864163500033549, -0.014731007718308493, 0.13314819288089025,
      -0.0030253188834329986, -0.0185255640195772, 0.015455537011981513, 0.006095345891028783,
      0.012137987020809796, -0.00898019428066571, -0.07723005601651255, 0.07407226327636854}},
    {true, true, 0.0, 1.463527855359234,
     {0.015047157665464292, -0.15335231505238736, -0.013480184078050393, 0.15178534146497347,
      0.010616028899800666, -0.08705112803915452, 0.04757774069062968, 0.028857358448724224,
      0.0478376961653425, -0.09696059880479077, -0.07761151084881385, 0.12673441348826214}},
    {true, true, 0.1, 1.508178277486574,
     {0.019553067404540585, -0.15330640349509675, -0.01754965597717012, 0.15130299206772624,
      0.005885385697832089, -0.06784320352874115, 0.036716839883106644, 0.025240977947802414,
      0.0478376961653425, -0.09696059880479077, -0.07761151084881385, 0.12673441348826214}},
};

// Labels or targets of each row, with and without weights and smoothing.
template <class T>
support::loss_result of(const reference& wanted)
{
    const cross_entropy loss{.label_smoothing = wanted.smoothing, .class_weights = wanted.weighted ? weights : std::vector<double>{}};
    return evaluate(loss, outputs, wanted.soft ? support::with_targets<T>(soft) : support::labelled<T>(labels));
}
}

TEST_CASE("cross_entropy: value and gradient are PyTorch's, with labels or soft targets, class weights, label smoothing")
{
    for (const auto& wanted : pytorch)
    {
        CAPTURE(wanted.soft, wanted.weighted, wanted.smoothing);
        const auto exact = of<double>(wanted);
        CHECK(std::abs(exact.value - wanted.value) < 1e-14);
        CHECK(support::distance(exact.gradient, wanted.gradient) < 1e-15);
        const auto single = of<float>(wanted);
        CHECK(std::abs(single.value - wanted.value) < 1e-14);  // these outputs and targets are exact in float
        CHECK(support::distance(single.gradient, wanted.gradient) < 3e-8);
    }
}

TEST_CASE("cross_entropy: the gradient is that of central differences")
{
    for (const auto& options : {cross_entropy{}, cross_entropy{.label_smoothing = 0.3}, cross_entropy{.class_weights = weights},
                                cross_entropy{.label_smoothing = 1, .class_weights = weights}})
    {
        CAPTURE(options.label_smoothing, options.class_weights);
        CHECK(support::gradient_error(options, outputs, support::labelled<double>(labels)) < 1e-11);
        CHECK(support::gradient_error(options, outputs, support::with_targets<double>(soft)) < 1e-11);
    }
}

TEST_CASE("cross_entropy: labels per step belong to the packed rows")
{
    auto batch = support::batch_of<double>({2, 1}, data::per::step);
    batch.labels = labels;
    const auto per_step = evaluate(cross_entropy{}, outputs, batch);
    const auto per_sequence = evaluate(cross_entropy{}, outputs, support::labelled<double>(labels));
    CHECK(per_step.value == per_sequence.value);
    CHECK(per_step.gradient == per_sequence.gradient);
}

TEST_CASE("cross_entropy: labels count where a batch has targets too")
{
    auto batch = support::with_targets<double>({{1, 2}, {3, 4}, {5, 6}});
    batch.labels = labels;
    CHECK(evaluate(cross_entropy{}, outputs, batch).value == evaluate(cross_entropy{}, outputs, support::labelled<double>(labels)).value);
}

TEST_CASE("cross_entropy: soft targets that are unit vectors are labels")
{
    const cross_entropy loss{.label_smoothing = 0.2};
    const auto hard = evaluate(loss, outputs, support::labelled<double>(labels));
    const auto unit = evaluate(loss, outputs, support::with_targets<double>({{0, 0, 0, 1}, {0, 1, 0, 0}, {0, 0, 1, 0}}));
    CHECK(std::abs(hard.value - unit.value) < 1e-15);
    CHECK(support::distance(hard.gradient, unit.gradient) < 1e-15);
}

TEST_CASE("cross_entropy: large outputs overflow nowhere")
{
    const auto result = evaluate(cross_entropy{}, {{3e38, 0, 0}, {-3e38, 0, -3e38}, {1000, 1000, 1000}}, support::labelled<float>({0, 1, 2}));
    CHECK(std::abs(result.value - std::log(3.0) / 3) < 1e-14);
    CHECK(support::distance(result.gradient, {0, 0, 0, 0, 0, 0, 1. / 9, 1. / 9, -2. / 9}) < 1e-8);
    const double wrong = evaluate(cross_entropy{}, {{1e4, 0}, {0, 0}, {0, 0}}, support::labelled<double>({1, 0, 0})).value;
    CHECK(wrong == Approx((1e4 + 2 * std::log(2.0)) / 3).epsilon(1e-14));
}

TEST_CASE("cross_entropy: a class masked by an output of minus infinity")
{
    constexpr double masked = -std::numeric_limits<double>::infinity();
    const auto result = evaluate(cross_entropy{}, {{0, masked}, {masked, 0}, {0, masked}}, support::labelled<double>({0, 1, 0}));
    CHECK(result.value == 0);
    CHECK(support::distance(result.gradient, {0, 0, 0, 0, 0, 0}) == 0);
}

TEST_CASE("cross_entropy: outputs that are not finite make a loss that is not")
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t c = 0; c < 4; ++c)
    {
        auto broken = outputs;
        broken[1][c] = nan;
        CHECK(std::isnan(evaluate(cross_entropy{}, broken, support::labelled<double>(labels)).value));
    }
}

TEST_CASE("cross_entropy: wrong shapes")
{
    const cross_entropy loss;
    CHECK_THROWS_WITH(evaluate(loss, {{1, 2}}, support::labelled<double>(labels)),
                      support::contains("3 rows of outputs, one for each sequence") && support::contains("found 1"));
    CHECK_THROWS_AS(evaluate(loss, outputs, support::labelled<double>({3, 1})), shape_error);
    CHECK_THROWS_AS(evaluate(loss, outputs, support::batch_of<double>({3, 2, 1})), shape_error);
    CHECK_THROWS_AS(evaluate(loss, outputs, support::with_targets<double>({{1, 0}, {1, 0}, {1, 0}})), shape_error);
    CHECK_THROWS_AS(evaluate(loss, outputs, support::with_targets<double>({{1, 0, 0, 0}})), shape_error);
    CHECK_THROWS_AS(evaluate(loss, {{}, {}, {}}, support::labelled<double>(labels)), shape_error);
    CHECK_THROWS_AS(evaluate(loss, {}, data::batch<double>{}), shape_error);
    auto per_step = support::batch_of<double>({3, 2, 1}, data::per::step);
    per_step.labels = labels;
    CHECK_THROWS_WITH(evaluate(loss, outputs, per_step), support::contains("6 rows of outputs, one for each step"));

    const auto batch = support::labelled<double>(labels);
    workspace_matrix<double> y;
    workspace_matrix<double> gradient;
    const matrix_view<const double> out = support::fill(y, outputs);
    CHECK_THROWS_AS(loss(out, batch, gradient.resize(3, 3)), shape_error);
    CHECK_THROWS_AS(loss(out, batch, gradient.resize(2, 4)), shape_error);
}

TEST_CASE("cross_entropy: wrong labels and probabilities")
{
    const cross_entropy loss;
    CHECK_THROWS_WITH(evaluate(loss, outputs, support::labelled<double>({3, 4, 2})), support::contains("row 1: expected a label in 0 … 3, found 4"));
    CHECK_THROWS_AS(evaluate(loss, outputs, support::labelled<double>({3, 1, -1})), value_error);
    const auto with_row = [&](const std::vector<double>& row)
    { return evaluate(loss, outputs, support::with_targets<double>({soft[0], row, soft[2]})); };
    CHECK_THROWS_WITH(with_row({0.5, 0.5, 0.5, 0}), support::contains("row 1") && support::contains("a sum of 1.5"));
    CHECK_THROWS_WITH(with_row({1.5, -0.5, 0, 0}), support::contains("row 1") && support::contains("a negative number"));
    CHECK_THROWS_WITH(with_row({std::numeric_limits<double>::quiet_NaN(), 1, 0, 0}), support::contains("a sum of nan"));
    CHECK_THROWS_WITH(evaluate(loss, outputs, support::with_targets<double>({{0.5, 0, 0, 0}, soft[1], soft[2]})), support::contains("row 0"));
    CHECK_THROWS_AS(with_row({1 + 2e-4, 0, 0, 0}), value_error);
    CHECK_NOTHROW(with_row({1 + 5e-5, 0, 0, 0}));
}

TEST_CASE("cross_entropy: wrong options")
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto with = [&](const cross_entropy& loss) { return evaluate(loss, outputs, support::labelled<double>(labels)); };
    for (const double smoothing : {-0.1, 1.1, nan})
    {
        CHECK_THROWS_AS(with({.label_smoothing = smoothing}), value_error);
    }
    CHECK_THROWS_AS(with({.class_weights = {1, 1, 1}}), shape_error);
    for (const double weight : {-1.0, nan, std::numeric_limits<double>::infinity()})
    {
        CHECK_THROWS_AS(with({.class_weights = {1, weight, 1, 1}}), value_error);
    }
    CHECK_THROWS_WITH(with({.class_weights = {1, 0, 0, 0}}), support::contains("a label of weight above 0"));
    CHECK_NOTHROW(with({.class_weights = {0, 0, 0, 1}}));
}

TEST_CASE("cross_entropy: in words")
{
    CHECK(cross_entropy{}.describe() == "cross-entropy, label smoothing 0");
    CHECK(cross_entropy{.label_smoothing = 0.1, .class_weights = {1, 2.5}}.describe() == "cross-entropy, label smoothing 0.1, class weights 1 2.5");
}
}
