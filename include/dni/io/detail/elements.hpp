// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/core/error.hpp>
#include <dni/core/shape.hpp>
#include <dni/core/xtensor.hpp>
#include <dni/io/bytes.hpp>
#include <dni/io/number_type.hpp>

#include <algorithm>
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

// What the binary array formats (npy, idx, safetensors) share: from the stored numbers of a run-time type to numbers of a
// compile-time type.
namespace dni::io::detail
{

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

//! The stored number at `from`, widened where C++ has no type for it.
template <class From>
[[nodiscard]] auto load_number(const std::byte* from, std::endian order) noexcept
{
    if constexpr (std::is_same_v<From, bool>)
        return *from != std::byte{0};
    else if constexpr (std::is_arithmetic_v<From>)
        return load<From>(from, order);
    else
        return widen(From{load<std::uint16_t>(from, order)});
}

//! How many numbers the claimed shape has. Refuses a claim that is not that of the remaining bytes, so memory may be
//! taken for them.
inline std::size_t count_claimed(const cursor& in, number_type type, std::span<const std::size_t> shape)
{
    // The extents without zeros bound every stride, too; so an empty array cannot hide an overflow.
    std::size_t count = 1;
    std::size_t bound = std::size_t{1} << 4;
    for (const std::size_t extent : shape)
    {
        const auto product = checked_product(bound, extent == 0 ? 1 : extent);
        if (!product || *product > static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()))
            in.fail("a shape that fits into memory", "shape " + describe_shape(shape));
        bound = *product;
        count *= extent;
    }
    const std::size_t size = count * size_of(type);
    if (in.remaining() != size)
        in.fail(std::to_string(size) + " bytes for " + name_of(type) + " " + describe_shape(shape),
                std::to_string(in.remaining()) + " bytes");
    return count;
}

//! use(i, place) for each number of an array in C order: i counts, `place` is where it is stored.
template <class Use>
void in_c_order(std::span<const std::size_t> shape, std::size_t count, bool first_index_fastest, Use&& use)
{
    const std::size_t axes = shape.size();
    std::vector<std::size_t> strides(axes);
    for (std::size_t i = 0, stride = 1; i < axes; ++i)
    {
        const std::size_t axis = first_index_fastest ? i : axes - 1 - i;
        strides[axis] = stride;
        stride *= shape[axis];
    }
    std::vector<std::size_t> index(axes);
    std::size_t place = 0;
    for (std::size_t i = 0; i < count; ++i)
    {
        use(i, place);
        for (std::size_t axis = axes; axis-- > 0;)
        {
            place += strides[axis];
            if (++index[axis] < shape[axis])
                break;
            place -= strides[axis] * shape[axis];
            index[axis] = 0;
        }
    }
}

//! All remaining bytes of `in` as numbers in C order, `count` as `count_claimed` has it.
template <class T>
void read_numbers(cursor& in, number_type type, std::endian order, std::span<const std::size_t> shape, std::size_t count,
                  bool first_index_fastest, T* to)
{
    visit(type, [&](auto stored) {
        using from = decltype(stored);
        if constexpr (!is_convertible<T, from>)
            throw value_error(in.name(), "numbers that can be kept as " + name_of(number_type_of<T>()), name_of(type));
        else
        {
            const std::byte* data = in.take(in.remaining(), "data").data();
            in_c_order(shape, count, first_index_fastest, [&](std::size_t i, std::size_t place) {
                const auto value = load_number<from>(data + place * sizeof(from), order);
                if (!preserves<T>(value))
                    throw value_error(in.name() + ", element " + std::to_string(i),
                                      "a number that " + name_of(number_type_of<T>()) + " can hold", std::to_string(value));
                to[i] = static_cast<T>(value);
            });
        }
    });
}

//! All remaining bytes of `in` as a tensor of the claimed shape. Checks the claim against the bytes before memory is
//! taken.
template <class T, std::size_t N>
[[nodiscard]] tensor<T, N> read_elements(cursor& in, number_type type, std::endian order, std::span<const std::size_t> shape,
                                         bool first_index_fastest)
{
    if (shape.size() != N)
        throw shape_error(in.name(), "an array of " + std::to_string(N) + " dimensions", "shape " + describe_shape(shape));
    const std::size_t count = count_claimed(in, type, shape);
    std::array<std::size_t, N> extents{};
    std::copy(shape.begin(), shape.end(), extents.begin());
    auto result = tensor<T, N>::from_shape(extents);
    read_numbers<T>(in, type, order, shape, count, first_index_fastest, result.data());
    return result;
}

} // namespace dni::io::detail
