// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
//
// The two functions libFuzzer calls. NAME_fuzz [options] FOLDER: the seeds are written to FOLDER first.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include <dni/core/error.hpp>

#include "fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments)
{
    const std::span given(*arguments, static_cast<std::size_t>(*count));
    if (given.size() > 1 && std::filesystem::is_directory(given.back()))
    {
        std::size_t i = 0;
        for (const auto& seed : fuzz::seeds())
        {
            fuzz::read(seed);  // a seed that is refused is a mistake
            dni::io::write_file(std::filesystem::path(given.back()) / ("seed_" + std::to_string(i++)), seed);
        }
    }
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try
    {
        fuzz::read(std::as_bytes(std::span(data, size)));
    }
    catch (const dni::error&)
    {
    }
    return 0;
}
