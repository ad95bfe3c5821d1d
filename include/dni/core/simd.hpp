// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <type_traits>

#include <xsimd/xsimd.hpp>

namespace dni::simd
{
//! @brief The widest SIMD batch of T the translation unit is compiled for.
template <class T>
using batch = xsimd::batch<T>;

//! @brief Elements in one batch of T.
template <class T>
inline constexpr std::size_t width = batch<T>::size;

//! @brief Vector registers of the target; it sizes the register tiles of the matrix kernels.
#if defined(__AVX512F__) || defined(__aarch64__)
inline constexpr std::size_t registers = 32;
#else
inline constexpr std::size_t registers = 16;
#endif

//! @brief Whether a product and a sum of batches are one instruction with one rounding.
#if defined(__FMA__) || defined(__AVX512F__) || defined(__aarch64__)
inline constexpr bool fused = true;
#else
inline constexpr bool fused = false;
#endif

template <class V>
struct element
{
    using type = V;
};

template <class T, class Arch>
struct element<xsimd::batch<T, Arch>>
{
    using type = T;
};

//! @brief The number type inside V, which is a number or a batch.
template <class V>
using element_t = typename element<V>::type;

//! @brief V filled with one number, for V a number or a batch.
template <class V>
V constant(element_t<V> value) noexcept
{
    return V(value);
}

//! @brief a·b + c with one rounding where the processor has that (`fused`), else with two: a number and a lane agree.
template <class T>
T multiply_add(T a, T b, T c) noexcept
    requires std::is_floating_point_v<T>
{
    if constexpr (fused)
    {
        return std::fma(a, b, c);
    }
    const T product = a * b;  // a statement of its own, or clang++ fuses constants
    return product + c;
}

template <class T, class Arch>
xsimd::batch<T, Arch> multiply_add(const xsimd::batch<T, Arch>& a, const xsimd::batch<T, Arch>& b, const xsimd::batch<T, Arch>& c) noexcept
{
    // xsimd 8 writes a product and a sum for AVX-512 and leaves it to the compiler to fuse them, which not each does.
#if defined(__AVX512F__)
    constexpr bool widest = sizeof(T) * xsimd::batch<T, Arch>::size == sizeof(__m512);
    if constexpr (widest && std::is_same_v<T, float>)
    {
        return _mm512_fmadd_ps(a, b, c);
    }
    else if constexpr (widest && std::is_same_v<T, double>)
    {
        return _mm512_fmadd_pd(a, b, c);
    }
#endif
    return xsimd::fma(a, b, c);
}

//! @brief a / b, rounded to the nearest: a number and a lane agree.
//! @verified tests/core/math_test.cpp, on NEON too
template <class V>
V divide(const V& a, const V& b) noexcept(noexcept(a / b))
{
    return a / b;
}

#if defined(__aarch64__)
// xsimd 8 refines an estimate of 1 / b, which is not always the nearest.
template <class Arch>
xsimd::batch<float, Arch> divide(const xsimd::batch<float, Arch>& a, const xsimd::batch<float, Arch>& b) noexcept
{
    return vdivq_f32(a, b);
}
#endif

//! @brief The sum of all lanes, in ascending order.
template <class T>
T sum(const batch<T>& value) noexcept
{
    alignas(64) std::array<T, width<T>> lanes;
    value.store_aligned(lanes.data());
    T total{0};
    for (const T lane : lanes)
    {
        total += lane;
    }
    return total;
}

//! @brief Access to all lanes of a batch at consecutive addresses.
template <class T>
struct whole
{
    static constexpr std::size_t count() noexcept { return width<T>; }
    static batch<T> load(const T* from) noexcept { return batch<T>::load_unaligned(from); }
    static void store(T* to, const batch<T>& value) noexcept { value.store_unaligned(to); }
    static batch<T> keep(const batch<T>& value) noexcept { return value; }
};

//! @brief Access to the first lanes of a batch. Memory beyond them is neither read nor written; the other lanes read as zero.
template <class T>
class part
{
public:
    explicit part(std::size_t count) noexcept : count_{count} {}

    std::size_t count() const noexcept { return count_; }

    batch<T> load(const T* from) const noexcept
    {
#if defined(__AVX512F__)
        if constexpr (std::is_same_v<T, float>)
        {
            return _mm512_maskz_loadu_ps(mask<__mmask16>(), from);
        }
        else if constexpr (std::is_same_v<T, double>)
        {
            return _mm512_maskz_loadu_pd(mask<__mmask8>(), from);
        }
#endif
        alignas(64) std::array<T, width<T>> lanes{};
        std::copy_n(from, count_, lanes.data());
        return batch<T>::load_aligned(lanes.data());
    }

    void store(T* to, const batch<T>& value) const noexcept
    {
#if defined(__AVX512F__)
        if constexpr (std::is_same_v<T, float>)
        {
            return _mm512_mask_storeu_ps(to, mask<__mmask16>(), value);
        }
        else if constexpr (std::is_same_v<T, double>)
        {
            return _mm512_mask_storeu_pd(to, mask<__mmask8>(), value);
        }
#endif
        alignas(64) std::array<T, width<T>> lanes;
        value.store_aligned(lanes.data());
        std::copy_n(lanes.data(), count_, to);
    }

    //! @brief The first lanes of the value, and zeros: what a sum may take.
    batch<T> keep(const batch<T>& value) const noexcept
    {
        alignas(64) std::array<T, width<T>> lanes;
        value.store_aligned(lanes.data());
        return load(lanes.data());
    }

private:
#if defined(__AVX512F__)
    template <class Mask>
    Mask mask() const noexcept
    {
        return static_cast<Mask>((1u << count_) - 1u);
    }
#endif

    std::size_t count_;
};

//! @brief Walks n elements in batches: f(first element, lanes), lanes being `whole<T>` and, for a remainder, one `part<T>`. Returns f, which
//!        may so carry sums in registers.
template <class T, class F>
F for_each_batch(std::size_t n, F f)
{
    std::size_t j = 0;
    for (; j + width<T> <= n; j += width<T>)
    {
        f(j, whole<T>{});
    }
    if (j < n)
    {
        f(j, part<T>{n - j});
    }
    return f;
}

//! @brief Copies n numbers to memory that does not overlap: from one batch on without the call of memmove that std::copy is, which weighs for a short row.
template <class T>
[[gnu::always_inline]] inline void copy(const T* from, std::size_t n, T* to) noexcept
{
    const auto copy_batch = [&](std::size_t j) { batch<T>::load_unaligned(from + j).store_unaligned(to + j); };
    std::size_t j = 0;
    for (; j + width<T> <= n; j += width<T>)
    {
        copy_batch(j);
    }
    if (j < n && n >= width<T>)
    {
        copy_batch(n - width<T>);  // overlaps the batch before it
    }
    else
    {
        std::copy(from + j, from + n, to + j);
    }
}

//! @brief max |v_i|, 0 of nothing; NaN does not count.
template <class T>
T largest_magnitude(std::span<const T> v) noexcept
{
    batch<T> largest(T{0});
    for_each_batch<T>(v.size(), [&](std::size_t j, auto lanes) { largest = xsimd::max(xsimd::abs(lanes.load(v.data() + j)), largest); });
    alignas(64) std::array<T, width<T>> each;
    largest.store_aligned(each.data());
    return std::ranges::max(each);
}
}
