// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include <dni/random/stream.hpp>

namespace dni
{
//! @brief Uniform in [−bound, bound).
template <class T>
void uniform(std::span<T> values, double bound, stream& random) noexcept
{
    for (T& v : values)
    {
        v = static_cast<T>((2.0 * static_cast<double>(random.uniform()) - 1.0) * bound);
    }
}

//! @brief Uniform with bound sqrt(6 / (fan_in + fan_out)): keeps the variance of signals and gradients.
//! @source Glorot and Bengio 2010, "Understanding the difficulty of training deep feedforward neural networks", AISTATS.
//! @verified tests/random/initializers_test.cpp
template <class T>
void glorot_uniform(std::span<T> values, std::size_t fan_in, std::size_t fan_out, stream& random) noexcept
{
    uniform(values, std::sqrt(6.0 / static_cast<double>(fan_in + fan_out)), random);
}

//! @brief A random matrix [rows, columns] with orthonormal rows (or columns, if there are fewer of them), by Gram and Schmidt on normals.
//! @source Saxe, McClelland, Ganguli 2014, "Exact solutions to the nonlinear dynamics of learning in deep linear networks", ICLR.
//! @cost min(rows, columns)² · max(rows, columns)
//! @verified tests/random/initializers_test.cpp
template <class T>
void orthogonal(std::span<T> matrix, std::size_t rows, std::size_t columns, stream& random)
{
    const bool wide = columns >= rows;
    const std::size_t count = wide ? rows : columns;
    const std::size_t length = wide ? columns : rows;
    std::vector<double> vectors(count * length);
    const auto vector = [&](std::size_t i) { return std::span<double>(vectors).subspan(i * length, length); };
    const auto dot = [](std::span<const double> a, std::span<const double> b)
    {
        double sum = 0;
        for (std::size_t j = 0; j < a.size(); ++j)
        {
            sum += a[j] * b[j];
        }
        return sum;
    };
    for (std::size_t i = 0; i < count; ++i)
    {
        double norm = 0;
        do
        {
            for (double& v : vector(i))
            {
                v = random.normal<double>();
            }
            for (int repeat = 0; repeat < 2; ++repeat)  // the second time removes what rounding left
            {
                for (std::size_t before = 0; before < i; ++before)
                {
                    const double along = dot(vector(i), vector(before));
                    for (std::size_t j = 0; j < length; ++j)
                    {
                        vector(i)[j] -= along * vector(before)[j];
                    }
                }
            }
            norm = std::sqrt(dot(vector(i), vector(i)));
        } while (norm < 1e-3);
        for (double& v : vector(i))
        {
            v /= norm;
        }
    }
    for (std::size_t r = 0; r < rows; ++r)
    {
        for (std::size_t c = 0; c < columns; ++c)
        {
            matrix[r * columns + c] = static_cast<T>(wide ? vector(r)[c] : vector(c)[r]);
        }
    }
}
}
