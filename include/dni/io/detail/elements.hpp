// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/core/error.hpp>
#include <dni/core/xtensor.hpp>
#include <dni/io/bytes.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

// What the binary array formats (npy, idx) share: from the stored numbers of a run-time type to a tensor of a
// compile-time type.
namespace dni::io::detail
{

enum class number
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
    float32,
    float64
};

//! Calls `use` with a value of the stored type.
template <class Use>
decltype(auto) visit(number type, Use&& use)
{
    switch (type)
    {
    case number::boolean: return use(bool{});
    case number::int8: return use(std::int8_t{});
    case number::int16: return use(std::int16_t{});
    case number::int32: return use(std::int32_t{});
    case number::int64: return use(std::int64_t{});
    case number::uint8: return use(std::uint8_t{});
    case number::uint16: return use(std::uint16_t{});
    case number::uint32: return use(std::uint32_t{});
    case number::uint64: return use(std::uint64_t{});
    case number::float32: return use(float{});
    case number::float64: break;
    }
    return use(double{});
}

[[nodiscard]] inline std::string name_of(number type)
{
    static constexpr const char* names[] = {"bool",  "int8",   "int16",  "int32",   "int64",  "uint8",
                                            "uint16", "uint32", "uint64", "float32", "float64"};
    return names[static_cast<std::size_t>(type)];
}

//! The stored type that is T itself.
template <class T>
[[nodiscard]] constexpr number number_of() noexcept
{
    if constexpr (std::is_same_v<T, bool>)
        return number::boolean;
    else if constexpr (std::is_floating_point_v<T>)
    {
        static_assert(sizeof(T) == 4 || sizeof(T) == 8, "only float and double are stored");
        return sizeof(T) == 4 ? number::float32 : number::float64;
    }
    else
    {
        static_assert(std::is_integral_v<T> && sizeof(T) <= 8, "only arithmetic types are stored");
        constexpr int log2 = std::countr_zero(sizeof(T));
        return static_cast<number>(static_cast<int>(std::is_signed_v<T> ? number::int8 : number::uint8) + log2);
    }
}

[[nodiscard]] inline std::string text_of(std::span<const std::size_t> shape)
{
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    return text + "]";
}

//! Whether some value of From can be kept in a T at all. Floating point never becomes an integer, nor a number a bool.
template <class T, class From>
inline constexpr bool is_convertible = std::is_same_v<T, bool>              ? std::is_same_v<From, bool>
                                       : std::is_floating_point_v<T> ? true
                                                                     : std::is_integral_v<From>;

//! Whether this value stays itself as a T. Of doubles read as float only the size is asked: they are rounded to
//! nearest.
template <class T, class From>
[[nodiscard]] bool preserves(From value) noexcept
{
    if constexpr (std::is_same_v<From, bool> || std::is_same_v<From, T>)
        return true;
    else if constexpr (std::is_floating_point_v<From>)
        return !std::isfinite(value) || std::abs(value) <= static_cast<From>(std::numeric_limits<T>::max()) ||
               sizeof(T) >= sizeof(From);
    else if constexpr (std::is_floating_point_v<T>)
    {
        const auto wide = static_cast<std::uint64_t>(value);
        const auto magnitude = std::cmp_less(value, 0) ? std::uint64_t{0} - wide : wide;
        const int needed = static_cast<int>(std::bit_width(magnitude)) - std::countr_zero(magnitude);
        return magnitude == 0 || needed <= std::numeric_limits<T>::digits;
    }
    else
        return std::in_range<T>(value);
}

//! The stored number at `from`.
template <class From>
[[nodiscard]] From load_number(const std::byte* from, std::endian order) noexcept
{
    if constexpr (std::is_same_v<From, bool>)
        return *from != std::byte{0};
    else
        return load<From>(from, order);
}

//! All remaining bytes of `in` as a tensor of the claimed shape. Checks the claim against the bytes before memory is
//! taken.
template <class T, std::size_t N>
[[nodiscard]] tensor<T, N> read_elements(cursor& in, number type, std::endian order, std::span<const std::size_t> shape,
                                         bool first_index_fastest)
{
    if (shape.size() != N)
        throw shape_error(in.name(), "an array of " + std::to_string(N) + " dimensions", "shape " + text_of(shape));

    // The extents without zeros bound every stride, too; so an empty array cannot hide an overflow.
    std::size_t count = 1;
    std::size_t bound = std::size_t{1} << 4;
    for (const std::size_t extent : shape)
    {
        const auto product = checked_product(bound, extent == 0 ? 1 : extent);
        if (!product || *product > static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()))
            in.fail("a shape that fits into memory", "shape " + text_of(shape));
        bound = *product;
        count *= extent;
    }

    return visit(type, [&](auto stored) -> tensor<T, N> {
        using from = decltype(stored);
        if (in.remaining() != count * sizeof(from))
            in.fail(std::to_string(count * sizeof(from)) + " bytes for " + name_of(type) + " " + text_of(shape),
                    std::to_string(in.remaining()) + " bytes");
        if constexpr (!is_convertible<T, from>)
            throw value_error(in.name(), "numbers that can be kept as " + name_of(number_of<T>()), name_of(type));
        else
        {
            std::array<std::size_t, N> extents{};
            std::array<std::size_t, N> strides{};
            for (std::size_t i = 0, stride = 1; i < N; ++i)
            {
                const std::size_t axis = first_index_fastest ? i : N - 1 - i;
                extents[axis] = shape[axis];
                strides[axis] = stride;
                stride *= shape[axis];
            }

            auto result = tensor<T, N>::from_shape(extents);
            const std::byte* data = in.take(in.remaining(), "data").data();
            std::array<std::size_t, N> index{};
            std::size_t source = 0;
            for (std::size_t i = 0; i < count; ++i)
            {
                const from value = load_number<from>(data + source * sizeof(from), order);
                if (!preserves<T>(value))
                    throw value_error(in.name() + ", element " + std::to_string(i),
                                      "a number that " + name_of(number_of<T>()) + " can hold", std::to_string(value));
                result.data()[i] = static_cast<T>(value);
                for (std::size_t axis = N; axis-- > 0;)
                {
                    source += strides[axis];
                    if (++index[axis] < extents[axis])
                        break;
                    source -= strides[axis] * extents[axis];
                    index[axis] = 0;
                }
            }
            return result;
        }
    });
}

} // namespace dni::io::detail
