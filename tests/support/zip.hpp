// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <zip.h>

#include <dni/io/bytes.hpp>

namespace support
{
struct member
{
    std::string name;
    std::string content;
};

//! The members as a zip archive. Not with Catch2, so that a fuzz target can have it.
inline dni::io::bytes zip(const std::vector<member>& members, int method = ZIP_CM_DEFLATE)
{
    const auto require = [](bool works)
    {
        if (!works)
        {
            throw std::runtime_error("libzip");
        }
    };
    zip_source_t* const made = zip_source_buffer_create(nullptr, 0, 0, nullptr);
    zip_source_keep(made);
    zip_t* const archive = zip_open_from_source(made, ZIP_TRUNCATE, nullptr);
    require(archive != nullptr);
    for (const auto& [name, content] : members)
    {
        const auto index = zip_file_add(archive, name.c_str(), zip_source_buffer(archive, content.data(), content.size(), 0), ZIP_FL_ENC_UTF_8);
        require(index >= 0);
        require(zip_set_file_compression(archive, static_cast<std::uint64_t>(index), method, 0) == 0);
    }
    require(zip_close(archive) == 0);

    zip_stat_t size;
    require(zip_source_stat(made, &size) == 0);
    dni::io::bytes data(size.size);
    require(zip_source_open(made) == 0);
    require(zip_source_read(made, data.data(), data.size()) == static_cast<std::int64_t>(data.size()));
    zip_source_close(made);
    zip_source_free(made);
    return data;
}
}
