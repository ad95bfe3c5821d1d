// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/core/error.hpp>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

namespace dni::io
{

using bytes = std::vector<std::byte>;

//! @brief What a limit of bytes means when none is set.
inline constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

//! @brief The characters of `text` as bytes; nothing is copied.
[[nodiscard]] inline std::span<const std::byte> as_bytes(std::string_view text) noexcept
{
    return std::as_bytes(std::span(text.data(), text.size()));
}

//! @brief The bytes as characters; nothing is copied.
[[nodiscard]] inline std::string_view as_text(std::span<const std::byte> data) noexcept
{
    return {reinterpret_cast<const char*>(data.data()), data.size()};
}

//! @brief a·b, or nothing where the product does not fit.
[[nodiscard]] constexpr std::optional<std::size_t> checked_product(std::size_t a, std::size_t b) noexcept
{
    if (b != 0 && a > no_limit / b)
        return std::nullopt;
    return a * b;
}

//! @brief The number stored at `from` in the given byte order. `from` needs sizeof(T) bytes and no alignment.
template <class T>
    requires std::is_arithmetic_v<T>
[[nodiscard]] T load(const std::byte* from, std::endian order) noexcept
{
    std::byte raw[sizeof(T)];
    std::memcpy(raw, from, sizeof(T));
    if (order != std::endian::native)
        std::reverse(std::begin(raw), std::end(raw));
    T value;
    std::memcpy(&value, raw, sizeof(T));
    return value;
}

//! @brief Stores the number at `to` in the given byte order. `to` needs sizeof(T) bytes and no alignment.
template <class T>
    requires std::is_arithmetic_v<T>
void store(std::byte* to, T value, std::endian order) noexcept
{
    std::memcpy(to, &value, sizeof(T));
    if (order != std::endian::native)
        std::reverse(to, to + sizeof(T));
}

//! @brief A place in a block of bytes that only moves forward and never leaves the block.
//!
//! Every reader of a binary format walks on one, so that no claim of a header is believed before the bytes are seen:
//! asking for more than there is throws a `parse_error` naming the file and the byte. Does not own the bytes.
//! @verified tests/io/bytes_test.cpp
class cursor
{
public:
    explicit cursor(std::span<const std::byte> data, std::string name = "bytes in memory")
        : data_(data), name_(std::move(name))
    {
    }

    [[nodiscard]] std::size_t position() const noexcept { return position_; }
    [[nodiscard]] std::size_t remaining() const noexcept { return data_.size() - position_; }
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    //! @brief The next `count` bytes; `what` names them in the error when there are fewer.
    std::span<const std::byte> take(std::size_t count, std::string_view what)
    {
        if (count > remaining())
            fail(std::to_string(count) + " bytes of " + std::string(what),
                 std::to_string(remaining()) + " bytes until the end");
        const auto taken = data_.subspan(position_, count);
        position_ += count;
        return taken;
    }

    //! @brief The next number of type T.
    template <class T>
    T read(std::endian order, std::string_view what)
    {
        return load<T>(take(sizeof(T), what).data(), order);
    }

    //! @brief Throws a `parse_error` about the present place.
    [[noreturn]] void fail(const std::string& expected, const std::string& found) const
    {
        throw parse_error(name_ + ", byte " + std::to_string(position_), expected, found);
    }

private:
    std::span<const std::byte> data_;
    std::string name_;
    std::size_t position_ = 0;
};

//! @brief All bytes of a file (or a pipe), read piece by piece: memory grows with what is really there.
//!
//! Throws `parse_error` where the file cannot be opened or read or has more than `limit` bytes.
//! @verified tests/io/bytes_test.cpp
[[nodiscard]] inline bytes read_file(const std::filesystem::path& path, std::size_t limit = no_limit)
{
    const auto reason = [] { return std::generic_category().message(errno); };
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw parse_error(path.string(), "a readable file", reason());

    constexpr std::size_t piece = std::size_t{1} << 20;
    bytes data;
    while (file)
    {
        const std::size_t had = data.size();
        data.resize(had + piece);
        file.read(reinterpret_cast<char*>(data.data() + had), piece);
        data.resize(had + static_cast<std::size_t>(file.gcount()));
        if (data.size() > limit)
            throw parse_error(path.string(), "at most " + std::to_string(limit) + " bytes", "more");
    }
    if (file.bad())
        throw parse_error(path.string(), "a readable file", reason());
    return data;
}

//! @brief Writes the bytes to a file, replacing what it held. Throws `value_error` where that fails (no such folder,
//! disk full).
inline void write_file(const std::filesystem::path& path, std::span<const std::byte> data)
{
    errno = 0;
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(data.data()), static_cast<std::streamsize>(data.size()));
    file.close();
    if (!file)
        throw value_error(path.string(), "a writable file", std::generic_category().message(errno));
}

} // namespace dni::io
