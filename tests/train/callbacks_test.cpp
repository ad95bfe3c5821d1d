// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/train/trainer.hpp>

#include "eval/tiny.hpp"
#include "support/catch.hpp"
#include "train/pupil.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <dni/loss/cross_entropy.hpp>

namespace callbacks_test
{
using namespace dni;
using namespace school;

TEST_CASE("callbacks are plain objects with any hooks: each is called, in order, at its time")
{
    std::string calls;
    struct whole
    {
        std::string& text;
        char name;
        void augment(std::span<float>, std::size_t features, stream&) { text += features == 3 ? std::string("a") + name : "?"; }
        void on_step(tiny::per_sequence&, const step_record&) { text += std::string("s") + name; }
        bool on_epoch(tiny::per_sequence&, const epoch_record&)
        {
            text += std::string("e") + name;
            return false;
        }
    };
    struct only_augment
    {
        std::string& text;
        void augment(std::span<float>, std::size_t, stream&) const { text += "a-"; }
    };
    struct only_step
    {
        std::string& text;
        bool on_step(const tiny::per_sequence&, const step_record&) const
        {
            text += "s-";
            return false;
        }
    };
    struct only_epoch
    {
        std::string& text;
        void on_epoch(const tiny::per_sequence&, epoch_record) const { text += "e-"; }
    };
    const auto two = digits().subset(std::vector<std::size_t>{0, 1});
    auto net = pupil();
    trainer teacher(net, at_rest, cross_entropy{});
    whole last{calls, '2'};
    const only_step constant{calls};
    teacher.fit(two, {.epochs = 2, .batch = 1, .progress = false}, whole{calls, '1'}, only_augment{calls}, constant, only_epoch{calls}, last);
    const std::string step = "a1a-a2s1s-s2";
    CHECK(calls == step + step + "e1e-e2" + step + step + "e1e-e2");
}

TEST_CASE("a callback may stop training after a step, and the others hear of it")
{
    struct stop_at
    {
        std::size_t step;
        bool on_step(const tiny::per_sequence&, const step_record& record) const { return record.step == step; }
    };
    auto net = pupil();
    records all;
    trainer teacher(net, sgd{.rate = 0.1}, cross_entropy{});
    const auto& past = teacher.fit(digits(), {.epochs = 5, .batch = 16, .validation = 0.5, .progress = false}, stop_at{8}, all);
    REQUIRE(all.steps.size() == 8);  // five in an epoch
    CHECK(past.stopped_early);
    REQUIRE(past.epochs.size() == 2);
    CHECK(all.epochs.size() == 2);
    CHECK(past.epochs[1].train_loss == Approx((all.steps[5].loss + all.steps[6].loss + all.steps[7].loss) / 3).epsilon(1e-14));
    CHECK(past.epochs[1].validation_accuracy >= 0);

    trainer again(net, at_rest, cross_entropy{});
    CHECK_FALSE(again.fit(digits(), {.epochs = 1, .batch = 80, .progress = false}, stop_at{2}).stopped_early);  // that was the last one
}

TEST_CASE("a callback may stop training after an epoch, and the others hear of it")
{
    struct stop_at
    {
        std::size_t epoch;
        bool on_epoch(const tiny::per_sequence&, const epoch_record& record) const { return record.epoch == epoch; }
    };
    auto net = pupil();
    records all;
    trainer teacher(net, at_rest, cross_entropy{});
    const auto& past = teacher.fit(digits(), {.epochs = 5, .progress = false}, stop_at{3}, all);
    CHECK(past.epochs.size() == 3);
    CHECK(all.epochs.size() == 3);
    CHECK(past.stopped_early);
}
}
