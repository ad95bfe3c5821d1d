// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstddef>

#include <benchmark/benchmark.h>

#include "fma_peak.hpp"

namespace bench
{
//! @brief Times `run` and counts FLOP/s and their share of the FMA peak of `threads` threads.
//! @details By the wall clock: the processor time Google Benchmark would divide by knows nothing of a pool's threads, and its own wall-clock
//!          mode would change the names. The first call is not timed: it allocates.
template <class Run>
void measure(benchmark::State& state, double flop, std::size_t threads, Run&& run)
{
    run();
    const auto begin = std::chrono::steady_clock::now();
    for ([[maybe_unused]] auto _ : state)
    {
        run();
    }
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    const double rate = flop * static_cast<double>(state.iterations()) / elapsed.count();
    state.counters["FLOP/s"] = rate;
    state.counters["of_peak"] = rate / (static_cast<double>(threads) * fma_peak());
}
}
