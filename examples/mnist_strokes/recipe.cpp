// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "recipe.hpp"

#include <algorithm>
#include <cmath>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/noise/level.hpp>
#include <dni/optim/rate_schedule.hpp>

#include "stored.hpp"

kept_checkpoint::kept_checkpoint(const job& wanted, const train_level& level, std::uint64_t seed)
{
    const auto& file = wanted.checkpoint.empty() ? wanted.resume : wanted.checkpoint;
    if (!file.empty())
    {
        file_.emplace(file, notes_of(wanted, level, seed));
    }
}

dni::noise::any_schedule schedule_of(const train_level& level)
{
    using namespace dni;
    if (level.low == exact)
    {
        return snr_db::none();
    }
    const auto quiet = noise::constant(snr_db::none()).until(0.08);
    const auto ramp = noise::ramp(snr_db{std::max(20.0, level.low)}, snr_db{level.low});
    return quiet.then(ramp).until(0.38).then(noise::drawn(snr_db{level.low}, snr_db{level.high}));
}

dni::fit_options recipe(const job& wanted, const train_level& level, std::uint64_t seed)
{
    return {.epochs = wanted.epochs,
            .batch = wanted.batch,
            .noise = schedule_of(level),
            .rate = dni::rate_schedule::cosine().warm_up(0.01),
            .clip_norm = wanted.clip,
            .seed = {seed}};
}

std::string summary_of(const dni::history& past)
{
    double seconds = 0;
    for (const auto& epoch : past.epochs)
    {
        seconds += epoch.seconds;
    }
    return std::to_string(past.epochs.size()) + " epochs, last loss " + dni::number(past.epochs.back().train_loss) + ", "
           + dni::number(std::round(seconds)) + " s";
}

history_file::history_file(const std::string& name)
{
    if (!name.empty())
    {
        out_.open(name);
        out_ << "train_snr_db,seed,epoch,train_loss,noise_level_db,rate,seconds\n";
    }
}

void history_file::add(const train_level& level, std::uint64_t seed, const dni::history& past)
{
    if (!out_.is_open())
    {
        return;
    }
    for (const auto& epoch : past.epochs)
    {
        out_ << level.text << ',' << seed << ',' << epoch.epoch << ',' << epoch.train_loss << ',' << epoch.noise_level << ',' << epoch.rate << ','
             << epoch.seconds << '\n';
    }
    if (!out_.flush())
    {
        throw dni::value_error("--history", "room for the epochs", "a file that takes no more");
    }
}
