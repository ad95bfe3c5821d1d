// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "job.hpp"

//! Draws the file of --plot, if one is wanted: accuracy over inference level, with intervals. Throws dni::value_error where gnuplot fails.
void draw_plot(const job&, const std::vector<measured>&);

//! Throws dni::value_error where no gnuplot runs.
void check_gnuplot();
