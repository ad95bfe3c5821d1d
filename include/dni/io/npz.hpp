// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <zip.h>

#include <dni/core/error.hpp>
#include <dni/io/bytes.hpp>
#include <dni/io/named_tensor.hpp>
#include <dni/io/npy.hpp>

namespace dni::io
{
//! @brief Whether the bytes begin as a zip archive does.
inline bool is_zip(std::span<const std::byte> data) noexcept
{
    return as_text(data).starts_with("PK\x03\x04") || as_text(data).starts_with("PK\x05\x06");
}

namespace detail
{
// What libzip gives, each with its own way to be given back.
struct zip_closer
{
    void operator()(zip_t* archive) const noexcept { zip_discard(archive); }
    void operator()(zip_file_t* member) const noexcept { zip_fclose(member); }
    void operator()(zip_source_t* source) const noexcept { zip_source_free(source); }
};

template <class Handle>
using zip_handle = std::unique_ptr<Handle, zip_closer>;

inline zip_handle<zip_t> open_zip(std::span<const std::byte> data, const std::string& name)
{
    if (!is_zip(data))
    {
        throw parse_error(name, "a zip archive, which begins with PK", "something else");
    }
    zip_error_t problem;
    zip_error_init(&problem);
    zip_handle<zip_source_t> source(zip_source_buffer_create(data.data(), data.size(), 0, &problem));
    zip_handle<zip_t> archive(source ? zip_open_from_source(source.get(), ZIP_RDONLY | ZIP_CHECKCONS, &problem) : nullptr);
    const std::string reason = archive ? "" : zip_error_strerror(&problem);
    zip_error_fini(&problem);
    if (!archive)
    {
        throw parse_error(name, "a zip archive", reason);
    }
    static_cast<void>(source.release());  // it is the archive's now
    return archive;
}

inline bytes read_member(zip_t* archive, std::uint64_t index, std::size_t limit, const std::string& name)
{
    const zip_handle<zip_file_t> member(zip_fopen_index(archive, index, 0));
    if (!member)
    {
        throw parse_error(name, "a member that can be unpacked", zip_strerror(archive));
    }
    constexpr std::size_t piece = std::size_t{1} << 16;
    bytes data;
    for (;;)
    {
        const std::size_t had = data.size();
        data.resize(had + piece);
        const auto got = zip_fread(member.get(), data.data() + had, piece);
        if (got < 0)
        {
            throw parse_error(name, "sound data", zip_file_strerror(member.get()));
        }
        data.resize(had + static_cast<std::size_t>(got));
        if (data.size() > limit)
        {
            throw parse_error(name, "at most " + std::to_string(limit) + " unpacked bytes", "more");
        }
        if (got == 0)
        {
            return data;
        }
    }
}
}

//! @brief The arrays in the bytes of a `.npz` file, as `numpy.savez(file, **arrays)` and `numpy.savez_compressed` write them: a zip archive with a
//!        member NAME.npy for each.
//! @details What an archive claims is checked against what it holds, checksums included. Memory grows with what is unpacked.
//! @param limit of all members together, unpacked
//! @errors parse_error that says in which member, what was expected and what was found; as `parse_npy` for the members
//! @source NumPy's numpy.lib.format; zip by libzip
//! @verified tests/io/npz_test.cpp
inline named_tensors parse_npz(std::span<const std::byte> data, const std::string& name = "npz in memory", std::size_t limit = std::size_t{1} << 31)
{
    const auto archive = detail::open_zip(data, name);
    named_tensors result;
    const auto count = zip_get_num_entries(archive.get(), 0);
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(count); ++i)
    {
        const char* const stored = zip_get_name(archive.get(), i, 0);
        std::string member = stored ? stored : "";
        const std::string where = name + ", member " + member;
        constexpr std::string_view ending = ".npy";
        if (!member.ends_with(ending))
        {
            throw parse_error(where, "a name that ends with .npy", "another");
        }
        member.resize(member.size() - ending.size());
        const auto unpacked = detail::read_member(archive.get(), i, limit, where);
        limit -= unpacked.size();
        result.tensors.push_back(parse_npy_tensor(unpacked, std::move(member), where));
    }
    return result;
}

//! @brief `parse_npz` on the bytes of a file.
inline named_tensors load_npz(const std::filesystem::path& path)
{
    return parse_npz(read_file(path), path.string());
}
}
