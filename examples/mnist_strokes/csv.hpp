// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "job.hpp"

//! Writes the file of --csv, if one is wanted: a row for each network, inference level, number of votes and way of voting. Accuracies in [0, 1],
//! interval over the repeats of this network. Throws dni::value_error if the file does not take it.
void write_csv(const job&, const std::vector<measured>&);
