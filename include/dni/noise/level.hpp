// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <concepts>
#include <limits>
#include <numbers>
#include <string>
#include <variant>

#include <dni/core/error.hpp>
#include <dni/core/math.hpp>
#include <dni/core/number.hpp>

namespace dni
{
//! @brief Noise level relative to the signal: signal-to-noise ratio of powers, in decibel. Noise power = signal power / 10^(value / 10).
struct snr_db
{
    double value = std::numeric_limits<double>::infinity();

    //! @brief Standard deviation of the noise over the root mean square of the signal: 10^(−value / 20); 0 without noise.
    double ratio() const noexcept { return std::isinf(value) ? 0.0 : math::exp(-value * (std::numbers::ln10 / 20)); }

    static constexpr snr_db none() noexcept { return {}; }

    friend bool operator==(snr_db, snr_db) = default;
};

//! @brief Absolute noise level: standard deviation in the unit of what it is added to.
struct sigma
{
    double value = 0;

    static constexpr sigma none() noexcept { return {}; }

    friend bool operator==(sigma, sigma) = default;
};

//! @brief Noise level in units of the largest weight: standard deviation over w_max = max |W| of the array, dimensionless.
struct relative_to_wmax
{
    double value = 0;

    static constexpr relative_to_wmax none() noexcept { return {}; }

    friend bool operator==(relative_to_wmax, relative_to_wmax) = default;
};

//! @brief Noise level in units of what the largest weight gives for the largest input: standard deviation over w_max α, α = max |u| of the inputs of the
//!        product, dimensionless.
struct relative_to_largest_product
{
    double value = 0;

    static constexpr relative_to_largest_product none() noexcept { return {}; }

    friend bool operator==(relative_to_largest_product, relative_to_largest_product) = default;
};

//! @brief Noise level of a factor: standard deviation over the mean (of its logarithm where the model says so), dimensionless.
struct spread
{
    double value = 0;

    static constexpr spread none() noexcept { return {}; }

    friend bool operator==(spread, spread) = default;
};

//! @brief How likely something is, in [0, 1].
struct probability
{
    double value = 0;

    static constexpr probability none() noexcept { return {}; }

    friend bool operator==(probability, probability) = default;
};

//! @errors value_error when the level is NaN or infinitely noisy
inline void check(snr_db level, const char* where)
{
    if (std::isnan(level.value) || level.value == -std::numeric_limits<double>::infinity())
    {
        throw value_error(where, "a signal-to-noise ratio in dB, infinity for none", std::to_string(level.value));
    }
}

//! @errors value_error when the level is negative or not finite
inline void check(sigma level, const char* where)
{
    if (!(level.value >= 0) || !std::isfinite(level.value))
    {
        throw value_error(where, "a finite standard deviation >= 0", std::to_string(level.value));
    }
}

//! @errors value_error when the level is negative or not finite
inline void check(relative_to_wmax level, const char* where)
{
    if (!(level.value >= 0) || !std::isfinite(level.value))
    {
        throw value_error(where, "a finite standard deviation >= 0, in units of w_max", std::to_string(level.value));
    }
}

//! @errors value_error when the level is negative or not finite
inline void check(relative_to_largest_product level, const char* where)
{
    if (!(level.value >= 0) || !std::isfinite(level.value))
    {
        throw value_error(where, "a finite standard deviation >= 0, in units of w_max max|u|", std::to_string(level.value));
    }
}

//! @errors value_error when the level is negative or not finite
inline void check(spread level, const char* where)
{
    if (!(level.value >= 0) || !std::isfinite(level.value))
    {
        throw value_error(where, "a finite spread >= 0", std::to_string(level.value));
    }
}

//! @errors value_error when it is outside [0, 1]
inline void check(probability level, const char* where)
{
    if (!(level.value >= 0 && level.value <= 1))
    {
        throw value_error(where, "a probability in [0, 1]", std::to_string(level.value));
    }
}

inline std::string describe(snr_db level)
{
    if (std::isinf(level.value))
    {
        return "off (SNR = inf)";
    }
    return "SNR = " + number(level.value) + " dB";
}

inline std::string describe(sigma level)
{
    return level.value == 0 ? "off (sigma = 0)" : "sigma = " + number(level.value);
}

inline std::string describe(relative_to_wmax level)
{
    return level.value == 0 ? "off (sigma = 0 w_max)" : "sigma = " + number(level.value) + " w_max";
}

inline std::string describe(relative_to_largest_product level)
{
    return level.value == 0 ? "off (sigma = 0 w_max max|u|)" : "sigma = " + number(level.value) + " w_max max|u|";
}

inline std::string describe(spread level)
{
    return level.value == 0 ? "off (spread = 0)" : "spread = " + number(level.value);
}

inline std::string describe(probability level)
{
    return "probability = " + number(level.value);
}

//! @brief A noise level is a number in a unit: `snr_db`, `sigma`, `relative_to_wmax`, `relative_to_largest_product`, `spread` or `probability`, never a bare number.
template <class Level>
concept level_in_a_unit = requires(Level level) {
    {
        Level::none()
    } -> std::same_as<Level>;
    check(level, "");
    describe(level);
};

//! @brief A level whose unit is chosen at run time, as by a schedule or a sweep.
using any_level = std::variant<snr_db, sigma, relative_to_wmax, relative_to_largest_product, spread, probability>;
}
