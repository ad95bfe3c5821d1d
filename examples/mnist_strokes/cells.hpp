// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <vector>

#include "digits.hpp"
#include "job.hpp"

// One translation unit for each cell: they are compiled side by side.
std::vector<measured> run_rnn(const job&, const digits&);
std::vector<measured> run_gru(const job&, const digits&);
std::vector<measured> run_lstm(const job&, const digits&);

struct cell_program
{
    const char* name;
    std::vector<measured> (*run)(const job&, const digits&);
};

inline constexpr std::array cells{cell_program{"rnn", run_rnn}, cell_program{"gru", run_gru}, cell_program{"lstm", run_lstm}};
