// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "stored.hpp"

#include <dni/io/tensor_files.hpp>

std::map<std::string, std::string> notes_of(const job& wanted, const train_level& level, std::uint64_t seed)
{
    return {{"--cell", wanted.cell},
            {"--hidden", std::to_string(wanted.hidden)},
            {"--layers", std::to_string(wanted.layers)},
            {"--read-out", name_of(wanted.reading)},
            {"--noise-site", name_of(wanted.site)},
            {"--positions", wanted.positions ? "on" : "off"},
            {"--train-snr", level.text},
            {"--seed", std::to_string(seed)}};
}

std::vector<std::string> options_in(const std::string& file)
{
    const auto texts = dni::io::load_tensors(file).metadata;
    std::vector<std::string> options;
    for (const auto& [name, example] : notes_of({}, {}, 0)) // no others: a file shall not say what is written where
    {
        if (const auto text = texts.find(name); text != texts.end())
        {
            options.push_back(name + "=" + text->second);
        }
    }
    return options;
}
