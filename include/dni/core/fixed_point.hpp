// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace dni
{
namespace detail
{
// What fixed-point arithmetic is made of. Another integer brings the same beside it, as c_integer does.
constexpr std::int32_t clamp(std::int32_t v, std::int32_t low, std::int32_t high) noexcept { return v < low ? low : (v > high ? high : v); }
constexpr std::int32_t if_negative(std::int32_t v, std::int32_t then, std::int32_t otherwise) noexcept { return v < 0 ? then : otherwise; }
constexpr std::int32_t look_up(const char*, const auto& table, std::int32_t i) noexcept { return table[static_cast<std::size_t>(i)]; }
constexpr std::int32_t as_function(const char*, std::int32_t x, const auto& f) noexcept { return f(x); }

//! v / 2^bits, rounded to nearest, ties away from zero.
template <std::signed_integral I>
constexpr I rounded_shift(I v, int bits) noexcept
{
    const I half = (I{1} << bits) >> 1;
    return v < 0 ? -((-v + half) >> bits) : (v + half) >> bits;
}

// tanh(i / 32) in units of 2^-15, for tanh up to 8, where it is 1.
struct tanh_table
{
    static constexpr int steps_in_bits = 5;  // 2^5 steps in 1
    static constexpr int last = 256;
    static constexpr int fraction = 15;

    static constexpr auto values = []
    {
        constexpr double step = 0.93941306281347578612;  // exp(−2/32)
        std::array<std::uint16_t, last + 1> table{};
        double decayed = 1;
        for (auto& value : table)
        {
            value = static_cast<std::uint16_t>((1 - decayed) / (1 + decayed) * (1 << fraction) + 0.5);  // NOLINT(bugprone-incorrect-roundings): positive
            decayed *= step;
        }
        return table;
    }();
};
}

//! @brief A number that is an integer n of 16 bits: n / 2^Fraction. Results are rounded to nearest, ties away from zero, and saturate.
//! @details It has the arithmetic a cell needs: +, −, ·, relu, tanh and sigmoid, from integers alone, so it has the same bits on every processor. The last two
//!          are interpolated between 257 values of tanh, 1/32 apart: an error below ½ · 2^-Fraction for the rounding, and 1.1e-4 (tanh) or 5.5e-5 (sigmoid)
//!          for the table. The default, ±8 in steps of 2.4e-4, is where both have come to within two steps of their limits.
//! @tparam Integer what computes: 32 bits, or what writes itself in C
//! @verified tests/core/fixed_point_test.cpp, tests/export_c
template <int Fraction = 12, class Integer = std::int32_t>
    requires(Fraction >= 5 && Fraction <= 15)
class fixed_point
{
public:
    static constexpr int fraction = Fraction;
    static constexpr std::int32_t least = std::numeric_limits<std::int16_t>::min();
    static constexpr std::int32_t most = std::numeric_limits<std::int16_t>::max();

    constexpr fixed_point() = default;

    //! @brief The nearest number; what is beyond the least and the most is that, NaN is zero.
    constexpr fixed_point(float value) : n_{nearest(value)} {}

    //! @brief n / 2^Fraction, for n from least to most.
    static constexpr fixed_point of(const Integer& n)
    {
        fixed_point number;
        number.n_ = n;
        return number;
    }

    //! @brief n / 2^Fraction, or the least or the most.
    static constexpr fixed_point saturated(const Integer& n)
    {
        using detail::clamp;
        return of(clamp(n, Integer(least), Integer(most)));
    }

    constexpr const Integer& integer() const noexcept { return n_; }

    constexpr explicit operator float() const noexcept
        requires std::same_as<Integer, std::int32_t>
    {
        return static_cast<float>(n_) / (1 << Fraction);
    }

    friend constexpr fixed_point operator+(const fixed_point& a, const fixed_point& b) { return saturated(a.n_ + b.n_); }
    friend constexpr fixed_point operator-(const fixed_point& a, const fixed_point& b) { return saturated(a.n_ - b.n_); }
    friend constexpr fixed_point operator-(const fixed_point& a) { return saturated(-a.n_); }

    friend constexpr fixed_point operator*(const fixed_point& a, const fixed_point& b)
    {
        using detail::rounded_shift;
        return saturated(rounded_shift(a.n_ * b.n_, Fraction));
    }

    constexpr fixed_point& operator+=(const fixed_point& b) { return *this = *this + b; }
    constexpr fixed_point& operator-=(const fixed_point& b) { return *this = *this - b; }
    constexpr fixed_point& operator*=(const fixed_point& b) { return *this = *this * b; }

    friend constexpr bool operator==(const fixed_point&, const fixed_point&) = default;

private:
    // Exact: the product is by a power of two, and what is cut off is a float too.
    static constexpr std::int32_t nearest(float value)
    {
        const float scaled = value * (1 << Fraction);
        if (!(scaled > static_cast<float>(least) && scaled < static_cast<float>(most)))
        {
            return scaled > 0 ? most : (scaled < 0 ? least : 0);
        }
        const auto cut = static_cast<std::int32_t>(scaled);
        const float rest = scaled - static_cast<float>(cut);
        return cut + (rest >= 0.5f) - (rest <= -0.5f);
    }

    Integer n_{0};
};

namespace detail
{
// tanh(n / 2^(Fraction + 1)) in units of 2^-(Fraction + 11), interpolated: n counts halves of a step, so that sigmoid can halve its argument.
template <int Fraction, class Integer>
constexpr Integer tanh_of_half(const Integer& n)
{
    constexpr int bits = Fraction + 1 - tanh_table::steps_in_bits;
    static_assert(tanh_table::fraction + bits == Fraction + 11);
    const Integer size = clamp(if_negative(n, -n, n), Integer(0), Integer((tanh_table::last << bits) - 1));
    const Integer i = size >> bits;
    const Integer low = look_up("tanh_table", tanh_table::values, i);
    const Integer high = look_up("tanh_table", tanh_table::values, i + 1);
    const Integer value = (low << bits) + (high - low) * (size - (i << bits));
    return if_negative(n, -value, value);
}
}

namespace math
{
//! @brief tanh(x), rounded.
template <int Fraction, class Integer>
constexpr fixed_point<Fraction, Integer> tanh(const fixed_point<Fraction, Integer>& x) noexcept
{
    using number = fixed_point<Fraction, Integer>;
    using dni::detail::as_function, dni::detail::rounded_shift;
    const auto value = [](const Integer& n) { return number::saturated(rounded_shift(dni::detail::tanh_of_half<Fraction>(n + n), 11)).integer(); };
    return number::of(as_function("tanh", x.integer(), value));
}

//! @brief The logistic function (1 + tanh(x/2)) / 2, rounded.
template <int Fraction, class Integer>
constexpr fixed_point<Fraction, Integer> sigmoid(const fixed_point<Fraction, Integer>& x) noexcept
{
    using number = fixed_point<Fraction, Integer>;
    using dni::detail::as_function, dni::detail::rounded_shift;
    const auto value = [](const Integer& n)
    {
        const Integer one(1 << (Fraction + 11));
        return number::saturated(rounded_shift(one + dni::detail::tanh_of_half<Fraction>(n), 12)).integer();
    };
    return number::of(as_function("sigmoid", x.integer(), value));
}

template <int Fraction, class Integer>
constexpr fixed_point<Fraction, Integer> relu(const fixed_point<Fraction, Integer>& x) noexcept
{
    using dni::detail::if_negative;
    return fixed_point<Fraction, Integer>::of(if_negative(x.integer(), Integer(0), x.integer()));
}

//! No cell of the library needs it, and its values leave the range early.
template <int Fraction, class Integer>
fixed_point<Fraction, Integer> exp(const fixed_point<Fraction, Integer>&) = delete;
}
}
