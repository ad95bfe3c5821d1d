// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// All benchmarks of this folder; each *_bench.cpp registers its own.
#include <string>

#include <benchmark/benchmark.h>

#include "fma_peak.hpp"

int main(int argc, char** argv)
{
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
    {
        return 1;
    }
    benchmark::AddCustomContext("fma_peak", std::to_string(bench::fma_peak() / 1e9) + " GFLOP/s on one thread");
    benchmark::AddCustomContext("simd_width", std::to_string(dni::simd::width<float>) + " floats");
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
