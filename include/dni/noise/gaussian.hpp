// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>

#include <dni/noise/additive.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
namespace draws
{
//! @brief ξ ~ N(0, 1), independent for each element.
//! @source Qin and Vucinic 2018, arXiv 1807.06555
//! @verified tests/noise/gaussian_test.cpp
struct normal
{
    using source = stream;

    template <class T, class F>
    [[gnu::always_inline]] F for_each(std::size_t n, stream& random, F f) const noexcept
    {
        return random.for_each_normal<T>(n, f);
    }

    std::string describe() const { return "gaussian"; }
};
}

//! @brief Additive Gaussian noise, independent for each element: thermal noise, and what many small errors add up to. The default of most studies.
//! @tparam Level `snr_db` (relative to the vector it is added to), `sigma` (absolute), `relative_to_wmax` or `relative_to_largest_product` (in units of the array)
template <class Level>
using gaussian = additive<draws::normal, Level>;
}
