// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <ostream>
#include <vector>

#include "job.hpp"

//! Percent for people: a row for each training level and number of votes, a column for each inference level.
void print_table(std::ostream&, const job&, const std::vector<measured>&);
