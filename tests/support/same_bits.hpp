// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstring>
#include <ranges>
#include <type_traits>
#include <vector>

#include <dni/core/matrix.hpp>

namespace support
{
//! Equality of representations: tells −0 from 0 and finds equal NaNs equal.
template <class T>
bool same_bits(const T& a, const T& b)
    requires std::is_arithmetic_v<T>
{
    return std::memcmp(&a, &b, sizeof(T)) == 0;
}

template <std::ranges::contiguous_range A, std::ranges::contiguous_range B>
bool same_bits(const A& a, const B& b)
{
    using T = std::ranges::range_value_t<A>;
    static_assert(std::is_same_v<T, std::ranges::range_value_t<B>>);
    const std::size_t n = std::ranges::size(a);
    return n == std::ranges::size(b) && (n == 0 || std::memcmp(std::ranges::data(a), std::ranges::data(b), n * sizeof(T)) == 0);
}

//! The elements of a matrix, row after row: a copy that outlives the next pass.
template <class T>
std::vector<std::remove_const_t<T>> elements(dni::matrix_view<T> m)
{
    std::vector<std::remove_const_t<T>> all;
    for (std::size_t r = 0; r < m.rows; ++r)
    {
        all.insert(all.end(), m.row(r).begin(), m.row(r).end());
    }
    return all;
}
}
