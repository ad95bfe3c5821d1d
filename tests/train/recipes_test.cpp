// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/train/trainer.hpp>

#include "eval/tiny.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <dni/cell/rnn.hpp>
#include <dni/eval/decoded.hpp>
#include <dni/eval/noise_sweep.hpp>
#include <dni/layer/embedding.hpp>
#include <dni/loss/code_word_loss.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/loss/distillation.hpp>
#include <dni/optim/adam.hpp>
#include <dni/train/weight_clipping.hpp>

namespace recipes_test
{
using namespace dni;

namespace
{
using analog = policies<noise::gaussian<sigma>>;
using model = network<recurrent<cell::rnn<>, analog>, last_step, dense<analog>>;

//! The exact accuracy of the network that made the labels is 1.
const model& expert()
{
    static const auto net = tiny::make<model>();
    return net;
}

//! The weights as they are after each step.
struct weights_seen
{
    std::vector<std::vector<float>> steps;

    void on_step(model& net, const step_record&) { steps.emplace_back(std::as_const(net).weights().begin(), std::as_const(net).weights().end()); }
};

double deviation_of(const std::vector<float>& values)
{
    double mean = 0, squares = 0;
    for (const float v : values)
    {
        mean += static_cast<double>(v) / static_cast<double>(values.size());
    }
    for (const float v : values)
    {
        squares += (static_cast<double>(v) - mean) * (static_cast<double>(v) - mean);
    }
    return std::sqrt(squares / static_cast<double>(values.size()));
}

std::vector<float> part_of(const std::vector<float>& weights, const parameter& p)
{
    const auto first = weights.begin() + static_cast<std::ptrdiff_t>(p.offset);
    return {first, first + static_cast<std::ptrdiff_t>(p.size())};
}
}

TEST_CASE("weight_clipping: after each step each matrix is within its bound, and biases are as the optimizer left them")
{
    const auto data = tiny::labelled(64, expert());
    model net(tiny::sizes, seed{7});
    weights_seen before, after;
    trainer teacher(net, adam{.rate = 5e-2}, cross_entropy{});
    teacher.fit(data, {.epochs = 3, .batch = 16, .progress = false}, before, weight_clipping{.deviations = 1.5, .bound = 0.9}, after);
    REQUIRE(after.steps.size() == 12);
    std::size_t clipped = 0;
    for (std::size_t i = 0; i < after.steps.size(); ++i)
    {
        for (const auto& p : net.parameters())
        {
            CAPTURE(i, p.name);
            const auto was = part_of(before.steps[i], p);
            const auto is = part_of(after.steps[i], p);
            if (p.shape.size() == 1)
            {
                CHECK(was == is);
                continue;
            }
            const double bound = std::min(0.9, 1.5 * deviation_of(was));
            for (std::size_t j = 0; j < was.size(); ++j)
            {
                CHECK(is[j] == Approx(std::clamp(static_cast<double>(was[j]), -bound, bound)));
                clipped += is[j] != was[j] ? 1u : 0u;
            }
        }
    }
    CHECK(clipped > 0);
}

TEST_CASE("weight_clipping: what no array multiplies by stays, and numbers that make no sense are refused")
{
    network<embedding<>, recurrent<cell::rnn<>>, last_step, dense<>> net(1, seed{1}, {.classes = 5, .width = 3}, {.hidden = 4}, {}, {2});
    std::ranges::fill(net.weights(), 1.0f);
    net.weights().front() = 3;  // of the embedding
    weight_clipping{.bound = 0.25}.on_step(net, {});
    for (const auto& p : net.parameters())
    {
        CAPTURE(p.name);
        const bool of_an_array = p.shape.size() == 2 && !p.name.starts_with("0.");
        CHECK(std::as_const(net).weights()[p.offset + 1] == (of_an_array ? 0.25f : 1.0f));
    }
    CHECK(std::as_const(net).weights().front() == 3);

    for (const auto& chosen : {weight_clipping{}, weight_clipping{.deviations = 0}, weight_clipping{.bound = -1}, weight_clipping{.deviations = std::nan("")}})
    {
        CHECK_THROWS_AS(chosen.on_step(net, {}), value_error);
    }
}

TEST_CASE("distillation: a noisy student learns from a clean teacher what no label told it")
{
    auto teacher = with_noise<noise::none>(expert());
    const auto data = tiny::labelled(300, expert());
    auto lesson = data;
    lesson.targets = predict(teacher, data);
    lesson.labels.clear();
    model student({.inputs = 3, .hidden = 16, .outputs = 4}, seed{7});
    const double before = evaluate(student, data).mean;
    trainer lessons(student, adam{.rate = 2e-2}, distillation{.temperature = 2, .soft = 1});
    const auto& past = lessons.fit(lesson, {.epochs = 60, .batch = 20, .noise = sigma{0.1}, .rate = rate_schedule::cosine(), .progress = false});
    CHECK(past.epochs.back().train_loss < past.epochs.front().train_loss / 3);
    student.noise_level(sigma::none());
    CHECK(before < 0.6);
    CHECK(evaluate(student, data).mean > 0.85);
}

TEST_CASE("decoded: an error-correcting read-out is trained unit by unit, and measured like a network of classes")
{
    const auto data = tiny::labelled(300, expert());
    const auto words = code_words::simplex(4, 7);
    model net({.inputs = 3, .hidden = 16, .outputs = words.units()}, seed{7});
    trainer teacher(net, adam{.rate = 2e-2}, code_word_loss{words});
    teacher.fit(data, {.epochs = 60, .batch = 20, .noise = sigma{0.1}, .rate = rate_schedule::cosine(), .progress = false});
    net.noise_level(sigma::none());

    decoded digits(net, words);
    CHECK(digits.outputs() == 4);
    const double exact = evaluate(digits, data).mean;
    CHECK(exact > 0.85);
    CHECK(confuse(digits, data).accuracy() == Approx(exact));

    // by hand
    const auto units = predict(net, data);
    std::size_t right = 0;
    for (std::size_t i = 0; i < data.size(); ++i)
    {
        const auto distance = [&](std::size_t c)  // of the units from the word, as signs
        {
            double sum = 0;
            for (std::size_t m = 0; m < 7; ++m)
            {
                const double wanted = words.bit(c, m) ? 1 : -1;
                sum += (static_cast<double>(units(i, m)) - wanted) * (static_cast<double>(units(i, m)) - wanted);
            }
            return sum;
        };
        std::size_t nearest = 0;
        for (std::size_t c = 1; c < 4; ++c)
        {
            nearest = distance(c) < distance(nearest) ? c : nearest;
        }
        right += static_cast<std::int32_t>(nearest) == data.labels[i] ? 1u : 0u;
    }
    CHECK(exact == Approx(static_cast<double>(right) / 300));

    const auto curve = noise_sweep(digits, data, {.sigma = {0, 3}, .repeats = 3});
    CHECK(curve.at(0).mean == Approx(exact));
    CHECK(curve.at(3).mean < exact);
    digits.noise_level(sigma{1});
    net.for_each_noise([](const auto& part) { CHECK(part.level == sigma::none()); });
    CHECK_THROWS_AS(decoded(net, code_words::simplex(4)), shape_error);
}
}
