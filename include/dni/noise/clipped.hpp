// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/noise/additive.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
//! @brief Weights clipped at a multiple of their standard deviation: W' = clamp(W, −c, c), c = k s, s² = mean(W²) over the array's weights.
//! @details The deviation is that from zero, about which weights lie: so weights that are all alike stay. A few large weights would set the range of all conductances, and a network would outgrow noise of an absolute level: a clipped one cannot. Stands before
//!          what happens to the devices: all<at_weights<clipped>, phase_change_memory>. The gradient passes where |W| ≤ c and is zero beyond; c counts as a constant.
//!          Draws nothing. Levels in units of w_max keep the largest weight before the clipping; devices of `full_range::column` have that behind it.
//! @cost the mean square of the weights when they are written, and again in the adjoint
//! @source Rasch et al. 2021, arXiv 2104.02184 (aihwkit's clipping by layer, k = 2.5); Borras et al. 2022, arXiv 2212.10430 (why)
//! @verified tests/noise/clipped_test.cpp
struct clipped
{
    static constexpr bool random = false;
    double deviations = 2.5;  //!< k, dimensionless

    template <class T>
    void apply(std::span<T> w, stream&) const noexcept
    {
        const T most = limit(std::span<const T>(w));
        for (T& v : w)
        {
            v = std::clamp(v, -most, most);
        }
    }

    template <class T>
    void adjoint(std::span<T> gradient, std::span<const T> w, stream&) const noexcept
    {
        const T most = limit(w);
        for (std::size_t j = 0; j < w.size(); ++j)
        {
            gradient[j] = std::abs(w[j]) > most ? T{0} : gradient[j];
        }
    }

    void check(const char* where) const
    {
        if (!(deviations >= 0.1 && deviations <= 100))
        {
            throw value_error(where, "0.1 to 100 standard deviations", number(deviations));
        }
    }

    std::string describe() const { return "clipped at " + number(deviations) + " standard deviations"; }

private:
    template <class T>
    T limit(std::span<const T> w) const noexcept
    {
        return static_cast<T>(deviations) * std::sqrt(detail::mean_square(w));
    }
};
}
