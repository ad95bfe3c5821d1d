// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string>

#include <dni/core/math.hpp>
#include <dni/core/number.hpp>
#include <dni/core/simd.hpp>
#include <dni/precision/bits.hpp>
#include <dni/precision/bound.hpp>
#include <dni/precision/converter_settings.hpp>
#include <dni/precision/rounding.hpp>
#include <dni/random/stream.hpp>

namespace dni::precision
{
//! @brief What a DAC and an ADC have in common: each element v of a vector becomes
//!            q(v) = clamp(round(v / Δ) · Δ, −b, b),   Δ = 2b / (2ⁿ − 2),
//!        so 2ⁿ − 1 values, zero among them. Where b is not positive, as that of a vector of zeros, v stays. NaN stays NaN.
//! @details The gradient passes straight through, and is zero where |v| > b. That of a bound: precision/bound.hpp.
//! @cost a division and a rounding an element
//! @source Rasch et al. 2021, arXiv 2104.02184 (aihwkit); the gradient: Bengio et al. 2013, arXiv 1308.3432
//! @verified tests/precision/converter_test.cpp, tests/gradient
template <bound_kind Bound, rounding Rounding>
struct converter
{
    static constexpr bool random = Rounding::draws;

    bits resolution{};
    Bound range{};

    template <class T>
    void apply(std::span<T> v, stream& draws) const noexcept
    {
        const T most = static_cast<T>(resolution.steps());
        const T step = range.of(std::span<const T>(v)) / most;
        if (step > 0)
        {
            simd::for_each_batch<T>(v.size(),
                                    [&](std::size_t j, auto lanes)
                                    {
                                        T* const at = v.data() + j;
                                        lanes.store(at, converted<T>(lanes.load(at), step, most, draws));
                                    });
        }
    }

    template <class T>
    void adjoint(std::span<T> gradient, std::span<const T> v, stream&) const noexcept
        requires(bound_without_parameter<Bound> && Bound::clips)
    {
        clip(gradient, v);
    }

    //! @return max|v|, which a running bound follows
    template <class T>
    T adjoint(std::span<T> gradient, std::span<const T> v, stream&) const noexcept
        requires following_bound<Bound>
    {
        clip(gradient, v);
        return simd::largest_magnitude(v);
    }

    //! @return ∂L/∂t of this vector, t = ln b of a learned bound
    template <class T>
    T adjoint(std::span<T> gradient, std::span<const T> v, stream& draws) const noexcept
        requires trained_bound<Bound>
    {
        using V = simd::batch<T>;
        const T b = range.of(v);
        const T most = static_cast<T>(resolution.steps());
        V by_bound(T{0});
        if (b > 0)
        {
            simd::for_each_batch<T>(v.size(),
                                    [&](std::size_t j, auto lanes)
                                    {
                                        T* const g = gradient.data() + j;
                                        const V clean = lanes.load(v.data() + j);
                                        const V q = converted<T>(clean, b / most, most, draws);
                                        const V whole = lanes.load(g);
                                        const V passed = xsimd::select(xsimd::abs(clean) > V(b), V(T{0}), whole);
                                        by_bound = by_bound + (whole * q - passed * math::clamp(clean, V(-b), V(b)));  // infinity saturates
                                        lanes.store(g, passed);
                                    });
        }
        return simd::sum(by_bound);
    }

    //! @brief What is compared before a stored network is restored: all but bits and bounds.
    std::string kind() const { return range.kind() + ", rounding " + Rounding::name; }

    std::string describe() const
    {
        std::string scale = ", step bound / " + std::to_string(resolution.steps());
        if constexpr (known_bound<Bound>)
        {
            scale = ", bound " + number(range.limit.value) + ", step " + number(range.limit.value / resolution.steps());
        }
        return dni::describe(resolution) + scale + "; " + kind();
    }

private:
    template <class T>
    void clip(std::span<T> gradient, std::span<const T> v) const noexcept
    {
        using V = simd::batch<T>;
        const T b = range.of(v);
        if (b > 0)
        {
            simd::for_each_batch<T>(v.size(),
                                    [&](std::size_t j, auto lanes)
                                    {
                                        T* const g = gradient.data() + j;
                                        lanes.store(g, xsimd::select(xsimd::abs(lanes.load(v.data() + j)) > V(b), V(T{0}), lanes.load(g)));
                                    });
        }
    }

    template <class T>
    static simd::batch<T> converted(const simd::batch<T>& v, T step, T most, stream& draws) noexcept
    {
        using V = simd::batch<T>;
        return Rounding::round(math::clamp(simd::divide(v, V(step)), V(-most), V(most)), draws) * V(step);
    }
};

//! @brief The converter at a product's input, before the noise there. Its bound is max|x| of each vector, or a constant.
template <bound_kind Bound = abs_max, rounding Rounding = nearest>
struct dac : converter<Bound, Rounding>
{
    static constexpr auto resolution_setting = &converter_settings::dac;
    static constexpr auto full_scale_setting = &converter_settings::dac_full_scale;
};

//! @brief The converter at a product's output, bias included, behind the noise there. Its bound has to be known beforehand, so there is none by default.
template <known_bound Bound, rounding Rounding = nearest>
struct adc : converter<Bound, Rounding>
{
    static constexpr auto resolution_setting = &converter_settings::adc;
    static constexpr auto full_scale_setting = &converter_settings::adc_full_scale;
};

//! @brief Infinite precision: no converter, and no code for it.
struct infinite
{
};

namespace detail
{
template <class C>
inline constexpr bool is_dac = false;
template <class Bound, class Rounding>
inline constexpr bool is_dac<dac<Bound, Rounding>> = true;

template <class C>
inline constexpr bool is_adc = false;
template <class Bound, class Rounding>
inline constexpr bool is_adc<adc<Bound, Rounding>> = true;
}

//! @brief What may stand at a product's input: a `dac`, or `infinite`.
template <class C>
concept input_converter = std::same_as<C, infinite> || detail::is_dac<C>;

//! @brief What may stand at a product's output: an `adc`, or `infinite`.
template <class C>
concept output_converter = std::same_as<C, infinite> || detail::is_adc<C>;
}
