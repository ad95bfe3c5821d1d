// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "stored.hpp"

#include <dni/core/number.hpp>
#include <dni/io/tensor_files.hpp>

namespace
{
std::map<std::string, std::string> which_network(const job& wanted, const train_level& level, std::uint64_t seed)
{
    return {{"--cell", wanted.cell},
            {"--hidden", std::to_string(wanted.hidden)},
            {"--layers", std::to_string(wanted.layers)},
            {"--noise-site", name_of(wanted.site)},
            {"--hardware", wanted.hardware},
            {"--positions", wanted.positions ? "on" : "off"},
            {"--train-snr", level.text},
            {"--seed", std::to_string(seed)}};
}
}

std::map<std::string, std::string> notes_of(const job& wanted, const train_level& level, std::uint64_t seed)
{
    auto notes = which_network(wanted, level, seed);
    notes.insert({{"--train-limit", std::to_string(wanted.train_limit)},
                  {"--validation", dni::exact_number(wanted.validation)},
                  {"--epochs", std::to_string(wanted.epochs)},
                  {"--batch", std::to_string(wanted.batch)},
                  {"--rate", dni::exact_number(wanted.rate)},
                  {"--clip", dni::exact_number(wanted.clip)},
                  {"--smoothing", dni::exact_number(wanted.smoothing)},
                  {"--augment", wanted.augment ? "on" : "off"}});
    return notes;
}

std::map<std::string, std::string> stored_options(const job& wanted)
{
    const bool resumes = wanted.load.empty();
    const auto texts = dni::io::load_tensors(resumes ? wanted.resume : wanted.load).metadata;
    std::map<std::string, std::string> options;
    for (const auto& [name, example] : resumes ? notes_of({}, {}, 0) : which_network({}, {}, 0)) // no others: a file shall not say what is written where
    {
        if (const auto text = texts.find(name); text != texts.end())
        {
            options.insert(*text);
        }
    }
    return options;
}
