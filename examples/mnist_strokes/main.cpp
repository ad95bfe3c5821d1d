// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// The main job: train recurrent networks on pen strokes with and without noise in every matrix product, and see how they stand noise.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <exception>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>

#include "cells.hpp"
#include "csv.hpp"
#include "digits.hpp"
#include "hardware.hpp"
#include "options.hpp"
#include "plot.hpp"
#include "table.hpp"

namespace
{
// The numbers of weights and of what a step keeps, not to the byte: a job too large is refused before it takes memory.
void check_memory(const job& wanted, const digits& data)
{
    constexpr double most = 4e9;
    const double width = static_cast<double>(wanted.hidden);
    const double rows = static_cast<double>(std::min(wanted.batch, data.train.size()) * data.train.longest());
    const double weights = 4 * width * (2 * width + 8);  // of a layer: at most four gates, fed by x and h
    const double kept = 16 * width * rows;
    const double bytes = sizeof(float) * static_cast<double>(wanted.layers) * (6 * weights + kept);
    if (bytes > most)
    {
        throw dni::value_error("--hidden, --layers, --batch", "a network and a batch of less than 4 GB",
                               "about " + dni::number(std::round(bytes / 1e8) / 10) + " GB");
    }
}

int run(int argc, char** argv)
{
    job wanted;
    CLI::App app{"Trains recurrent networks on pen-stroke digits with and without noise in every matrix product, then measures their\n"
                 "accuracy in inference without noise and at some signal-to-noise ratios."};
    add_options(app, wanted);
    try
    {
        parse(app, wanted, argc, argv);
    }
    catch (const CLI::ParseError& problem)
    {
        return app.exit(problem) == 0 ? 0 : 2;
    }
    check(wanted);

    const digits data = load_digits(wanted);
    check_memory(wanted, data);
    std::cout << data.told << "\n\n" << std::flush;

    const auto chosen = std::ranges::find(cells, wanted.cell, &cell_program::name);
    const auto& hardware = preset_of(wanted);
    const auto results = (hardware.run ? hardware.run : chosen->run)(wanted, data);

    std::cout << '\n';
    print_table(std::cout, wanted, results);
    write_csv(wanted, results);
    draw_plot(wanted, results);
    return 0;
}
}

int main(int argc, char** argv)
{
    try
    {
        return run(argc, argv);
    }
    catch (const std::exception& problem)
    {
        std::cerr << "mnist_strokes: " << problem.what() << '\n';
        return 2;
    }
}
