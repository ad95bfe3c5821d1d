// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
//
// torch_round_trip KIND LAYERS HIDDEN MODEL FOLDER: the library's half of round_trip.py.
// A recurrent layer with a read-out at each step takes its weights from MODEL, or draws them where that is -, runs over the sequences
// FOLDER/values.npy [rows, F] and FOLDER/offsets.npy, writes FOLDER/outputs.npy [rows, 3] and saves itself as FOLDER/saved.safetensors.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <dni/dni.hpp>
#include <dni/io.hpp>

namespace
{
struct wanted
{
    std::size_t layers;
    std::size_t hidden;
    std::string model;
    std::filesystem::path folder;
};

template <class Stack, class Precision>
void run(const wanted& job)
{
    dni::data::sequences sequences;
    sequences.values = dni::io::load_npy<float, 2>(job.folder / "values.npy");
    const auto offsets = dni::io::load_npy<std::uint64_t, 1>(job.folder / "offsets.npy");
    sequences.offsets.assign(offsets.begin(), offsets.end());
    sequences.per = dni::data::per::step;
    sequences.check();

    using model = dni::network<Stack, dni::dense<dni::policies<dni::noise::none, Precision>>>;
    model net({.inputs = sequences.features(), .hidden = job.hidden, .outputs = 3, .layers = job.layers}, dni::seed{job.hidden});
    if (job.model != "-")
    {
        dni::load_model(net, job.model);
    }
    dni::io::save_npy(job.folder / "outputs.npy", dni::predict(net, sequences));
    dni::save_model(net, job.folder / "saved.safetensors");
}

template <class Cell, class Precision = dni::precision::float32>
bool run_cell(std::string_view kind, const std::string& name, const wanted& job)
{
    using exact = dni::policies<dni::noise::none, Precision>;
    if (kind == name)
    {
        run<dni::recurrent<Cell, exact>, Precision>(job);
    }
    else if (kind == "bidirectional " + name)
    {
        run<dni::bidirectional<Cell, exact>, Precision>(job);
    }
    else
    {
        return false;
    }
    return true;
}
}

int main(int argc, char** argv)
{
    try
    {
        const std::vector<std::string> given(argv + 1, argv + argc);
        if (given.size() != 5)
        {
            throw dni::value_error("torch_round_trip", "KIND LAYERS HIDDEN MODEL FOLDER", std::to_string(given.size()) + " arguments");
        }
        const wanted job{std::stoul(given[1]), std::stoul(given[2]), given[3], given[4]};
        using namespace dni::cell;
        const bool known = run_cell<rnn<>>(given[0], "rnn", job) || run_cell<rnn<relu>>(given[0], "relu", job) || run_cell<gru>(given[0], "gru", job)
                           || run_cell<lstm>(given[0], "lstm", job) || run_cell<lstm, dni::precision::float64>(given[0], "double lstm", job);
        if (!known)
        {
            throw dni::value_error("torch_round_trip", "a kind of network", given[0]);
        }
    }
    catch (const std::exception& problem)
    {
        std::cerr << problem.what() << '\n';
        return 1;
    }
    return 0;
}
