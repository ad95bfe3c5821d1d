// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <dni/core/error.hpp>
#include <dni/io/atomic_file.hpp>
#include <dni/io/safetensors.hpp>
#include <dni/io/tensor_files.hpp>
#include <dni/layer/stored_network.hpp>

namespace dni
{
//! @brief Writes a network as a safetensors file: weights with PyTorch's names and shapes, and in the metadata what `store` tells.
//! @param notes more texts for the metadata
//! @errors value_error where the file cannot be written, which leaves an old file intact, and for a note under a name that `store` uses
//! @verified tests/export/model_file_test.cpp
template <class Network>
void save_model(const Network& net, const std::filesystem::path& path, const std::map<std::string, std::string>& notes = {})
{
    auto stored = store(net);
    for (const auto& [name, text] : notes)
    {
        if (!stored.metadata.emplace(name, text).second)
        {
            throw value_error("save_model", "a note under a name of its own", "\"" + name + "\"");
        }
    }
    io::write_file_atomically(path, io::format_safetensors(stored));
}

//! @brief Reads a network from a file of `save_model`, or its weights alone from a state dict of PyTorch: safetensors, what
//!        `numpy.savez(file, **state_dict)` writes, or a folder with a file NAME.npy for each parameter.
//! @details See `restore` for what is compared: all is taken or nothing has changed.
//! @return the metadata, notes among them
//! @errors parse_error for a file that is damaged or of another kind, value_error that says each difference to the network
//! @verified tests/export/model_file_test.cpp
template <class Network>
std::map<std::string, std::string> load_model(Network& net, const std::filesystem::path& path)
{
    auto stored = io::load_tensors(path);
    restore(net, stored, path.string());
    return std::move(stored.metadata);
}
}
