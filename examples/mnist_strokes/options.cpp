// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "options.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>

#include "cells.hpp"
#include "hardware.hpp"
#include "plot.hpp"
#include "stored.hpp"

namespace
{
constexpr double loudest = -60;  // dB
constexpr double quietest = 100;

std::optional<double> parse_db(std::string_view text)
{
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool sound = problem == std::errc{} && end == text.data() + text.size() && value >= loudest && value <= quietest;
    return sound ? std::optional(value) : std::nullopt;
}

std::optional<train_level> parse_level(const std::string& text)
{
    if (text == "none" || text == "inf")
    {
        return train_level{"inf", exact, exact};
    }
    const auto colon = text.find(':');
    const auto from = parse_db(std::string_view(text).substr(0, colon));
    const auto to = colon == std::string::npos ? from : parse_db(std::string_view(text).substr(colon + 1));
    if (!from || !to)
    {
        return std::nullopt;
    }
    return train_level{text, std::min(*from, *to), std::max(*from, *to)};
}

const CLI::Validator level_or_range(
    [](std::string& text) -> std::string
    {
        return parse_level(text) ? "" : "expected none, a level in dB from -60 to 100, or a range of them as 0:10, found " + text;
    },
    "");

// A level alone, not a range; "none" is brought to what CLI11 reads as a number.
const CLI::Validator level_alone(
    [](std::string& text) -> std::string
    {
        const auto parsed = parse_level(text);
        if (!parsed || parsed->low < parsed->high)
        {
            return "expected none or a level in dB from -60 to 100, found " + text;
        }
        text = parsed->low == exact ? "inf" : text;
        return "";
    },
    "");

const CLI::Validator seed_value(
    [](std::string& text) -> std::string
    {
        std::uint64_t value = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
        return problem == std::errc{} && end == text.data() + text.size() ? "" : "expected a whole number from 0 to 2^64 - 1, found " + text;
    },
    "");

// As CLI::Range, but NaN is outside of every range.
CLI::Validator between(double low, double high)
{
    const std::string range = dni::number(low) + " to " + dni::number(high);
    return CLI::Validator(
        [=](std::string& text) -> std::string
        {
            double value = 0;
            const bool inside = CLI::detail::lexical_cast(text, value) && value >= low && value <= high;
            return inside ? "" : "expected a number from " + range + ", found " + text;
        },
        "");
}

template <class Value>
void add_number(CLI::App& app, const char* name, Value& value, double low, double high, const char* help)
{
    app.add_option(name, value, help)->check(between(low, high))->type_name(dni::number(low) + "..." + dni::number(high))->capture_default_str();
}

template <class Value>
void add_choice(CLI::App& app, const char* name, Value& value, const std::vector<std::string>& names, const char* chosen, const char* help)
{
    std::string all;
    for (const auto& one : names)
    {
        all += (all.empty() ? "" : "|") + one;
    }
    // IsMember without its description: the help has the names already
    app.add_option(name, value, help)->check(CLI::Validator(CLI::IsMember(names)).description(""))->type_name(all)->default_str(chosen);
}

template <class Value>
void without_repetition(std::vector<Value>& values)
{
    std::vector<Value> seen;
    std::ranges::copy_if(values, std::back_inserter(seen), [&](const Value& v) { return std::ranges::find(seen, v) == seen.end(); });
    values = seen;
}

// A long job should not end with a file that cannot be written.
void check_writable(const char* option, const std::string& file)
{
    if (file.empty())
    {
        return;
    }
    std::error_code ignored;
    const bool existed = std::filesystem::exists(file, ignored);
    if (!std::ofstream(file, std::ios::app))
    {
        throw dni::value_error(option, "a file that can be written", "\"" + file + "\"");
    }
    if (!existed)
    {
        std::filesystem::remove(file, ignored);
    }
}

// A file that is to be replaced as a whole is first written beside.
void check_replaceable(const char* option, const std::string& file)
{
    std::error_code ignored;
    if (!file.empty() && std::filesystem::exists(file, ignored) && !std::filesystem::is_regular_file(file, ignored))
    {
        throw dni::value_error(option, "a file that can be written", "\"" + file + "\"");
    }
    check_writable(option, file.empty() ? "" : file + ".part");
}
}

// Found by CLI11 next to the types.
bool lexical_cast(const std::string& text, train_level& level)
{
    const auto parsed = parse_level(text);
    level = parsed.value_or(train_level{});
    return parsed.has_value();
}

bool lexical_cast(const std::string& text, noise_site& site)
{
    for (const auto known : {noise_site::output, noise_site::input, noise_site::weights})
    {
        site = text == name_of(known) ? known : site;
    }
    return text == name_of(site);
}

void add_options(CLI::App& app, job& wanted)
{
    wanted.threads = std::clamp(std::thread::hardware_concurrency(), 1u, 256u);

    app.get_formatter()->column_width(38);
    app.option_defaults()->take_last();

    app.option_defaults()->group("Data");
    app.add_option("--data", wanted.data,
                   "folder of the MNIST pen-stroke data (six files strokes-*.npy); default: synthetic digits of the same format")
        ->check(CLI::Validator(CLI::ExistingDirectory).description(""))->type_name("FOLDER");
    add_number(app, "--train-limit", wanted.train_limit, 0, 100'000, "use only so many training digits; 0: all, or 8000 synthetic ones");
    add_number(app, "--test-limit", wanted.test_limit, 0, 100'000, "use only so many test digits; 0: all, or 2000 synthetic ones");
    add_number(app, "--validation", wanted.validation, 0, 0.9, "measure on this last fraction of the training digits instead of the test digits");

    app.option_defaults()->group("Network");
    std::vector<std::string> names;
    std::ranges::transform(cells, std::back_inserter(names), &cell_program::name);
    add_choice(app, "--cell", wanted.cell, names, "lstm", "kind of recurrent cell");
    add_number(app, "--hidden", wanted.hidden, 1, 4096, "cells in a layer");
    add_number(app, "--layers", wanted.layers, 1, 16, "recurrent layers");
    add_choice(app, "--noise-site", wanted.site, {"output", "input", "weights"}, "output", "where in each matrix product the noise enters");
    std::vector<std::string> kinds;
    std::string told = "what every product is computed on; all but ideal have the noise of --train-snr at the output too:";
    for (const auto& one : presets)
    {
        kinds.emplace_back(one.name);
        told += std::string("\n") + one.name + ": " + one.told;
    }
    add_choice(app, "--hardware", wanted.hardware, kinds, "gaussian", told.c_str());

    app.option_defaults()->group("Training");
    app.add_option("--train-snr", wanted.train_levels,
                   "signal-to-noise ratio in training: a level in dB, A:B for a level drawn in each step, or none; repeatable, a network for each")
        ->check(level_or_range)->take_all()->delimiter(',')->type_name("DB|A:B|none")->default_str("none,0:10");
    add_number(app, "--epochs", wanted.epochs, 1, 100'000, "passes over the training digits");
    add_number(app, "--batch", wanted.batch, 1, 100'000, "digits in a training step");
    add_number(app, "--rate", wanted.rate, 1e-9, 10, "peak rate of Adam");
    add_number(app, "--clip", wanted.clip, 0, 1e9, "largest norm of the gradient; 0: any");
    add_number(app, "--smoothing", wanted.smoothing, 0, 1, "label smoothing");
    app.add_option("--augment", wanted.augment, "another hand for each digit in each epoch")->type_name("on|off")->default_str("on");
    app.add_option("--positions", wanted.positions, "the pen's position as two more inputs")->type_name("on|off")->default_str("on");
    app.add_option("--seed", wanted.seeds, "seed of weights, order and noise; repeatable: a network for each, and intervals over seeds")
        ->check(seed_value)->take_all()->delimiter(',')->type_name("N")->default_str("1");
    add_number(app, "--threads", wanted.threads, 1, 256, "threads; the results do not depend on them");

    app.option_defaults()->group("Measurement");
    app.add_option("--infer-snr", wanted.infer_levels, "signal-to-noise ratio in inference: a level in dB, or none; repeatable")
        ->transform(level_alone)->take_all()->delimiter(',')->type_name("DB|none")->default_str("none,20,10,5,0,-5");
    app.add_option("--votes", wanted.votes, "noisy passes that vote on a digit; repeatable")
        ->check(between(1, 1000))->take_all()->delimiter(',')->type_name("1...1000")->default_str("1,5,15");
    add_number(app, "--repeats", wanted.repeats, 1, 1000, "how often each accuracy is measured");
    app.add_option("--csv", wanted.csv, "write every measurement to this file")->type_name("FILE");
    app.add_option("--plot", wanted.plot, "draw accuracy over signal-to-noise ratio into this file (png, needs gnuplot)")->type_name("FILE");
    app.add_option("--history", wanted.history, "write loss, rate and noise of every epoch to this file (csv)")->type_name("FILE");

    app.option_defaults()->group("Stored networks");
    app.add_option("--save", wanted.save, "store the trained network in this file (safetensors); for a job of one network")->type_name("FILE");
    app.add_option("--checkpoint", wanted.checkpoint, "write to this file after each epoch what is needed to go on after an interruption; for a job of one network")
        ->type_name("FILE");
    const auto add_stored = [&](const char* name, std::string& file, const char* help)
    { return app.add_option(name, file, help)->check(CLI::Validator(CLI::ExistingPath).description(""))->type_name("FILE"); };
    auto* const resume = add_stored("--resume", wanted.resume, "go on from this checkpoint and keep it up to date; the options it was stored with hold");
    auto* const load = add_stored("--load", wanted.load, "measure the network of this file instead of training; the options it was stored with hold");
    for (const char* name : {"--epochs", "--batch", "--rate", "--clip", "--smoothing", "--augment", "--history", "--save", "--checkpoint"})
    {
        load->excludes(app.get_option(name));
    }
    load->excludes(resume);

    app.callback(
        [&]
        {
            std::ranges::sort(wanted.votes);
            without_repetition(wanted.votes);
            without_repetition(wanted.seeds);
            without_repetition(wanted.train_levels);
            without_repetition(wanted.infer_levels);
            if (!preset_of(wanted).noisy)
            {
                const train_level none = job{}.train_levels.front();
                const bool trains = app.get_option("--train-snr")->count() > 0 && wanted.train_levels != std::vector{none};
                const bool infers = app.get_option("--infer-snr")->count() > 0 && wanted.infer_levels != std::vector{exact};
                if (trains || infers)
                {
                    throw CLI::ValidationError("--hardware " + wanted.hardware + ": expected --train-snr none" + (infers ? " and --infer-snr none" : ""));
                }
                wanted.train_levels = {none};
                wanted.infer_levels = {exact};
            }
        });
}

void parse(CLI::App& app, const job& wanted, int argc, char** argv)
{
    app.parse(argc, argv);
    if (wanted.load.empty() && wanted.resume.empty())
    {
        return;
    }
    const auto stored = stored_options(wanted);
    std::vector<std::string> line;
    for (const auto& [name, text] : stored)
    {
        line.push_back(name + "=" + text);
    }
    try
    {
        app.parse(line);
    }
    catch (const CLI::ParseError& problem)
    {
        throw dni::value_error(wanted.load + wanted.resume, "options of this program", problem.what());
    }
    app.parse(argc, argv);
    const auto now = notes_of(wanted, wanted.train_levels.front(), wanted.seeds.front());
    for (const auto& [name, text] : stored)
    {
        if (now.at(name) != text)
        {
            throw dni::value_error(name, text + ", as it was stored", now.at(name));
        }
    }
}

void check(const job& wanted)
{
    if (preset_of(wanted).run && (wanted.cell != "lstm" || wanted.site != noise_site::output))
    {
        throw dni::value_error("--hardware " + wanted.hardware, "--cell lstm and --noise-site output",
                               "--cell " + wanted.cell + " and --noise-site " + name_of(wanted.site));
    }
    check_writable("--csv", wanted.csv);
    check_writable("--plot", wanted.plot);
    check_writable("--history", wanted.history);
    check_replaceable("--save", wanted.save);
    check_replaceable("--checkpoint", wanted.checkpoint);
    check_replaceable("--resume", wanted.resume);
    const std::size_t networks = wanted.seeds.size() * wanted.train_levels.size();
    if (!(wanted.save + wanted.load + wanted.checkpoint + wanted.resume).empty() && networks != 1)
    {
        throw dni::value_error("--save, --load, --checkpoint, --resume", "a job of one network: one --train-snr and one --seed",
                               std::to_string(networks) + " networks");
    }
    if (!wanted.plot.empty())
    {
        check_gnuplot();
    }
}
