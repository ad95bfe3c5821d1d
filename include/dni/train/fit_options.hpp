// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include <dni/core/number.hpp>
#include <dni/noise/schedule.hpp>
#include <dni/optim/rate_schedule.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief How a trainer fits a network.
//! @details Noise and rate follow one progress: steps done over steps planned, 0 for the first step.
struct fit_options
{
    std::size_t epochs = 10;
    std::size_t batch = 64;             //!< sequences in a step
    noise::any_schedule noise = {};     //!< level over training; default: as set in the network
    bool new_chips = false;             //!< a new chip for each step: weights that suit all chips; false: the network's own chip
    rate_schedule rate = {};            //!< factor of the optimizer's rate over training; default: constant
    double clip_norm = 0;               //!< largest norm of the gradient; 0: any
    double clip_value = 0;              //!< largest size of an element of the gradient, after clipping by norm; 0: any
    std::size_t truncate = 0;           //!< truncated back-propagation: steps in a chunk, whose state is carried on; 0: whole sequences
    double validation = 0;              //!< fraction of the training data kept for validation, chosen by the seed; 0: none
    std::size_t validation_passes = 3;  //!< noisy passes a validation is the mean of, always at the final training level
    std::size_t patience = 0;           //!< epochs without a better validation until training stops; 0: never
    bool keep_best = false;             //!< end with the weights of the best validation, the first of equals
    dni::seed seed = {1};               //!< order of the data, noise, dropout, augmentation
    std::size_t keep_every = 0;         //!< steps after which callbacks are given the state to keep it, as at each epoch's end; 0: there alone
    bool progress = true;               //!< a bar, if the standard error stream is a terminal
};

//! @brief All options that decide what comes of a fit, in words.
inline std::map<std::string, std::string> in_words(const fit_options& options)
{
    return {{"epochs", std::to_string(options.epochs)},
            {"batch", std::to_string(options.batch)},
            {"noise", options.noise.describe()},
            {"new_chips", options.new_chips ? "yes" : "no"},
            {"rate", options.rate.describe()},
            {"clip_norm", exact_number(options.clip_norm)},
            {"clip_value", exact_number(options.clip_value)},
            {"truncate", std::to_string(options.truncate)},
            {"validation_passes", std::to_string(options.validation_passes)},
            {"patience", std::to_string(options.patience)},
            {"keep_best", options.keep_best ? "yes" : "no"},
            {"seed", std::to_string(options.seed.value)}};
}
}
