// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <dni/dni.hpp>

#include "cell_bench.hpp"
#include "measure.hpp"

//! One step of one recurrent layer, batch 1: stream/<cell>/in<I>_h<H>/<noise>, and without noise /<storage> of the weights.
namespace
{
template <class Cell, class Noise, class Precision>
class stream
{
public:
    stream(std::size_t inputs, std::size_t hidden) : live_{made(inputs, hidden)}, x_(steps * inputs)
    {
        dni::stream random{dni::key{dni::seed{2}}};
        for (float& value : x_)
        {
            value = random.normal();
        }
    }

    void step()
    {
        const std::size_t inputs = live_.inputs();
        benchmark::DoNotOptimize(live_.step(std::span<const float>(x_).subspan(next_ * inputs, inputs)).data());
        next_ = (next_ + 1) % steps;
    }

private:
    using layer = dni::recurrent<Cell, dni::policies<typename Noise::policy, Precision>>;
    static constexpr std::size_t steps = 64;

    static dni::streaming<dni::network<layer>> made(std::size_t inputs, std::size_t hidden)
    {
        dni::network<layer> net(inputs, dni::seed{1}, {hidden, 1, 0.0});
        Noise::set(net);
        return {net, dni::key{}};
    }

    dni::streaming<dni::network<layer>> live_;
    std::vector<float> x_;
    std::size_t next_ = 0;
};

template <class Cell, class Noise, class Precision = dni::precision::float32>
void add(const std::string& cell, double gates, const std::string& what)
{
    for (const std::size_t inputs : {1u, 4u})
    {
        for (const std::size_t hidden : {8u, 16u, 32u, 64u, 128u})
        {
            const std::string size = "in" + std::to_string(inputs) + "_h" + std::to_string(hidden);
            benchmark::RegisterBenchmark(("stream/" + cell + "/" + size + "/" + what).c_str(),
                                         [=](benchmark::State& state)
                                         {
                                             stream<Cell, Noise, Precision> work(inputs, hidden);
                                             bench::measure(state, bench::inference_flop({"", 1, 1, inputs, hidden}, gates), 1, [&] { work.step(); });
                                         })
                ->Unit(benchmark::kNanosecond);
        }
    }
}

template <class Cell>
bool add_cell(const std::string& cell, double gates)
{
    add<Cell, bench::none>(cell, gates, "none");
    add<Cell, bench::gaussian>(cell, gates, "gaussian");
    add<Cell, bench::gaussian_snr>(cell, gates, "gaussian_snr");
    add<Cell, bench::none, dni::precision::stored_as<dni::bfloat16>>(cell, gates, "none/bfloat16");
    add<Cell, bench::none, dni::precision::stored_as<dni::float16>>(cell, gates, "none/float16");
    add<Cell, bench::none, dni::precision::stored_as<std::int8_t>>(cell, gates, "none/int8");
    return true;
}

[[maybe_unused]] const std::array registered{add_cell<dni::cell::rnn<>>("rnn", 1), add_cell<dni::cell::gru>("gru", 3),
                                             add_cell<dni::cell::lstm>("lstm", 4)};
}
