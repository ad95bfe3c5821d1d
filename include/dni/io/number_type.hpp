// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include <dni/core/half_precision.hpp>

namespace dni::io
{
//! @brief The types of number that files store.
enum class number_type
{
    boolean,
    int8,
    int16,
    int32,
    int64,
    uint8,
    uint16,
    uint32,
    uint64,
    float16,
    bfloat16,
    float32,
    float64
};

inline std::string name_of(number_type type)
{
    static constexpr const char* names[] = {"bool",   "int8",   "int16",   "int32",    "int64",   "uint8",  "uint16",
                                            "uint32", "uint64", "float16", "bfloat16", "float32", "float64"};
    return names[static_cast<std::size_t>(type)];
}

//! @brief Calls `use` with a value of the stored type.
template <class Use>
decltype(auto) visit(number_type type, Use&& use)
{
    switch (type)
    {
    case number_type::boolean:
        return use(bool{});
    case number_type::int8:
        return use(std::int8_t{});
    case number_type::int16:
        return use(std::int16_t{});
    case number_type::int32:
        return use(std::int32_t{});
    case number_type::int64:
        return use(std::int64_t{});
    case number_type::uint8:
        return use(std::uint8_t{});
    case number_type::uint16:
        return use(std::uint16_t{});
    case number_type::uint32:
        return use(std::uint32_t{});
    case number_type::uint64:
        return use(std::uint64_t{});
    case number_type::float16:
        return use(float16{});
    case number_type::bfloat16:
        return use(bfloat16{});
    case number_type::float32:
        return use(float{});
    case number_type::float64:
        break;
    }
    return use(double{});
}

//! @brief Bytes of one stored number.
inline std::size_t size_of(number_type type)
{
    return visit(type, [](auto stored) { return sizeof(stored); });
}

//! @brief The stored type that is T itself.
template <class T>
    requires std::is_arithmetic_v<T>
constexpr number_type number_type_of() noexcept
{
    if constexpr (std::is_same_v<T, bool>)
    {
        return number_type::boolean;
    }
    else if constexpr (std::is_floating_point_v<T>)
    {
        static_assert(sizeof(T) == 4 || sizeof(T) == 8, "only float and double are stored");
        return sizeof(T) == 4 ? number_type::float32 : number_type::float64;
    }
    else
    {
        static_assert(sizeof(T) <= 8, "only integers of up to 64 bits are stored");
        constexpr int log2 = std::countr_zero(sizeof(T));
        return static_cast<number_type>(static_cast<int>(std::is_signed_v<T> ? number_type::int8 : number_type::uint8) + log2);
    }
}
}
