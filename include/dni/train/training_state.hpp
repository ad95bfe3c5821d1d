// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>

#include <dni/core/workspace.hpp>
#include <dni/train/history.hpp>
#include <dni/train/validation.hpp>

namespace dni
{
//! @brief Where a training stands. With the network's weights and levels it is all that a trainer needs to go on: everything random
//!        is a pure function of (seed, epoch, step, sample), and the schedules are functions of the steps done.
//! @tparam OptimizerState what the optimizer keeps for each weight
//! @verified tests/train/resumed_fit_test.cpp
template <class T, class OptimizerState>
struct training_state
{
    OptimizerState optimizer = {};
    dni::history history = {};
    std::uint64_t epoch_steps = 0;  //!< of the epoch that is not in the history yet: steps done
    double epoch_loss = 0;          //!< and the sum of their losses
    validation_score best = {std::numeric_limits<double>::infinity(), -1};
    aligned_vector<T> best_weights = {};          //!< for keep_best; else empty
    std::map<std::string, std::string> job = {};  //!< options and data in words: a state goes on with the same alone
};
}
