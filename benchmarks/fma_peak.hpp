// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <utility>

#include <benchmark/benchmark.h>

#include <dni/core/simd.hpp>

namespace bench
{
//! One chain of multiply-adds for each I, `rounds` long. A function of its own, so that the chains are locals and stay in registers.
template <std::size_t... I>
dni::simd::batch<float> run_chains(std::size_t rounds, std::index_sequence<I...>)
{
    using batch = dni::simd::batch<float>;
    const batch factor(0.999f);
    const batch addend(1e-4f);  // the chains stay between 0.01 and 1: never denormal, never infinite
    std::array<batch, sizeof...(I)> chain{batch(0.01f * static_cast<float>(I + 1))...};
    for (std::size_t round = 0; round < rounds; ++round)
    {
        ((chain[I] = dni::simd::multiply_add(chain[I], factor, addend)), ...);
    }
    return (chain[I] + ...);
}

//! @brief The fused multiply-adds in float one thread of this machine can do, in FLOP/s (one multiply-add is two).
//! @details As many chains as the register file holds beside the two factors; no chain waits for another, nothing is read from memory, so only
//!          the multiply-add units limit it. The best of many short bursts: what else runs on the machine can only slow a burst down.
inline double measure_fma_peak()
{
    constexpr std::size_t chains = dni::simd::registers == 32 ? 24 : 12;
    constexpr std::size_t rounds = 40'000;
    constexpr std::size_t bursts = 400;  // of about 0.1 ms
    double best = 0;
    for (std::size_t burst = 0; burst < bursts; ++burst)
    {
        const auto begin = std::chrono::steady_clock::now();
        auto total = run_chains(rounds, std::make_index_sequence<chains>{});
        benchmark::DoNotOptimize(total);
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
        best = std::max(best, 2.0 * static_cast<double>(dni::simd::width<float> * chains * rounds) / elapsed.count());
    }
    return best;
}

//! @brief `measure_fma_peak`, measured when it is first asked for.
inline double fma_peak()
{
    static const double peak = measure_fma_peak();
    return peak;
}
}
