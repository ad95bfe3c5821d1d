// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/error.hpp>
#include <dni/io/atomic_file.hpp>
#include <dni/io/bytes.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>

namespace atomic_file_test
{
using namespace dni;
using support::contains;
namespace fs = std::filesystem;

namespace
{
class folder
{
public:
    folder() : path_{fs::temp_directory_path() / "dni_atomic_file_test"}
    {
        fs::remove_all(path_);
        fs::create_directory(path_);
    }
    ~folder() { fs::remove_all(path_); }
    folder(const folder&) = delete;
    folder& operator=(const folder&) = delete;

    fs::path operator/(const char* name) const { return path_ / name; }

    std::vector<std::string> names() const
    {
        std::vector<std::string> found;
        for (const auto& one : fs::directory_iterator(path_))
        {
            found.push_back(one.path().filename().string());
        }
        std::ranges::sort(found);
        return found;
    }

private:
    fs::path path_;
};

void write(const fs::path& path, std::string_view text, const fs::path& kept = {})
{
    io::write_file_atomically(path, io::as_bytes(text), kept);
}

std::string text_of(const fs::path& path)
{
    return std::string(io::as_text(io::read_file(path)));
}

[[noreturn]] void write_for_ever(const fs::path& path, const fs::path& kept) noexcept
{
    for (char c = '1';; c = c == '9' ? '1' : static_cast<char>(c + 1))
    {
        write(path, std::string(100'000, c), kept);
    }
}

using names = std::vector<std::string>;
}

TEST_CASE("atomic file: it is written, replaced, and nothing else is left")
{
    const folder here;
    write(here / "file", "old");
    CHECK(text_of(here / "file") == "old");
    write(here / "file", std::string(3'000'000, 'n'));
    CHECK(text_of(here / "file") == std::string(3'000'000, 'n'));
    write(here / "file", "");
    CHECK(text_of(here / "file").empty());
    CHECK(here.names() == names{"file"});

    // what a killed process left beside it is no hindrance
    io::write_file(here / "file.part", io::as_bytes("half of something longer"));
    write(here / "file", "new");
    CHECK(text_of(here / "file") == "new");
    CHECK(here.names() == names{"file"});
}

TEST_CASE("atomic file: the one before is kept if asked for")
{
    const folder here;
    write(here / "file", "1", here / "kept");
    CHECK(here.names() == names{"file"});
    write(here / "file", "2", here / "kept");
    CHECK(text_of(here / "kept") == "1");
    write(here / "file", "3", here / "kept");
    CHECK(text_of(here / "kept") == "2");
    CHECK(text_of(here / "file") == "3");
    CHECK(here.names() == names{"file", "kept"});

    // killed between the two names: both are the old file
    fs::remove(here / "kept");
    fs::create_hard_link(here / "file", here / "kept");
    write(here / "file", "4", here / "kept");
    CHECK(text_of(here / "kept") == "3");
    CHECK(text_of(here / "file") == "4");

    CHECK_THROWS_AS(write(here / "file", "5", here / "no" / "folder"), value_error);
    CHECK(text_of(here / "file") == "4");
    CHECK(here.names() == names{"file", "kept"});
}

TEST_CASE("atomic file: permissions stay and links are followed")
{
    const folder here;
    write(here / "file", "old");
    fs::permissions(here / "file", fs::perms::owner_read | fs::perms::owner_write);
    fs::create_symlink("file", here / "link");
    write(here / "link", "new");
    CHECK(fs::is_symlink(here / "link"));
    CHECK(text_of(here / "file") == "new");
    CHECK(fs::status(here / "file").permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("atomic file: a full disk leaves the old file")
{
    const folder here;
    write(here / "file", "old", here / "kept");
    write(here / "file", "new", here / "kept");

    // a limit for files stops the writing half-way, as a full disk does
    rlimit before = {};
    REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{10'000, before.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    std::string message;
    try
    {
        write(here / "file", std::string(1'000'000, 'x'), here / "kept");
    }
    catch (const value_error& problem)
    {
        message = problem.what();
    }
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);

    CHECK_THAT(message, contains("file: expected a file that can be written, found File too large"));
    CHECK(text_of(here / "file") == "new");
    CHECK(text_of(here / "kept") == "old");
    CHECK(here.names() == names{"file", "kept"});
}

TEST_CASE("atomic file: a folder that cannot be written leaves the old file")
{
    const folder here;
    fs::create_directory(here / "locked");
    write(here / "locked/file", "old");
    fs::permissions(here / "locked", fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_read | fs::perms::others_exec);
    const bool root = geteuid() == 0; // who may write everything
    if (root)
    {
        REQUIRE(seteuid(65534) == 0);
    }
    CHECK_THROWS_WITH(write(here / "locked/file", "new"), contains("locked/file\": expected") || contains("found Permission denied"));
    if (root)
    {
        REQUIRE(seteuid(0) == 0);
    }
    CHECK(text_of(here / "locked/file") == "old");
    fs::permissions(here / "locked", fs::perms::owner_all);
}

TEST_CASE("atomic file: what is no file is refused, and stays")
{
    const folder here;
    CHECK_THROWS_WITH(write("/dev/null", "x"), contains("found something else than a file"));
    CHECK(fs::is_character_file("/dev/null"));
    fs::create_directory(here / "folder");
    CHECK_THROWS_AS(write(here / "folder", "x"), value_error);
    CHECK_THROWS_WITH(write(here / "no/such/folder", "x"), contains("No such file or directory"));
    CHECK_THROWS_AS(write("", "x"), value_error);
    CHECK(here.names() == names{"folder"});
}

TEST_CASE("atomic file: two writers at once do not mix their bytes")
{
    const folder here;
    write(here / "file", "old");
    // a second process that is in the midst of writing
    const io::detail::descriptor other(here / "file.part", O_WRONLY | O_CREAT);
    REQUIRE(other.is_open());
    REQUIRE(flock(other.number(), LOCK_EX) == 0);
    CHECK_THROWS_WITH(write(here / "file", "new"), contains("found another process that writes it"));
    CHECK(text_of(here / "file") == "old");
    CHECK(here.names() == names{"file", "file.part"});
}

TEST_CASE("atomic file: killed at any moment it is all of one or all of another")
{
    const folder here;
    const auto path = here / "file";
    write(path, std::string(100'000, '0'), here / "kept");
    for (int attempt = 0; attempt < 60; ++attempt)
    {
        const pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0)
        {
            write_for_ever(path, here / "kept");
        }
        usleep(static_cast<useconds_t>(500 + 311 * attempt));
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        CHECK((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
        const auto found = text_of(path);
        CHECK(found == std::string(100'000, found.at(0)));
        if (fs::exists(here / "kept"))
        {
            const auto before = text_of(here / "kept");
            CHECK(before == std::string(100'000, before.at(0)));
        }
    }
}
}
