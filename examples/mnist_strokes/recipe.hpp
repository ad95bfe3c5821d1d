// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <optional>
#include <span>
#include <string>

#include <dni/data/strokes.hpp>
#include <dni/noise/schedule.hpp>
#include <dni/random/stream.hpp>
#include <dni/train/checkpoint.hpp>
#include <dni/train/history.hpp>
#include <dni/train/trainer.hpp>

#include "job.hpp"

//! Draws each digit by another hand in each epoch, as a callback of the trainer.
struct another_hand
{
    bool active = true;
    dni::data::augment_strokes hand = {.jitter = 0.3f, .skip = 0.5f};

    void augment(std::span<float> digit, std::size_t features, dni::stream& random) const
    {
        if (active)
        {
            hand(digit, features, random);
        }
    }
};

//! Writes a checkpoint after each epoch, if one is wanted, as a callback of the trainer.
class kept_checkpoint
{
public:
    kept_checkpoint(const job&, const train_level&, std::uint64_t seed);

    void on_state(const auto& net, const auto& state) const
    {
        if (file_)
        {
            file_->on_state(net, state);
        }
    }

private:
    std::optional<dni::checkpoint> file_;
};

//! Deep noise injection: no noise at first, a ramp from 20 dB down to the level, then the level itself, or one drawn for each step.
dni::noise::any_schedule schedule_of(const train_level&);

//! Adam's rate rises over the first 1 % of training and falls as a cosine.
dni::fit_options recipe(const job&, const train_level&, std::uint64_t seed);

//! One line for people.
std::string summary_of(const dni::history&);

//! The file of --history, if one is wanted: a row for each network and epoch.
class history_file
{
public:
    explicit history_file(const std::string& name);

    void add(const train_level&, std::uint64_t seed, const dni::history&);

private:
    std::ofstream out_;
};
