// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <span>

namespace dni
{
//! @brief Scales the gradient so that its Euclidean norm is at most `maximum`: g ← g · min(1, maximum / ‖g‖).
//! @return ‖g‖ before, summed in double in a fixed order
//! @source Pascanu, Mikolov, Bengio 2013, arXiv 1211.5063
//! @verified tests/optim/clipping_test.cpp
template <class T>
double clip_by_norm(std::span<T> gradient, double maximum) noexcept
{
    double sum = 0;
    for (const T g : gradient)
    {
        sum += static_cast<double>(g) * static_cast<double>(g);
    }
    const double norm = std::sqrt(sum);
    if (norm > maximum)
    {
        const T scale = static_cast<T>(maximum / norm);
        for (T& g : gradient)
        {
            g *= scale;
        }
    }
    return norm;
}

//! @brief Puts each element of the gradient into [−maximum, maximum].
//! @verified tests/optim/clipping_test.cpp
template <class T>
void clip_by_value(std::span<T> gradient, double maximum) noexcept
{
    const T bound = static_cast<T>(maximum);
    for (T& g : gradient)
    {
        g = std::clamp(g, -bound, bound);
    }
}
}
