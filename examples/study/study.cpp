// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "study.hpp"

#include <cstddef>
#include <exception>
#include <iostream>
#include <numeric>
#include <vector>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <dni/core/error.hpp>
#include <dni/data/synthetic_strokes.hpp>

dni::data::stroke_data strokes(const study& wanted)
{
    using namespace dni::data;
    auto digits = wanted.data.empty() ? stroke_data{synthetic_strokes(3000, dni::seed{1}), synthetic_strokes(1000, dni::seed{2})} : load_strokes(wanted.data);
    if (wanted.digits > 0 && wanted.digits < digits.train.size())
    {
        std::vector<std::size_t> first(wanted.digits);
        std::iota(first.begin(), first.end(), std::size_t{0});
        digits.train = digits.train.subset(first);
    }
    for (auto* some : {&digits.train, &digits.test})
    {
        center_first_rows(*some);
        *some = with_positions(*some);
    }
    return digits;
}

record::record(const study& wanted, const char* columns)
{
    if (!wanted.csv.empty())
    {
        out_.open(wanted.csv);
        if (!(out_ << columns << '\n'))
        {
            throw dni::value_error("--csv", "a file that can be written", "\"" + wanted.csv + "\"");
        }
        out_.exceptions(std::ios::badbit | std::ios::failbit);  // a disk may become full
    }
}

int conduct(int (*experiment)(const study&), int argc, char** argv)
{
    study wanted;
    CLI::App app{"An experiment on pen strokes, synthetic and small unless told otherwise."};
    app.add_option("--data", wanted.data, "folder of the MNIST pen-stroke data")->check(CLI::ExistingDirectory);
    app.add_option("--digits", wanted.digits, "train on the first so many; 0: all")->check(CLI::Range(0, 100'000))->capture_default_str();
    app.add_option("--seeds", wanted.seeds, "networks, of seeds 1, 2, …")->check(CLI::Range(1, 100))->capture_default_str();
    app.add_option("--hidden", wanted.hidden, "cells")->check(CLI::Range(1, 4096))->capture_default_str();
    app.add_option("--epochs", wanted.epochs, "passes over the training digits")->check(CLI::Range(2, 1000))->capture_default_str();
    app.add_option("--chips", wanted.chips, "chips to measure on")->check(CLI::Range(2, 1000))->capture_default_str();
    app.add_option("--passes", wanted.passes, "noisy passes to measure with")->check(CLI::Range(1, 1000))->capture_default_str();
    app.add_option("--threads", wanted.threads, "the results do not depend on them")->check(CLI::Range(1, 256))->capture_default_str();
    app.add_option("--csv", wanted.csv, "write every measurement to this file");
    try
    {
        app.parse(argc, argv);
        return experiment(wanted);
    }
    catch (const CLI::ParseError& problem)
    {
        return app.exit(problem) == 0 ? 0 : 2;
    }
    catch (const std::exception& problem)
    {
        std::cerr << problem.what() << '\n';
        return 2;
    }
}
