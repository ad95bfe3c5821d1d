// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
#include <cstdint>

#include <dni/core/half_precision.hpp>
#include <dni/core/storage.hpp>

//! @brief The number types of a network; with converters at the products they are in precision/converted.hpp.
namespace dni::precision
{
//! @brief Single precision throughout.
struct float32
{
    using value_type = float;
    static constexpr const char* name = "float32";
};

//! @brief Double precision throughout: for gradient checks and references, at half the speed.
struct float64
{
    using value_type = double;
    static constexpr const char* name = "float64";
};

namespace detail
{
template <class Storage>
inline constexpr const char* name_of_stored = "float32";
template <>
inline constexpr const char* name_of_stored<bfloat16> = "float32, weights in bfloat16";
template <>
inline constexpr const char* name_of_stored<float16> = "float32, weights in float16";
template <>
inline constexpr const char* name_of_stored<std::int8_t> = "float32, weights in int8 with a scale for each output";
template <>
inline constexpr const char* name_of_stored<std::int16_t> = "float32, weights in int16 with a scale for each output";

template <class P>
struct storage
{
    using type = typename P::value_type;
};

template <class P>
    requires requires { typename P::storage_type; }
struct storage<P>
{
    using type = typename P::storage_type;
};
}

//! @brief Arithmetic in single precision, weights rounded to fewer bits in the memory array: half or a quarter of the memory a product reads.
//! @details A step of a stream waits for its weights, so it is faster; a batch is not. The flat vector of weights stays float and is what trains: storing
//!          rounds to nearest, the gradient passes straight through, and products forward and back use the rounded weights. Bias is not rounded.
//!          `bfloat16` keeps the range and 8 bits, `float16` 11 bits up to 65504, `std::int8_t` 127 steps either side of zero, the largest weight of an
//!          output being the last, `std::int16_t` 32767.
//! @verified tests/crossbar/crossbar_test.cpp, tests/export/streaming_test.cpp
template <storage_of<float> Storage>
struct stored_as
{
    using value_type = float;
    using storage_type = Storage;
    static constexpr const char* name = detail::name_of_stored<Storage>;
};

//! @brief What a precision stores weights as: its `storage_type`, or its `value_type` where it has none.
template <class P>
using storage_of_weights = typename detail::storage<P>::type;

//! @brief A precision computes in float or double.
template <class P>
concept has_value_type = std::same_as<typename P::value_type, float> || std::same_as<typename P::value_type, double>;

//! @brief A precision has a name for people.
template <class P>
concept has_name = std::convertible_to<decltype(P::name), const char*>;

//! @brief A precision stores weights as its value_type, or in fewer bits.
template <class P>
concept can_store_weights = storage_of<storage_of_weights<P>, typename P::value_type>;

//! @brief A precision names the type of weights, activations and arithmetic (`value_type`), and may name another that weights are stored as in memory
//!        arrays (`storage_type`). Models: float32, float64, stored_as<bfloat16>. Example: examples/08_write_your_own_precision.cpp.
template <class P>
concept policy = has_value_type<P> && has_name<P> && can_store_weights<P>;
}
