// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <dni/core/number.hpp>
#include <dni/eval/noise_sweep.hpp>

// What the user asks for, and what comes of it.

enum class noise_site
{
    output,
    input,
    weights
};

//! The noise a network is trained with. low = high for one level, infinity without noise.
struct train_level
{
    std::string text;  // as in files: "inf", "5", "0:10"
    double low = 0;    // dB, the noisier end
    double high = 0;

    friend bool operator==(const train_level& a, const train_level& b) { return a.low == b.low && a.high == b.high; }
};

inline constexpr double exact = std::numeric_limits<double>::infinity();  // SNR without noise

//! For people.
inline std::string describe(const train_level& level)
{
    if (level.low == exact)
    {
        return "no noise";
    }
    return dni::number(level.low) + (level.low < level.high ? " to " + dni::number(level.high) : "") + " dB";
}

struct job
{
    std::string data;  // a folder; empty: synthetic digits
    std::size_t train_limit = 0;
    std::size_t test_limit = 0;
    double validation = 0;

    std::string cell = "lstm";
    std::size_t hidden = 128;
    std::size_t layers = 1;
    noise_site site = noise_site::output;
    std::string hardware = "gaussian";  // the name of a preset

    std::vector<train_level> train_levels = {{"inf", exact, exact}, {"0:10", 0, 10}};
    std::size_t epochs = 12;
    std::size_t batch = 64;
    double rate = 3e-3;
    double clip = 1;
    double smoothing = 0.05;
    bool augment = true;
    bool positions = true;

    std::vector<double> infer_levels = {exact, 20, 10, 5, 0, -5};  // dB
    std::vector<std::size_t> votes = {1, 5, 15};
    std::size_t repeats = 5;
    std::vector<std::uint64_t> seeds = {1};
    std::size_t threads = 1;

    std::string csv, plot, history, save, load, checkpoint, resume;  // files; empty: none
};

//! One network, trained and swept.
struct measured
{
    train_level level;
    std::uint64_t seed = 0;
    dni::sweep sweep;
};

constexpr const char* name_of(noise_site site) noexcept
{
    return site == noise_site::output ? "output" : site == noise_site::input ? "input" : "weights";
}
