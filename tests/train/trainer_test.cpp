// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/train/trainer.hpp>

#include "eval/tiny.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/same_bits.hpp"
#include "train/pupil.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dni/eval/predict.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/optim/adam.hpp>
#include <dni/optim/sgd.hpp>

namespace trainer_test
{
using namespace dni;
using namespace school;

namespace
{
constexpr double infinity = std::numeric_limits<double>::infinity();

//! An optimizer that leaves the weights as they are and tells what it was given.
struct spy
{
    struct notes
    {
        std::vector<double> rates;
        std::vector<std::vector<float>> gradients;
    };

    double rate = 0.5;
    notes* seen = nullptr;

    template <class T>
    struct state
    {
    };

    template <class T>
    state<T> make_state(std::size_t) const
    {
        return {};
    }

    void check() const {}

    template <class T>
    void step(std::span<T>, std::span<const T> gradient, state<T>&, double scheduled_rate) const
    {
        seen->rates.push_back(scheduled_rate);
        seen->gradients.emplace_back(gradient.begin(), gradient.end());
    }
};

template <class Options>
std::string refusal(const Options& options, const data::sequences& set = digits())
{
    auto net = pupil();
    trainer teacher(net, at_rest, cross_entropy{});
    try
    {
        teacher.fit(set, options);
    }
    catch (const value_error& problem)
    {
        return problem.what();
    }
    return "nothing";
}
}

TEST_CASE("training lowers the loss and learns what it is shown, through noise")
{
    auto net = pupil();
    const double before = accuracy_at(net, snr_db::none());
    trainer teacher(net, adam{.rate = 2e-2}, cross_entropy{});
    const auto& past = teacher.fit(digits(), {.epochs = 30, .batch = 16, .noise = snr_db{20}, .progress = false});
    REQUIRE(past.epochs.size() == 30);
    CHECK(&past == &teacher.history());
    CHECK(past.epochs.back().train_loss < past.epochs.front().train_loss / 3);
    CHECK(before < 0.5);
    CHECK(accuracy_at(net, snr_db::none()) > 0.9);
    CHECK(accuracy_at(net, snr_db{20}) > 0.85);
    CHECK_FALSE(past.stopped_early);
    CHECK(past.best_epoch == 0);
}

TEST_CASE("a second fit goes on where the first ended, and has a history of its own")
{
    auto net = pupil();
    trainer teacher(net, sgd{.rate = 0.1, .momentum = 0.9}, cross_entropy{});
    const fit_options options{.epochs = 2, .batch = digits().size(), .progress = false};
    const double first = teacher.fit(digits(), options).epochs.back().train_loss;
    const auto& past = teacher.fit(digits(), options);
    CHECK(past.epochs.size() == 2);
    CHECK(past.epochs.front().epoch == 1);

    auto same = pupil();
    trainer other(same, sgd{.rate = 0.1, .momentum = 0.9}, cross_entropy{});
    const auto& whole = other.fit(digits(), {.epochs = 4, .batch = digits().size(), .progress = false});
    CHECK(whole.epochs[1].train_loss == first);
    // velocity and weights were kept; only the order of the sequences in a batch is another
    CHECK(whole.epochs[2].train_loss == Approx(past.epochs[0].train_loss).epsilon(1e-5));
    CHECK(whole.epochs[3].train_loss == Approx(past.epochs[1].train_loss).epsilon(1e-5));
}

TEST_CASE("noise and rate follow their schedules over one progress, and reach the network and the optimizer")
{
    auto net = pupil();
    spy::notes seen;
    const auto noise = noise::ramp(snr_db{20}, snr_db{0}).until(0.5).then(noise::drawn(snr_db{0}, snr_db{10}));
    const auto rate = rate_schedule::one_cycle().warm_up(0.2);
    struct levels
    {
        std::vector<double> of_network;
        void on_step(tiny::per_sequence& trained, const step_record&) { of_network.push_back(level_of(trained)); }
    } found;
    records all;
    trainer teacher(net, spy{.rate = 0.5, .seen = &seen}, cross_entropy{});
    const auto& past = teacher.fit(digits(), {.epochs = 3, .batch = 50, .noise = noise, .rate = rate, .seed = {3}, .progress = false}, found, all);

    const std::size_t steps = 3 * 4;  // 160 sequences: batches of 50, 50, 50 and 10
    REQUIRE(all.steps.size() == steps);
    for (std::size_t i = 0; i < steps; ++i)
    {
        const double progress = static_cast<double>(i) / static_cast<double>(steps);
        const auto& record = all.steps[i];
        CHECK(record.step == i + 1);
        CHECK(record.steps == steps);
        CHECK(record.epoch == i / 4 + 1);
        CHECK(record.rate == 0.5 * rate(progress));
        CHECK(record.noise_level == noise(progress, key{seed{3}}.with(purpose::schedule).with(i + 1)).value);
    }
    for (std::size_t i = 0; i < steps; ++i)
    {
        CHECK(seen.rates[i] == all.steps[i].rate);
        CHECK(found.of_network[i] == all.steps[i].noise_level);
    }
    REQUIRE(past.epochs.size() == 3);
    for (std::size_t e = 0; e < 3; ++e)
    {
        const auto& record = past.epochs[e];
        CHECK(record.epoch == e + 1);
        CHECK(record.epochs == 3);
        CHECK(record.rate == all.steps[4 * e + 3].rate);
        CHECK(record.noise_level == all.steps[4 * e + 3].noise_level);
        CHECK(record.train_loss
              == Approx((all.steps[4 * e].loss + all.steps[4 * e + 1].loss + all.steps[4 * e + 2].loss + all.steps[4 * e + 3].loss) / 4).epsilon(1e-14));
        CHECK(record.seconds > 0);
        CHECK(std::isnan(record.validation_loss));
        CHECK(std::isnan(record.validation_accuracy));
    }
}

TEST_CASE("without a schedule the levels stay as set in the network")
{
    auto net = pupil();
    net.noise_level(snr_db{12});
    records all;
    trainer teacher(net, at_rest, cross_entropy{});
    teacher.fit(digits(), {.epochs = 1, .validation = 0.5, .progress = false}, all);
    CHECK(level_of(net) == 12);
    CHECK(std::isnan(all.steps.back().noise_level));
}

TEST_CASE("every epoch shows each sequence once, in an order of its own")
{
    auto net = pupil();
    roll_call roll;
    trainer teacher(net, at_rest, cross_entropy{});
    teacher.fit(digits(), {.epochs = 3, .batch = 7, .progress = false}, roll);
    const std::size_t n = digits().size();
    REQUIRE(roll.seen.size() == 3 * n);
    std::vector<std::vector<float>> epochs;
    std::vector<float> all;
    for (std::size_t i = 0; i < n; ++i)
    {
        all.push_back(digits().sequence(i).front());
    }
    std::ranges::sort(all);
    for (std::size_t e = 0; e < 3; ++e)
    {
        const auto part = std::span(roll.seen).subspan(e * n, n);
        epochs.emplace_back(part.begin(), part.end());
    }
    CHECK(epochs[0] != epochs[1]);
    CHECK(epochs[1] != epochs[2]);
    for (auto& epoch : epochs)
    {
        std::ranges::sort(epoch);
        CHECK(epoch == all);
    }
}

TEST_CASE("augmentation is drawn anew in each epoch, the same from the same seed, and leaves the data alone")
{
    struct jitter
    {
        std::vector<float> drawn = {};
        void augment(std::span<float> values, std::size_t, stream& random)
        {
            for (float& v : values)
            {
                v += random.normal();
            }
            drawn.push_back(values.front());
        }
    };
    const auto before = digits();
    const auto fit = [](std::uint64_t s)
    {
        auto net = pupil();
        jitter change;
        trainer teacher(net, at_rest, cross_entropy{});
        const auto& past = teacher.fit(digits(), {.epochs = 2, .batch = 1000, .seed = {s}, .progress = false}, change);
        CHECK(past.epochs[0].train_loss != past.epochs[1].train_loss);
        std::ranges::sort(change.drawn);
        return change.drawn;
    };
    const auto once = fit(1);
    CHECK(std::ranges::adjacent_find(once) == once.end());  // the second epoch draws other numbers
    CHECK(once == fit(1));
    CHECK(once != fit(2));
    CHECK(support::same_bits(before.values.storage(), digits().values.storage()));
}

TEST_CASE("gradients are clipped by norm and by value, and recorded as they were")
{
    const auto gradients = [](double norm, double value)
    {
        auto net = pupil();
        spy::notes seen;
        records all;
        trainer teacher(net, spy{.seen = &seen}, cross_entropy{});
        teacher.fit(digits(), {.epochs = 1, .clip_norm = norm, .clip_value = value, .progress = false}, all);
        return std::pair(seen.gradients.front(), all.steps.front().gradient_norm);
    };
    const auto norm_of = [](const std::vector<float>& gradient)
    {
        double sum = 0;
        for (const float g : gradient)
        {
            sum += static_cast<double>(g) * static_cast<double>(g);
        }
        return std::sqrt(sum);
    };
    const auto largest_of = [](const std::vector<float>& gradient) { return std::ranges::max(gradient, {}, [](float g) { return std::abs(g); }); };

    const auto [plain, norm] = gradients(0, 0);
    CHECK(norm == Approx(norm_of(plain)).epsilon(1e-12));
    const auto largest = static_cast<double>(std::abs(largest_of(plain)));
    REQUIRE(norm > 0.1);

    const auto [shorter, norm_before] = gradients(norm / 4, 0);
    CHECK(norm_before == norm);
    CHECK(norm_of(shorter) == Approx(norm / 4).epsilon(1e-5));
    CHECK(shorter[0] == Approx(plain[0] / 4).epsilon(1e-5));

    const auto [cut, norm_before_cut] = gradients(0, largest / 2);
    CHECK(norm_before_cut == norm);
    for (std::size_t i = 0; i < plain.size(); ++i)
    {
        const auto bound = static_cast<float>(largest / 2);
        CHECK(cut[i] == std::clamp(plain[i], -bound, bound));
    }

    const auto [both, norm_before_both] = gradients(norm / 2, largest / 8);
    CHECK(norm_before_both == norm);
    CHECK(std::abs(largest_of(both)) <= static_cast<float>(largest / 8));
    CHECK(norm_of(both) <= norm / 2);

    CHECK(gradients(1e9, 1e9).first == plain);
}

TEST_CASE("options that make no sense are refused")
{
    const double nan = std::nan("");
    CHECK_THAT(refusal(fit_options{.epochs = 0}), support::contains("at least one epoch and one sequence in a batch, found 0 epochs, batch 64"));
    CHECK_THAT(refusal(fit_options{.batch = 0}), support::contains("at least one epoch and one sequence in a batch, found 10 epochs, batch 0"));
    CHECK_THAT(refusal(fit_options{.clip_norm = -1}), support::contains("fit: clip_norm: expected a bound >= 0, found -1"));
    CHECK_THAT(refusal(fit_options{.clip_norm = nan}), support::contains("fit: clip_norm"));
    CHECK_THAT(refusal(fit_options{.clip_value = -1}), support::contains("fit: clip_value: expected a bound >= 0, found -1"));
    CHECK_THAT(refusal(fit_options{.clip_value = nan}), support::contains("fit: clip_value"));
    for (const double fraction : {-0.1, 1.0, 1.5, nan, infinity})
    {
        CHECK_THAT(refusal(fit_options{.validation = fraction}), support::contains("fit: validation: expected a fraction in [0, 1), found "));
    }
    CHECK_THAT(refusal(fit_options{.validation = 1e-6}), support::contains("fit: validation data: expected at least one sequence, found none"));
    CHECK_THAT(refusal(fit_options{.validation = 1 - 1e-6}), support::contains("fit: training data: expected at least one sequence, found none"));
    CHECK_THAT(refusal(fit_options{.validation = 0.5, .validation_passes = 0}), support::contains("fit: validation_passes: expected at least one"));
    CHECK_THAT(refusal(fit_options{.patience = 1}), support::contains("validation data, which patience and keep_best look at, found none"));
    CHECK_THAT(refusal(fit_options{.keep_best = true}), support::contains("validation data, which patience and keep_best look at, found none"));
    CHECK_THAT(refusal(fit_options{.truncate = 2}), support::contains("fit: truncate: expected labels or targets for each step"));
    CHECK_THAT(refusal(fit_options{.noise = sigma{1}}), support::contains("network::noise_level"));
    CHECK_THAT(refusal(fit_options{.noise = snr_db{nan}}), support::contains("network::noise_level"));

    auto net = pupil();
    trainer teacher(net, at_rest, cross_entropy{});
    CHECK_THROWS_WITH(teacher.fit(digits(), digits(), {.validation = 0.5}), support::contains("fit: validation: expected 0 where validation data are given"));
    trainer backwards(net, adam{.rate = -1}, cross_entropy{});
    CHECK_THROWS_AS(backwards.fit(digits(), {}), value_error);
}

TEST_CASE("a batch larger than the data is all of the data")
{
    auto net = pupil();
    records all;
    trainer teacher(net, at_rest, cross_entropy{});
    teacher.fit(digits(), {.epochs = 2, .batch = std::numeric_limits<std::size_t>::max(), .progress = false}, all);
    REQUIRE(all.steps.size() == 2);
    CHECK(all.steps.front().steps == 2);
}

TEST_CASE("data that do not fit the network are refused before a step is taken")
{
    auto net = pupil();
    const auto before = weights_of(net);
    records all;
    trainer teacher(net, sgd{.rate = 1}, cross_entropy{});
    const auto refused = [&](const data::sequences& set)
    {
        std::vector<std::string> texts;
        const auto take = [&](auto&& fit)
        {
            try
            {
                fit();
                texts.push_back("nothing");
            }
            catch (const error& problem)
            {
                texts.push_back(problem.what());
            }
        };
        take([&] { teacher.fit(set, {.progress = false}, all); });
        take([&] { teacher.fit(digits(), set, {.progress = false}, all); });
        return texts;
    };
    const auto each = [](const std::vector<std::string>& texts, const std::string& part)
    {
        for (const auto& text : texts)
        {
            CHECK_THAT(text, support::contains(part));
        }
    };

    auto wrong_label = digits();
    wrong_label.labels[11] = 4;
    each(refused(wrong_label), "label of sequence 11: expected a class from 0 to 3, found 4");
    CHECK_THROWS_AS(teacher.fit(wrong_label, {.progress = false}), value_error);

    each(refused(data::sequences{}), "expected at least one sequence, found none");

    auto narrow = digits();
    narrow.values = tensor<float, 2>::from_shape({narrow.values.shape(0), 2});
    narrow.values.fill(0);
    each(refused(narrow), "expected 3 features, as the network has inputs, found 2");
    CHECK_THROWS_AS(teacher.fit(narrow, {.progress = false}), shape_error);

    each(refused(logs()), "expected labels or targets for each sequence, as the network gives outputs, found for each step");

    auto spoiled = digits();
    spoiled.values(0, 0) = std::numeric_limits<float>::quiet_NaN();
    each(refused(spoiled), "values of sequence 0");

    auto nothing_to_learn = digits();
    nothing_to_learn.labels.clear();
    CHECK_THROWS_AS(teacher.fit(nothing_to_learn, {.progress = false}), shape_error);

    CHECK(all.steps.empty());
    CHECK(support::same_bits(weights_of(net), before));
}
}
