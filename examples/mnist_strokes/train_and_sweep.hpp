// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <iostream>
#include <vector>

#include <dni/crossbar/policies.hpp>
#include <dni/eval/describe.hpp>
#include <dni/eval/noise_sweep.hpp>
#include <dni/export/model_file.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/mean_over_time.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/optim/adam.hpp>
#include <dni/train/progress_bar.hpp>
#include <dni/train/trainer.hpp>

#include "digits.hpp"
#include "job.hpp"
#include "recipe.hpp"
#include "stored.hpp"

//! Hardware: `policies`, and what sets the constants of a network of these policies.
template <class Hardware, class Network>
std::vector<measured> train_and_sweep_network(const job& wanted, const digits& data)
{
    using namespace dni;
    history_file record(wanted.history);
    std::vector<measured> results;
    for (const std::uint64_t s : wanted.seeds)
    {
        for (const auto& level : wanted.train_levels)
        {
            Network net({.inputs = data.train.features(), .hidden = wanted.hidden, .outputs = 10, .layers = wanted.layers}, seed{s});
            net.threads(wanted.threads);
            Hardware::set(net);
            if (results.empty())
            {
                net.noise_level(snr_db{wanted.infer_levels.back()});
                std::cout << dni::describe(net) << "(noise as in the last column below)\n\n";
            }
            if (wanted.load.empty())
            {
                std::cout << "seed " << s << ", noise in training: " << schedule_of(level).describe() << std::endl;
                trainer trainer(net, adam{.rate = wanted.rate}, cross_entropy{.label_smoothing = wanted.smoothing});
                if (!wanted.resume.empty())
                {
                    resume(trainer, wanted.resume);
                    std::cout << "  resumed after epoch " << trainer.history().epochs.size() << std::endl;
                }
                auto options = recipe(wanted, level, s);
                options.new_chips = net.differs_by_chip();
                const auto& past = trainer.fit(data.train, options, another_hand{wanted.augment}, kept_checkpoint(wanted, level, s));
                record.add(level, s, past);
                std::cout << "  trained: " << summary_of(past) << std::endl;
            }
            else
            {
                load_model(net, wanted.load);
                std::cout << "loaded from " << wanted.load << std::endl;
            }
            if (!wanted.save.empty())
            {
                net.noise_level(snr_db{level.low});
                save_model(net, wanted.save, notes_of(wanted, level, s));
            }

            const sweep_options measurement{.snr_db = wanted.infer_levels,
                                            .votes = wanted.votes,
                                            .repeats = wanted.repeats,
                                            .new_chips = net.differs_by_chip(),
                                            .seed = {s}};
            results.push_back({level, s, noise_sweep(net, data.test, measurement, progress_bar("  sweep"))});
        }
    }
    return results;
}

//! The job for one cell on one hardware; the read-out of every step is averaged.
template <class Cell, class Hardware>
std::vector<measured> train_and_sweep_on(const job& wanted, const digits& data)
{
    using namespace dni;
    using analog = typename Hardware::policies;
    return train_and_sweep_network<Hardware, network<recurrent<Cell, analog>, dense<analog>, mean_over_time>>(wanted, data);
}

//! Noise alone.
template <class Noise>
struct noisy
{
    using policies = dni::policies<Noise>;
    static void set(auto&) {}
};

//! The job for one cell: every network wanted is trained, then swept over the inference levels.
template <class Cell>
std::vector<measured> train_and_sweep(const job& wanted, const digits& data)
{
    using gaussian = dni::noise::gaussian<dni::snr_db>;
    switch (wanted.site)
    {
    case noise_site::input:
        return train_and_sweep_on<Cell, noisy<dni::noise::at_input<gaussian>>>(wanted, data);
    case noise_site::weights:
        return train_and_sweep_on<Cell, noisy<dni::noise::at_weights<gaussian>>>(wanted, data);
    case noise_site::output:
        break;
    }
    return train_and_sweep_on<Cell, noisy<gaussian>>(wanted, data);
}
