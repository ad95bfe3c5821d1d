// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/core/simd.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>

namespace dni::noise
{
//! @brief A place on a path of a random process: what noise draws from whose values at different steps are related.
//! @details The value is a pure function of both members, as every draw is: steps may be asked for in any order, on any thread, in chunks or one by one, and
//!          backward gets what forward got. That costs some draws a value where a state carried from step to step would cost one.
struct trajectory
{
    key source{};          //!< names the path
    std::size_t step = 0;
};

//! @brief A length of time in steps of the sequence.
struct time_in_steps
{
    double value = 1;

    friend bool operator==(time_in_steps, time_in_steps) = default;
};

//! @errors value_error unless it is at least a tenth of a step and at most a million
inline void check(time_in_steps time, const char* where)
{
    if (!(time.value >= 0.1 && time.value <= 1e6))
    {
        throw value_error(where, "a time of 0.1 to 1e6 steps", dni::number(time.value));
    }
}

inline std::string describe(time_in_steps time)
{
    return dni::number(time.value) + " steps";
}

namespace detail
{
// Elements whose values are held on the stack at a time.
inline constexpr std::size_t piece = 256;

template <class T>
using piece_of = std::array<T, piece>;

// f(first element, count) for pieces of n elements.
template <class F>
void for_each_piece(std::size_t n, F&& f)
{
    for (std::size_t first = 0; first < n; first += piece)
    {
        f(first, std::min(piece, n - first));
    }
}

// A stationary Markov process at one step. Time is cut into blocks of 2^levels steps; the values at their ends are independent (the correlation that is
// neglected is below exp(−10)), and those between are drawn by halves, each given the values half a stretch before and after.
// process.start(random, count, to) draws values out of nothing, process.between(random, half, count, before, after, to) those given both.
template <class T, class Process, class F>
F on_bridge(const Process& process, double correlation_time, const trajectory& at, std::size_t n, F f) noexcept
{
    const int levels = std::max(1, static_cast<int>(std::ceil(std::log2(10 * correlation_time))));
    const std::size_t block = at.step >> levels;
    alignas(64) piece_of<T> before;
    alignas(64) piece_of<T> after;
    for_each_piece(n,
                   [&](std::size_t first, std::size_t count)
                   {
                       const auto draws = [&](std::size_t of_block, std::size_t node) { return stream{at.source.with(of_block).with(node).with(first)}; };
                       auto random = draws(block, 0);
                       process.template start<T>(random, count, before.data());
                       std::size_t left = at.step - (block << levels);  // steps from `before` to the one that is wanted
                       if (left > 0)
                       {
                           random = draws(block + 1, 0);
                           process.template start<T>(random, count, after.data());
                       }
                       std::size_t half = (std::size_t{1} << levels) / 2;
                       for (std::size_t node = 1; left > 0; half /= 2)
                       {
                           const bool later = left >= half;
                           random = draws(block, node);
                           process.template between<T>(random, static_cast<double>(half), count, before.data(), after.data(),
                                                       later ? before.data() : after.data());
                           left -= later ? half : 0;
                           node = 2 * node + (later ? 1 : 0);
                       }
                       simd::for_each_batch<T>(count, [&](std::size_t j, auto lanes) { f(first + j, lanes, lanes.load(before.data() + j)); });
                   });
    return f;
}
}
}
