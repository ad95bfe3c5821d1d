// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/io/bytes.hpp>
#include <dni/io/named_tensor.hpp>
#include <dni/io/npy.hpp>
#include <dni/io/npz.hpp>
#include <dni/io/safetensors.hpp>

namespace dni::io
{
//! @brief Named tensors from a safetensors file, a `.npz` file (both told by their bytes, not by their name) or a folder with a file NAME.npy for each.
//! @errors parse_error of the format, or where there is nothing to read
//! @verified tests/io/tensor_files_test.cpp
inline named_tensors load_tensors(const std::filesystem::path& path)
{
    std::error_code none;
    if (!std::filesystem::is_directory(path, none))
    {
        const auto data = read_file(path);
        if (is_zip(data))
        {
            return parse_npz(data, path.string());
        }
        if (as_text(data).starts_with("\x93NUMPY"))
        {
            throw parse_error(path.string(), "arrays with names: a safetensors file, a .npz file or a folder of .npy files", "a single array");
        }
        return parse_safetensors(data, path.string());
    }

    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(path))
    {
        if (entry.path().extension() == ".npy")
        {
            files.push_back(entry.path());
        }
    }
    if (files.empty())
    {
        throw parse_error(path.string(), "a folder of .npy files", "none");
    }
    std::ranges::sort(files);
    named_tensors result;
    for (const auto& file : files)
    {
        result.tensors.push_back(parse_npy_tensor(read_file(file), file.stem().string(), file.string()));
    }
    return result;
}
}
