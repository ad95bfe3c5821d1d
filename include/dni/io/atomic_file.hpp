// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dni/core/error.hpp>

namespace dni::io
{
namespace detail
{
//! An open file, closed at the end of its scope.
class descriptor
{
public:
    descriptor(const std::filesystem::path& path, int flags) noexcept : number_{::open(path.c_str(), flags | O_CLOEXEC, 0666)} {}
    ~descriptor()
    {
        if (is_open())
        {
            ::close(number_);
        }
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;

    bool is_open() const noexcept { return number_ >= 0; }
    int number() const noexcept { return number_; }

private:
    int number_;
};

inline bool write_all(int file, std::span<const std::byte> data) noexcept
{
    while (!data.empty())
    {
        const auto written = ::write(file, data.data(), data.size());
        if (written > 0)
        {
            data = data.subspan(static_cast<std::size_t>(written));
        }
        else if (written == 0 || errno != EINTR)
        {
            return false;
        }
    }
    return true;
}

//! Whether the name leads to the open file. It does not when another writer has finished in the meantime.
inline bool is_name_of(const std::filesystem::path& path, int file) noexcept
{
    struct stat named = {};
    struct stat opened = {};
    return ::stat(path.c_str(), &named) == 0 && ::fstat(file, &opened) == 0 && named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}
}

//! @brief Writes the bytes to a file so that at any moment, also after a kill or a power cut, it holds either all of the old or all of the new.
//! @details They are written beside it, as `path`.part, brought to the disk and renamed. A link is followed, the permissions of an old file stay.
//!          POSIX.
//! @param kept if not empty: the name under which the old file, where there is one, is kept; on the same file system
//! @errors value_error where that fails (no such folder, disk full, another process writing the same file); the old file is untouched
//! @verified tests/io/atomic_file_test.cpp
inline void write_file_atomically(const std::filesystem::path& path, std::span<const std::byte> data, const std::filesystem::path& kept = {})
{
    const auto fail = [&](const std::string& reason) { throw value_error(path.string(), "a file that can be written", reason); };
    const auto fail_by_errno = [&] { fail(std::generic_category().message(errno)); };

    std::error_code none_yet;
    auto target = std::filesystem::canonical(path, none_yet);
    if (none_yet)
    {
        target = path;
    }
    struct stat old = {};
    const bool replaces = ::stat(target.c_str(), &old) == 0;
    if (replaces && !S_ISREG(old.st_mode))
    {
        fail("something else than a file");
    }

    auto beside = target;
    beside += ".part";
    const detail::descriptor file(beside, O_WRONLY | O_CREAT | O_NOFOLLOW);
    if (!file.is_open())
    {
        fail_by_errno();
    }
    if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0 || !detail::is_name_of(beside, file.number()))
    {
        fail("another process that writes it");
    }

    // The lock lasts until the end of the scope, so nobody else has the name until it is that of the target.
    const bool written = ::ftruncate(file.number(), 0) == 0 && (!replaces || ::fchmod(file.number(), old.st_mode & 07777) == 0)
                         && detail::write_all(file.number(), data) && ::fsync(file.number()) == 0;
    if (written && replaces && !kept.empty())
    {
        ::unlink(kept.c_str());
    }
    if (!written || (replaces && !kept.empty() && ::link(target.c_str(), kept.c_str()) != 0) || std::rename(beside.c_str(), target.c_str()) != 0)
    {
        const int reason = errno;
        ::unlink(beside.c_str());
        errno = reason;
        fail_by_errno();
    }

    // A file system that cannot bring a folder to the disk says EINVAL.
    const auto folder = target.parent_path();
    const detail::descriptor entries(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
    if (entries.is_open() && ::fsync(entries.number()) != 0 && errno != EINVAL)
    {
        fail_by_errno();
    }
}
}
