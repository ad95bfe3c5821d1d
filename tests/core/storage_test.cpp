// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/storage.hpp>

#include "support/catch.hpp"
#include "support/same_bits.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace storage_test
{
using namespace dni;

static_assert(storage_of<float, float>);
static_assert(storage_of<double, double>);
static_assert(storage_of<bfloat16, float>);
static_assert(storage_of<float16, double>);
static_assert(storage_of<std::int8_t, float>);
static_assert(storage_of<std::int16_t, float>);
static_assert(!storage_of<double, float>);
static_assert(!storage_of<int, float>);

namespace
{
//! A batch is read as its numbers are one by one, wherever it begins.
template <class T, class Stored>
bool batches_are_numbers(const std::array<Stored, 65536>& all)
{
    constexpr std::size_t width = simd::width<T>;
    bool same = true;
    for (std::size_t i = 0; i + width <= all.size(); i += width - 1)
    {
        alignas(64) std::array<T, width> lanes;
        simd::load_stored<T>(all.data() + i).store_aligned(lanes.data());
        for (std::size_t j = 0; j < width; ++j)
        {
            const T one = from_storage<T>(all[i + j]);
            same = same && (std::isnan(one) ? std::isnan(lanes[j]) : support::same_bits(lanes[j], one));
        }
    }
    return same;
}

template <class Stored, class Make>
void check_batches(const Make& make)
{
    static std::array<Stored, 65536> all;
    for (std::size_t bits = 0; bits < all.size(); ++bits)
    {
        all[bits] = make(bits);
    }
    CHECK(batches_are_numbers<float>(all));
    CHECK(batches_are_numbers<double>(all));
}
}

TEST_CASE("storage: a batch of stored numbers is read as its numbers are")
{
    check_batches<bfloat16>([](std::size_t bits) { return bfloat16{static_cast<std::uint16_t>(bits)}; });
    check_batches<float16>([](std::size_t bits) { return float16{static_cast<std::uint16_t>(bits)}; });
    check_batches<std::int8_t>([](std::size_t bits) { return static_cast<std::int8_t>(bits); });
    check_batches<std::int16_t>([](std::size_t bits) { return static_cast<std::int16_t>(bits); });
}

TEST_CASE("storage: integers round to nearest, ties to even, in steps of the scale")
{
    const auto stored = [](float value, float scale) { return static_cast<int>(to_storage<std::int8_t>(value, scale)); };
    const float scale = scale_for<std::int8_t>(63.5f);
    CHECK(scale == 0.5f);
    CHECK(stored(63.5f, scale) == 127);
    CHECK(stored(-63.5f, scale) == -127);
    CHECK(stored(0.24f, scale) == 0);
    CHECK(stored(0.25f, scale) == 0);
    CHECK(stored(0.26f, scale) == 1);
    CHECK(stored(0.75f, scale) == 2);
    CHECK(stored(-1.25f, scale) == -2);
    for (const float largest : {1e-30f, 0.1f, 0.3f, 1.0f, 7.7f, 1e30f})
    {
        CAPTURE(largest);
        CHECK(stored(largest, scale_for<std::int8_t>(largest)) == 127);
        CHECK(stored(-largest, scale_for<std::int8_t>(largest)) == -127);
        CHECK(to_storage<std::int16_t>(largest, scale_for<std::int16_t>(largest)) == 32767);
    }
}

TEST_CASE("storage: a column of zeros stays zero, one that is not finite stays so")
{
    const auto back = [](float value, float scale) { return from_storage<float>(to_storage<std::int8_t>(value, scale)) * scale; };
    CHECK(back(0.0f, scale_for<std::int8_t>(0.0f)) == 0.0f);
    CHECK(std::isnan(back(NAN, scale_for<std::int8_t>(NAN))));
    CHECK(std::isnan(back(1.0f, scale_for<std::int8_t>(NAN))));
    CHECK(std::isnan(back(INFINITY, scale_for<std::int8_t>(INFINITY))));
    CHECK(std::isinf(from_storage<float>(to_storage<bfloat16>(INFINITY, 1.0f))));
}
}
