// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The only header of the library that includes xtensor, because xtensor 0.26 moved its headers into folders.
// Tested with 0.24; what is used of xtensor is the same up to 0.27, but untested there.
#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xtensor.hpp>
#else
#include <xtensor/xadapt.hpp>
#include <xtensor/xtensor.hpp>
#endif

#include <cstddef>

namespace dni
{

//! @brief A dense array of N dimensions in row-major (C) order, the library's user-facing array type.
template <class T, std::size_t N>
using tensor = xt::xtensor<T, N>;

} // namespace dni
