// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/train/checkpoint.hpp>

#include "eval/tiny.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/damage.hpp"
#include "support/same_bits.hpp"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/core/error.hpp>
#include <dni/io/bytes.hpp>
#include <dni/io/safetensors.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/optim/adam.hpp>
#include <dni/optim/rmsprop.hpp>
#include <dni/optim/sgd.hpp>
#include <dni/train/trainer.hpp>

namespace checkpoint_test
{
using namespace dni;
using support::contains;

namespace
{
using model = network<recurrent<cell::gru, tiny::analog>, last_step, dense<tiny::analog>>;

const data::sequences& digits()
{
    static const auto set = tiny::labelled(96, tiny::make());
    return set;
}

model make(std::uint64_t s = 3, double dropout = 0.1)
{
    return model({.inputs = 3, .hidden = 5, .outputs = 4, .layers = 2, .dropout = dropout}, seed{s});
}

//! Everything that may go wrong in a resumed run: drawn levels, a rate that changes, dropout, validation, the best kept, augmentation.
const fit_options options{.epochs = 6,
                          .batch = 20,
                          .noise = noise::ramp(snr_db{20}, snr_db{10}).until(0.5).then(noise::drawn(snr_db{5}, snr_db{15})),
                          .rate = rate_schedule::one_cycle(),
                          .clip_norm = 1,
                          .validation = 0.25,
                          .patience = 4,
                          .keep_best = true,
                          .progress = false};

struct jitter
{
    void augment(std::span<float> values, std::size_t, stream& random) const
    {
        for (float& v : values)
        {
            v += 0.1f * random.normal();
        }
    }
};

struct killed
{
};

//! Ends the program, as far as the trainer can tell.
struct kill_at_step
{
    std::size_t step;
    void on_step(const model&, const step_record& record) const
    {
        if (record.step == step)
        {
            throw killed{};
        }
    }
};

class folder
{
public:
    folder() : path_{std::filesystem::temp_directory_path() / "dni_checkpoint_test"}
    {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directory(path_);
    }
    ~folder() { std::filesystem::remove_all(path_); }
    folder(const folder&) = delete;
    folder& operator=(const folder&) = delete;

    std::filesystem::path operator/(const char* name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

//! The state without what a clock says.
template <class Trainer>
std::vector<io::named_tensor> position(const Trainer& teacher)
{
    auto state = teacher.state();
    for (auto& epoch : state.history.epochs)
    {
        epoch.seconds = 0;
    }
    io::named_tensors stored;
    detail::store_training(state, stored);
    return stored.tensors;
}

template <class Optimizer>
void check_resumption(Optimizer method)
{
    const folder here;
    auto net = make();
    trainer whole(net, method, cross_entropy{});
    whole.fit(digits(), options, jitter{});
    const auto expected = position(whole);

    // killed in the first epoch, in the middle, twice in a row, in the last step
    for (const std::vector<std::size_t>& kills : {std::vector<std::size_t>{2}, {7}, {9, 15}, {5, 9, 13, 17, 21}, {24}})
    {
        CAPTURE(kills);
        std::filesystem::remove(here / "run");
        bool done = false;
        for (std::size_t life = 0; !done; ++life)
        {
            const bool goes_on = std::filesystem::exists(here / "run");
            auto other = make(goes_on ? 99 : 3);
            trainer part(other, method, cross_entropy{});
            if (goes_on)
            {
                resume(part, here / "run");
            }
            try
            {
                part.fit(digits(), options, jitter{}, kill_at_step{life < kills.size() ? kills[life] : 0}, checkpoint(here / "run"));
                done = true;
                CHECK(support::same_bits(std::as_const(other).weights(), std::as_const(net).weights()));
                CHECK(position(part) == expected);
            }
            catch (const killed&)
            {
            }
        }
    }
}
}

TEST_CASE("checkpoint: a resumed run ends with the same bits, whatever the optimizer")
{
    check_resumption(adam{.rate = 0.02});
    check_resumption(adamw{.rate = 0.02});
    check_resumption(sgd{.rate = 0.1, .momentum = 0.9});
    check_resumption(rmsprop{.rate = 0.01, .momentum = 0.5});
}

TEST_CASE("checkpoint: a run that was done, or stopped, stays so")
{
    const folder here;
    struct stop_at
    {
        std::size_t epoch;
        bool on_epoch(const model&, const epoch_record& record) const { return record.epoch == epoch; }
    };
    for (const std::size_t last : {3u, 6u})
    {
        auto net = make();
        trainer teacher(net, adam{.rate = 0.02}, cross_entropy{});
        teacher.fit(digits(), options, stop_at{last}, checkpoint(here / "run"));
        auto other = make(4);
        trainer again(other, adam{.rate = 0.02}, cross_entropy{});
        resume(again, here / "run");
        const auto& past = again.fit(digits(), options, stop_at{last}, checkpoint(here / "run"));
        CHECK(past.epochs.size() == last);
        CHECK(past.stopped_early == (last == 3));
        CHECK(support::same_bits(std::as_const(other).weights(), std::as_const(net).weights()));
        CHECK(position(again) == position(teacher));
        CHECK(store(other).metadata == store(net).metadata);
    }
}

TEST_CASE("checkpoint: the one before is kept, and notes come back")
{
    const folder here;
    auto net = make();
    trainer teacher(net, adam{}, cross_entropy{});
    teacher.fit(digits(), options, checkpoint(here / "run", {{"command", "a text"}}));
    const auto epochs = [&](const char* name)
    {
        auto other = make();
        trainer again(other, adam{}, cross_entropy{});
        CHECK(resume(again, here / name).at("command") == "a text");
        return again.history().epochs.size();
    };
    const auto all = teacher.history().epochs.size();
    CHECK(epochs("run") == all);
    CHECK(epochs("run.previous") == all - 1);
}

TEST_CASE("checkpoint: one that cannot be written stops the training and leaves the old one")
{
    const folder here;
    auto net = make();
    trainer teacher(net, adam{}, cross_entropy{});
    CHECK_THROWS_WITH(teacher.fit(digits(), options, checkpoint(here / "no/folder/run")), contains("a file that can be written, found No such file or directory"));
    CHECK(teacher.history().epochs.size() == 1);
}

TEST_CASE("checkpoint: what does not fit is said, and nothing is taken")
{
    const folder here;
    auto net = make();
    trainer teacher(net, adam{.rate = 0.02}, cross_entropy{});
    teacher.fit(digits(), options, checkpoint(here / "run"));
    const auto good = io::load_safetensors(here / "run");
    const std::string size = std::to_string(std::as_const(net).weights().size());

    const auto refusal = [&](auto&& teacher_of_other, model& other)
    {
        const auto before = store(other);
        const auto state = position(teacher_of_other);
        std::string message = "nothing";
        try
        {
            resume(teacher_of_other, here / "run");
        }
        catch (const error& problem)
        {
            message = problem.what();
        }
        if (message != "nothing")
        {
            CHECK(store(other) == before);
            CHECK(position(teacher_of_other) == state);
        }
        return message;
    };
    auto other = make(4);
    CHECK(refusal(trainer(other, adam{.rate = 0.02}, cross_entropy{}), other) == "nothing");
    CHECK_THAT(refusal(trainer(other, sgd{}, cross_entropy{}), other),
               contains("run: expected a checkpoint of this trainer, found 4 differences:\n"
                        "  training optimizer velocity: expected float32 ["
                        + size + "], found none\n"
                        + "  training optimizer mean: expected none, found float32 [" + size + "]"));

    auto wider = model({.inputs = 3, .hidden = 6, .outputs = 4, .layers = 2}, seed{1});
    CHECK_THAT(refusal(trainer(wider, adam{}, cross_entropy{}), wider), contains("training optimizer mean: expected float32 [") && contains("], found float32 [" + size));
    struct change
    {
        std::function<void(io::named_tensors&)> make;
        std::string message;
    };
    const auto named = [](io::named_tensors& stored, const std::string& name) -> io::named_tensor&
    { return *std::ranges::find(stored.tensors, name, &io::named_tensor::name); };
    const std::vector<change> changes = {
        {[&](auto& s) { s.tensors.erase(s.tensors.begin() + (&named(s, "training epochs") - s.tensors.data())); },
         "training epochs: expected float64 [0, 6], found none"},
        {[&](auto& s) { named(s, "training epochs").shape = {36}; }, "training epochs: expected float64 [36, 6], found float64 [36]"},
        {[&](auto& s) { named(s, "training epochs").name = "training years"; }, "training years: expected none, found float64"},
        {[&](auto& s) { named(s, "training best epoch").data[0] = std::byte{200}; }, "training best epoch: expected one of "},
        {[&](auto& s) { named(s, "training best loss").type = io::number_type::int64; }, "training best loss: expected float64 [], found int64 []"},
        {[&](auto& s) { named(s, "training best weights").shape = {1, named(s, "training best weights").shape[0]}; },
         "training best weights: expected float32 [" + size + "], found float32 [1, " + size + "]"},
        {[&](auto& s) { named(s, "2.bias").name = "2.biases"; }, "run: expected what the network has, found 2 differences"},
        {[&](auto& s) { s.metadata["layer 1"] = "mean over time: 5 -> 5"; }, "layer 1: expected last step: 5 -> 5, found mean over time: 5 -> 5"},
        {[&](auto& s) { s.metadata["format"] = "dni 2"; }, "expected the format dni 1, found dni 2"},
    };
    for (const auto& one : changes)
    {
        auto bad = good;
        one.make(bad);
        io::write_file(here / "run", io::format_safetensors(bad));
        CHECK_THAT(refusal(trainer(other, adam{.rate = 0.02}, cross_entropy{}), other), contains(one.message));
    }

    // a model is no checkpoint
    io::write_file(here / "run", io::format_safetensors(store(net)));
    CHECK_THAT(refusal(trainer(other, adam{.rate = 0.02}, cross_entropy{}), other), contains("run: expected a checkpoint of this trainer, found 11 differences"));
    std::filesystem::remove(here / "run");
    CHECK_THAT(refusal(trainer(other, adam{.rate = 0.02}, cross_entropy{}), other), contains("run: expected a readable file"));
}

TEST_CASE("checkpoint: other options, data or dropout are refused when it would go on")
{
    const folder here;
    auto net = make();
    trainer teacher(net, adam{.rate = 0.02}, cross_entropy{});
    teacher.fit(digits(), options, checkpoint(here / "run"));

    auto other = make(4, 0.2);
    trainer again(other, adam{.rate = 0.02}, cross_entropy{});
    resume(again, here / "run");
    CHECK_THROWS_WITH(again.fit(digits(), options), contains("1 difference:\n  dropout of layer 0: expected 0.1, found 0.2"));
    auto longer = options;
    longer.epochs = 7;
    CHECK_THROWS_WITH(again.fit(digits(), longer), contains("epochs: expected 6, found 7"));
    longer = options;
    longer.seed = {2};
    CHECK_THROWS_WITH(again.fit(digits(), longer), contains("seed: expected 1, found 2") && contains("validation data: expected 24 sequences"));
}

TEST_CASE("checkpoint: cut or damaged anywhere, it is refused, or read with other numbers, but never taken in part")
{
    const folder here;
    network<dense<>> net(2, seed{1}, {2});
    data::sequences set;
    set.values = tensor<float, 2>{{1, 2}, {3, 4}};
    set.offsets = {0, 1, 2};
    set.labels = {0, 1};
    set.per = data::per::step;
    trainer teacher(net, sgd{}, cross_entropy{});
    teacher.fit(set, {.epochs = 2, .progress = false}, checkpoint(here / "run"));
    const auto file = io::read_file(here / "run");

    network<dense<>> victim(2, seed{2}, {2});
    const auto untouched = store(victim);
    const auto attempt = [&](std::span<const std::byte> bytes)
    {
        trainer again(victim, sgd{}, cross_entropy{});
        resume(again, io::parse_safetensors(bytes), "file");
    };
    for (std::size_t cut = 0; cut < file.size(); ++cut)
    {
        CHECK_THROWS_AS(attempt(std::span(file).first(cut)), error);
    }
    CHECK(store(victim) == untouched);
    support::damage(file, attempt);
}
}
