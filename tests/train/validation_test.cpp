// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/train/validation.hpp>

#include "eval/tiny.hpp"
#include "support/catch.hpp"
#include "support/same_bits.hpp"
#include "train/pupil.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <set>
#include <span>
#include <vector>

#include <dni/cell/rnn.hpp>
#include <dni/eval/predict.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/loss/mean_squared_error.hpp>
#include <dni/optim/adam.hpp>
#include <dni/optim/sgd.hpp>
#include <dni/train/trainer.hpp>

namespace validation_test
{
using namespace dni;
using namespace school;

TEST_CASE("a fraction is split off for validation by the seed, and never trained on")
{
    const fit_options options{.epochs = 3, .batch = 16, .noise = snr_db{10}, .validation = 0.25, .seed = {9}, .progress = false};
    auto net = pupil();
    roll_call roll;
    trainer teacher(net, sgd{.rate = 0.1}, cross_entropy{});
    const auto losses = teacher.fit(digits(), options, roll).epochs;

    const auto [kept, held_out] = digits().split(0.75, seed{9});
    CHECK(held_out.size() == 40);
    CHECK(roll.seen.size() == 3 * 120);
    const std::set<float> seen(roll.seen.begin(), roll.seen.end());
    for (std::size_t i = 0; i < held_out.size(); ++i)
    {
        CHECK(seen.count(held_out.sequence(i).front()) == 0);
    }

    auto by_hand = options;
    by_hand.validation = 0;
    auto same = pupil();
    trainer other(same, sgd{.rate = 0.1}, cross_entropy{});
    const auto& past = other.fit(kept, held_out, by_hand);
    CHECK(support::same_bits(weights_of(same), weights_of(net)));
    for (std::size_t e = 0; e < 3; ++e)
    {
        CHECK(past.epochs[e].validation_loss == losses[e].validation_loss);
        CHECK(past.epochs[e].validation_accuracy == losses[e].validation_accuracy);
    }
}

TEST_CASE("validation is the mean over noisy passes at the final level, whatever the level of the epoch")
{
    auto net = tiny::make();
    records all;
    struct levels
    {
        std::vector<double> of_network;
        void on_epoch(tiny::per_sequence& trained, const epoch_record&) { of_network.push_back(level_of(trained)); }
    } found;
    trainer teacher(net, at_rest, cross_entropy{});
    const auto noise = noise::ramp(snr_db{60}, snr_db{-3});
    const auto& past = teacher.fit(digits(), digits(), {.epochs = 4, .noise = noise, .validation_passes = 5, .seed = {4}, .progress = false}, all, found);

    auto judge = tiny::make();
    judge.noise_level(snr_db{-3});
    double right = 0;
    double loss = 0;
    for (std::uint64_t pass = 0; pass < 5; ++pass)
    {
        const auto p = probabilities(judge, digits(), key{seed{4}}.with(purpose::validation).with(pass));
        for (std::size_t i = 0; i < digits().size(); ++i)
        {
            const auto label = static_cast<std::size_t>(digits().labels[i]);
            const std::span<const float> row(p.data() + i * 4, 4);
            right += predicted_class(row) == label ? 1 : 0;
            loss -= std::log(static_cast<double>(row[label]));
        }
    }
    const double count = 5.0 * static_cast<double>(digits().size());
    CHECK(right / count < 0.9);
    for (const auto& record : past.epochs)
    {
        CHECK(record.validation_accuracy == Approx(right / count).epsilon(1e-14));
        CHECK(record.validation_loss == Approx(loss / count).epsilon(1e-6));
        CHECK(record.validation_loss == past.epochs.front().validation_loss);
    }
    CHECK(past.best_epoch == 1);  // the first of equals
    // validation does not disturb the level of training
    CHECK(past.epochs.front().noise_level > 0);
    for (std::size_t e = 0; e < 4; ++e)
    {
        CHECK(found.of_network[e] == past.epochs[e].noise_level);
    }
    CHECK(level_of(net) == past.epochs.back().noise_level);
}

TEST_CASE("validation at drawn levels draws the same levels in each epoch")
{
    auto net = tiny::make();
    trainer teacher(net, at_rest, cross_entropy{});
    const auto& past = teacher.fit(digits(), {.epochs = 3, .noise = noise::drawn(snr_db{-5}, snr_db{5}), .validation = 0.5, .progress = false});
    CHECK(past.epochs[0].validation_loss == past.epochs[1].validation_loss);
    CHECK(past.epochs[0].validation_loss == past.epochs[2].validation_loss);
}

TEST_CASE("without noise one validation pass serves all")
{
    const auto measure = [](std::size_t passes)
    {
        auto net = tiny::make();
        trainer teacher(net, at_rest, cross_entropy{});
        return teacher.fit(digits(), digits(), {.epochs = 1, .validation_passes = passes, .progress = false}).epochs.front();
    };
    CHECK(measure(1).validation_accuracy == 1);
    CHECK(measure(100).validation_accuracy == 1);
    CHECK(measure(100).validation_loss == measure(1).validation_loss);
}

TEST_CASE("training stops when validation has not become better for as many epochs as patience has")
{
    const auto epochs = [](std::size_t patience, std::size_t most)
    {
        auto net = pupil();
        trainer teacher(net, at_rest, cross_entropy{});
        return teacher.fit(digits(), {.epochs = most, .noise = snr_db{5}, .validation = 0.2, .patience = patience, .progress = false});
    };
    const auto stopped = epochs(3, 10);
    CHECK(stopped.epochs.size() == 4);  // the first is the best, then three without gain
    CHECK(stopped.stopped_early);
    CHECK(stopped.best_epoch == 1);

    const auto endless = epochs(0, 6);
    CHECK(endless.epochs.size() == 6);
    CHECK_FALSE(endless.stopped_early);

    const auto just_done = epochs(5, 6);
    CHECK(just_done.epochs.size() == 6);
    CHECK_FALSE(just_done.stopped_early);
}

TEST_CASE("a better validation starts patience anew")
{
    const auto good = weights_of(tiny::make());
    const std::vector<float> bad(good.size());
    auto net = pupil();
    trainer teacher(net, at_rest, cross_entropy{});
    const auto& past = teacher.fit(digits(), {.epochs = 10, .batch = 1000, .noise = snr_db{30}, .validation = 0.5, .patience = 2, .progress = false},
                                   script{{bad, bad, good, bad, bad, good, good, good, good, good}});
    CHECK(past.epochs.size() == 5);
    CHECK(past.best_epoch == 3);
}

TEST_CASE("keep_best ends with the weights of the best validation")
{
    const auto good = weights_of(tiny::make());
    const std::vector<float> bad(good.size());
    for (const bool keep : {true, false})
    {
        auto net = pupil();
        trainer teacher(net, at_rest, cross_entropy{});
        const auto& past = teacher.fit(digits(), {.epochs = 4, .batch = 1000, .noise = snr_db{30}, .validation = 0.5, .keep_best = keep, .progress = false},
                                       script{{bad, good, bad, bad}});
        CHECK(past.best_epoch == 2);
        CHECK(past.epochs[1].validation_accuracy > 0.95);
        CHECK(support::same_bits(weights_of(net), keep ? good : bad));
    }
}

TEST_CASE("under a ramp an early epoch does not win by being quiet")
{
    auto fragile = tiny::make();
    auto robust = pupil();
    trainer hardening(robust, adam{.rate = 2e-2}, cross_entropy{});
    hardening.fit(digits(), {.epochs = 60, .batch = 16, .noise = noise::ramp(snr_db{10}, snr_db{0}), .progress = false});
    REQUIRE(accuracy_at(fragile, snr_db::none()) > accuracy_at(robust, snr_db::none()));
    REQUIRE(accuracy_at(fragile, snr_db{0}) < accuracy_at(robust, snr_db{0}) - 0.03);

    auto net = pupil();
    trainer teacher(net, at_rest, cross_entropy{});
    const auto& past = teacher.fit(digits(), digits(),
                                   {.epochs = 2, .batch = 1000, .noise = noise::ramp(snr_db{80}, snr_db{0}), .keep_best = true, .progress = false},
                                   script{{weights_of(fragile), weights_of(robust)}});
    CHECK(past.best_epoch == 2);
    CHECK(support::same_bits(weights_of(net), weights_of(robust)));
}

namespace
{
using wide = policies<noise::none, precision::float64>;
using regressor = network<recurrent<cell::rnn<>, wide>, dense<wide>>;

//! Targets for each step: the sum of what came so far. With labels no network of two outputs could give.
data::sequences sums()
{
    auto set = tiny::some(40, seed{8});
    set.per = data::per::step;
    set.targets = tensor<float, 2>::from_shape({set.values.shape(0), 2});
    for (std::size_t i = 0; i < set.size(); ++i)
    {
        float sum = 0;
        for (std::size_t r = set.offsets[i]; r < set.offsets[i + 1]; ++r)
        {
            sum += set.values(r, 0);
            set.targets(r, 0) = 0.3f * sum;
            set.targets(r, 1) = -0.1f * sum;
        }
    }
    set.labels.assign(set.values.shape(0), 9);
    return set;
}
}

TEST_CASE("a regression is judged by its loss, whatever labels the data have beside targets")
{
    const auto set = sums();
    regressor net({.inputs = 3, .hidden = 8, .outputs = 2}, seed{1});
    trainer teacher(net, adam{.rate = 2e-2}, mean_squared_error{});
    const auto& past = teacher.fit(set, {.epochs = 40, .batch = 8, .validation = 0.25, .keep_best = true, .progress = false});
    CHECK(past.epochs.back().train_loss < past.epochs.front().train_loss / 5);
    double best = std::numeric_limits<double>::infinity();
    std::size_t best_epoch = 0;
    for (const auto& record : past.epochs)
    {
        CHECK(std::isnan(record.validation_accuracy));
        if (record.validation_loss < best)
        {
            best = record.validation_loss;
            best_epoch = record.epoch;
        }
    }
    CHECK(past.best_epoch == best_epoch);
    CHECK(measure_regression(net, set).r_squared > 0.8);
}
}
