// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/train/trainer.hpp>

#include "eval/tiny.hpp"
#include "support/catch.hpp"
#include "support/same_bits.hpp"
#include "train/pupil.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <dni/data/fingerprint.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/optim/adam.hpp>

namespace resumed_fit_test
{
using namespace dni;
using namespace school;

namespace
{
using teacher_type = trainer<tiny::per_sequence, adam, cross_entropy>;

struct kept
{
    std::vector<float> weights;
    teacher_type::state_type state;
};

struct keeper
{
    std::vector<kept>& all;
    void on_state(const tiny::per_sequence& net, const teacher_type::state_type& state) const { all.push_back({weights_of(net), state}); }
};
}

TEST_CASE("a state is kept when an epoch is wholly done, and training goes on from it as if never interrupted")
{
    struct stopper
    {
        std::string& calls;
        bool on_epoch(tiny::per_sequence&, const epoch_record& record) const
        {
            calls += "e";
            return record.epoch == 5;
        }
        void on_state(const tiny::per_sequence&, const teacher_type::state_type&) const { calls += "s"; }
    };
    std::string calls;
    std::vector<kept> all;
    const fit_options options{.epochs = 7, .batch = 48, .noise = noise::ramp(snr_db{20}, snr_db{10}), .rate = rate_schedule::cosine(), .validation = 0.25,
                              .keep_best = true, .progress = false};
    auto net = pupil();
    teacher_type teacher(net, adam{.rate = 0.03}, {});
    const auto past = teacher.fit(digits(), options, roll_call{}, stopper{calls}, keeper{all});
    CHECK(calls == "eseseseses");
    REQUIRE(all.size() == 5);
    CHECK(past.stopped_early);
    CHECK(all[4].state.history.stopped_early);
    CHECK(!all[3].state.history.stopped_early);
    CHECK(all[2].state.history.epochs.size() == 3);

    for (const auto& one : all)
    {
        auto other = pupil();
        teacher_type again(other, adam{.rate = 0.03}, {});
        set_weights(other, one.weights);
        again.resume(one.state);
        const auto& found = again.fit(digits(), options, stopper{calls});
        CHECK(support::same_bits(weights_of(other), weights_of(net)));
        REQUIRE(found.epochs.size() == past.epochs.size());
        CHECK(found.best_epoch == past.best_epoch);
        CHECK(found.stopped_early);
        for (std::size_t e = 0; e < past.epochs.size(); ++e)
        {
            CHECK(support::same_bits(found.epochs[e].train_loss, past.epochs[e].train_loss));
            CHECK(support::same_bits(found.epochs[e].validation_loss, past.epochs[e].validation_loss));
            CHECK(support::same_bits(found.epochs[e].noise_level, past.epochs[e].noise_level));
            CHECK(support::same_bits(found.epochs[e].rate, past.epochs[e].rate));
        }
        // the fit after that begins anew
        CHECK(again.fit(digits(), {.epochs = 1, .progress = false}).epochs.size() == 1);
    }
}

TEST_CASE("a state is kept within an epoch too, and training goes on with the step after it")
{
    std::vector<kept> all;
    // 160 digits: five steps in an epoch, ten in all; kept after 3, 5 (the epoch's end), 6, 9 and 10
    const fit_options options{.epochs = 2, .batch = 32, .noise = noise::ramp(snr_db{20}, snr_db{10}), .keep_every = 3, .progress = false};
    auto net = pupil();
    teacher_type teacher(net, adam{.rate = 0.03}, {});
    const auto past = teacher.fit(digits(), options, roll_call{}, keeper{all});
    REQUIRE(all.size() == 5);
    const std::vector<std::uint64_t> positions{3, 0, 1, 4, 0};
    for (std::size_t i = 0; i < all.size(); ++i)
    {
        CHECK(all[i].state.epoch_steps == positions[i]);
        CHECK((all[i].state.epoch_loss > 0) == (positions[i] > 0));
        auto other = pupil();
        teacher_type again(other, adam{.rate = 0.03}, {});
        set_weights(other, all[i].weights);
        again.resume(all[i].state);
        const auto& found = again.fit(digits(), options);
        CHECK(support::same_bits(weights_of(other), weights_of(net)));
        REQUIRE(found.epochs.size() == 2);
        CHECK(support::same_bits(found.epochs[0].train_loss, past.epochs[0].train_loss));
        CHECK(support::same_bits(found.epochs[1].train_loss, past.epochs[1].train_loss));
    }

    auto beyond = all.front().state;
    beyond.epoch_steps = 5;
    teacher.resume(beyond);
    CHECK_THROWS_WITH(teacher.fit(digits(), options), "fit: resume: expected less than the 5 steps of an epoch done of it, found 5");
}

TEST_CASE("a state goes on with the options and the data it belongs to alone")
{
    auto net = pupil();
    trainer teacher(net, adam{.rate = 0.01}, cross_entropy{});
    const fit_options options{.epochs = 2, .batch = 32, .progress = false};
    teacher.fit(digits(), options);

    auto longer = options;
    longer.epochs = 3;
    longer.clip_norm = 0.1;
    longer.rate = rate_schedule::cosine().warm_up(0.01);
    trainer other(net, adam{.rate = 0.02}, cross_entropy{.label_smoothing = 0.1});
    other.resume(teacher.state());
    const auto part = digits().subset(std::vector<std::size_t>{1, 2, 3});
    for (int attempt = 0; attempt < 2; ++attempt)
    {
        CHECK_THROWS_WITH(other.fit(part, longer),
                          "fit: resume: expected the options and data of the run that is gone on with, found 6 differences:\n"
                          "  clip_norm: expected 0, found 0.1\n"
                          "  epochs: expected 2, found 3\n"
                          "  loss: expected cross-entropy, label smoothing 0, found cross-entropy, label smoothing 0.1\n"
                          "  optimizer: expected adam, rate 0.01, beta 0.9 and 0.999, epsilon 1e-08, found adam, rate 0.02, beta 0.9 and 0.999, epsilon 1e-08\n"
                          "  rate: expected constant, found cosine from 1 to 0, rising over the first 1 %\n"
                          "  training data: expected 160 sequences with fingerprint "
                              + std::to_string(data::fingerprint(digits())) + ", found 3 sequences with fingerprint " + std::to_string(data::fingerprint(part)));
    }

    auto state = teacher.state();
    state.best_weights.resize(1);
    CHECK_THROWS_AS(teacher.resume(state), shape_error);
}
}
