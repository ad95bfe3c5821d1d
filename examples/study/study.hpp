// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <fstream>
#include <string>

#include <dni/core/number.hpp>
#include <dni/data/strokes.hpp>

//! How large an experiment is. As it stands a quick look at synthetic strokes, which is a test; with --data and more of all the rest a page of docs/results.
struct study
{
    std::string data;           // folder of the pen strokes; empty: synthetic ones
    std::size_t digits = 0;     // the first so many of the training digits; 0: all
    std::size_t seeds = 1;      // experiments, of networks from the seeds 1, 2, …
    std::size_t hidden = 48;
    std::size_t epochs = 8;
    std::size_t chips = 5;      // for what differs from chip to chip
    std::size_t passes = 3;     // for what is noisy
    std::size_t threads = 1;
    std::string csv;            // file of the measurements; empty: none
};

//! The digits to train on and to measure on: the pen's moves and marks, and its position.
dni::data::stroke_data strokes(const study&);

//! The file of --csv, if one is wanted. A row is some texts or numbers; the last is what was measured.
class record
{
public:
    record(const study&, const char* columns);

    void add(const auto& first, const auto&... rest)
    {
        out_ << first;
        ((out_ << ',' << rest), ...);
        out_ << '\n' << std::flush;
    }

private:
    std::ofstream out_;
};

//! What main does: reads the options, conducts the experiment and returns what it returns; 2 after a message if something makes no sense.
int conduct(int (*experiment)(const study&), int argc, char** argv);
