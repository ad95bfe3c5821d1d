// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <xsimd/xsimd.hpp>

#include <dni/core/fixed_point.hpp>
#include <dni/core/simd.hpp>

//! @brief Elementary functions on numbers and on SIMD batches: one source, so a scalar and a lane agree. Another type with the arithmetic of a number
//!        brings multiply_add, clamp and power_of_two beside it, as c_expression does; fixed_point brings functions of its own.
//! @details In float the relative error is below 1e-6 over the stated ranges, near zero too; in double below 4 units in the last place.
//! @verified tests/core/math_test.cpp
namespace dni::math
{
//! @brief v within [low, high]; NaN stays NaN.
inline float clamp(float v, float low, float high) noexcept { return v < low ? low : (v > high ? high : v); }
inline double clamp(double v, double low, double high) noexcept { return v < low ? low : (v > high ? high : v); }

template <class T, class A>
xsimd::batch<T, A> clamp(const xsimd::batch<T, A>& v, const xsimd::batch<T, A>& low, const xsimd::batch<T, A>& high) noexcept
{
    // v stands second: where it is NaN, min and max return it
    return xsimd::min(high, xsimd::max(low, v));
}

namespace detail
{
template <class T>
struct constants;

template <>
struct constants<float>
{
    using integer = std::int32_t;
    static constexpr int mantissa = 23;
    static constexpr int bias = 127;
    static constexpr float limit = 87.0f;            // exp(±limit) is a normal number
    static constexpr float ln2_high = 0.693359375f;  // exact products with small integers
    static constexpr float ln2_low = -2.12194440e-4f;
    static constexpr float round = 12582912.0f;  // 1.5 · 2^23: adding it rounds to an integer kept in the low bits
    static constexpr int degree = 7;
};

template <>
struct constants<double>
{
    using integer = std::int64_t;
    static constexpr int mantissa = 52;
    static constexpr int bias = 1023;
    static constexpr double limit = 708.0;
    static constexpr double ln2_high = 6.93145751953125e-1;
    static constexpr double ln2_low = 1.42860682030941723212e-6;
    static constexpr double round = 6755399441055744.0;
    static constexpr int degree = 13;
};

// What stands for a number may be an expression, whose text takes memory.
template <class V>
inline constexpr bool never_throws = std::is_nothrow_copy_constructible_v<V>;

using simd::multiply_add;

// 2^k for the integer k that `shifted` = k + round holds in its low bits.
template <class T>
T power_of_two(T shifted) noexcept
    requires std::is_floating_point_v<T>
{
    using c = constants<T>;
    using unsigned_integer = std::make_unsigned_t<typename c::integer>;
    const auto bits = std::bit_cast<unsigned_integer>(shifted) + unsigned_integer{c::bias};
    return std::bit_cast<T>(bits << c::mantissa);
}

template <class T, class A>
xsimd::batch<T, A> power_of_two(const xsimd::batch<T, A>& shifted) noexcept
{
    using c = constants<T>;
    using integer_batch = xsimd::batch<typename c::integer, A>;
    const auto bits = xsimd::bitwise_cast<integer_batch>(shifted) + integer_batch(typename c::integer{c::bias});
    return xsimd::bitwise_cast<xsimd::batch<T, A>>(bits << c::mantissa);
}

template <class V>
struct reduced
{
    V scale;   // 2^k
    V expm1r;  // exp(r) − 1, |r| <= ln(2) / 2
};

// x = k ln 2 + r (Cody and Waite 1980), and the Taylor polynomial of exp(r) − 1, whose remainder is below the rounding error.
template <class V>
[[gnu::always_inline]] inline reduced<V> reduce(const V& x) noexcept(never_throws<V>)
{
    using T = simd::element_t<V>;
    using c = constants<T>;
    const V shifted = multiply_add(x, V(T(1.4426950408889634)), V(c::round));
    const V k = shifted - V(c::round);
    const V r = multiply_add(k, V(-c::ln2_low), multiply_add(k, V(-c::ln2_high), x));
    constexpr auto inverse_factorial = []
    {
        std::array<T, c::degree + 1> value{};
        double factorial = 1;
        for (int n = 0; n <= c::degree; ++n)
        {
            factorial *= n > 1 ? n : 1;
            value[static_cast<std::size_t>(n)] = static_cast<T>(1 / factorial);
        }
        return value;
    }();
    V p = V(inverse_factorial[c::degree]);
    for (std::size_t n = c::degree - 1; n >= 2; --n)
    {
        p = multiply_add(p, r, V(inverse_factorial[n]));
    }
    return {power_of_two(shifted), multiply_add(r * r, p, r)};
}

template <class V>
V bounded(const V& x, simd::element_t<V> bound) noexcept(never_throws<V>)
{
    return clamp(x, V(-bound), V(bound));
}
}

//! @brief exp(x) for |x| <= 87 (float) or 708 (double); beyond, the value at the bound. NaN stays NaN.
template <class V>
[[gnu::always_inline]] inline V exp(const V& x) noexcept(detail::never_throws<V>)
{
    using simd::multiply_add;
    const auto e = detail::reduce(detail::bounded(x, detail::constants<simd::element_t<V>>::limit));
    return multiply_add(e.scale, e.expm1r, e.scale);
}

//! @brief The logistic function 1 / (1 + exp(−x)), relative accuracy in both tails; beyond the bound of `exp` it stays at its value there.
template <class V>
[[gnu::always_inline]] inline V sigmoid(const V& x) noexcept(detail::never_throws<V>)
{
    using T = simd::element_t<V>;
    return simd::divide(V(T{1}), V(T{1}) + math::exp(-x));
}

//! @brief tanh(x) = e / (e + 2) with e = exp(2x) − 1, which keeps relative accuracy near zero.
template <class V>
[[gnu::always_inline]] inline V tanh(const V& x) noexcept(detail::never_throws<V>)
{
    using T = simd::element_t<V>;
    using simd::multiply_add;
    // tanh(20) is 1 in double; the bound also keeps exp(2x) finite
    const V twice = detail::bounded(x + x, T(std::is_same_v<T, float> ? 20 : 44));
    const auto e = detail::reduce(twice);
    const V expm1 = multiply_add(e.scale, e.expm1r, e.scale - V(T{1}));
    return simd::divide(expm1, expm1 + V(T{2}));
}

//! @brief The rectifier max(x, 0). NaN stays NaN.
template <class V>
V relu(const V& x) noexcept(detail::never_throws<V>)
{
    if constexpr (std::is_floating_point_v<V>)
    {
        return x < V{0} ? V{0} : x;
    }
    else
    {
        return xsimd::max(V(simd::element_t<V>{0}), x);
    }
}

//! @brief 1 where x > 0, else 0: the derivative of `relu`.
template <class V>
V step(const V& x) noexcept(detail::never_throws<V>)
{
    using T = simd::element_t<V>;
    if constexpr (std::is_floating_point_v<V>)
    {
        return x > V{0} ? V{1} : V{0};
    }
    else
    {
        return xsimd::select(x > V(T{0}), V(T{1}), V(T{0}));
    }
}
}
