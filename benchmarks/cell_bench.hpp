// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include <dni/dni.hpp>

#include "measure.hpp"

//! Training and inference of one cell: a recurrent layer, its last step, a read-out to ten classes, on a batch of full sequences.
namespace bench
{
struct shape
{
    const char* name;
    std::size_t batch, steps, inputs, hidden;
};

inline constexpr std::array<shape, 3> shapes{{{"A", 128, 28, 28, 128}, {"B", 64, 40, 4, 100}, {"C", 32, 100, 64, 512}}};
inline constexpr std::size_t classes = 10;

//! The noises: at the output of every product, the read-out's too.
struct none
{
    static constexpr const char* name = "none";
    using policy = dni::noise::none;
    static void set(auto&) {}
};

struct gaussian
{
    static constexpr const char* name = "gaussian";
    using policy = dni::noise::gaussian<dni::sigma>;
    static void set(auto& net) { net.noise_level(dni::sigma{0.1}); }
};

struct gaussian_snr
{
    static constexpr const char* name = "gaussian_snr";
    using policy = dni::noise::gaussian<dni::snr_db>;
    static void set(auto& net) { net.noise_level(dni::snr_db{10}); }
};

//! A batch of standard normal values with labels 0, 1, …, 9, 0, ….
inline dni::data::batch<float> random_batch(const shape& s)
{
    auto x = dni::tensor<float, 3>::from_shape({s.steps, s.batch, s.inputs});
    dni::stream random{dni::key{dni::seed{2}}};
    for (float& value : x)
    {
        value = random.normal();
    }
    auto batch = dni::data::pack(x, std::vector<std::size_t>(s.batch, s.steps));
    for (std::size_t b = 0; b < s.batch; ++b)
    {
        batch.labels.push_back(static_cast<std::int32_t>(b % classes));
    }
    return batch;
}

//! Policies of both layers; `set` gives a network of them its levels.
template <class Cell, class Policies>
class workload
{
public:
    template <class Set>
    workload(const shape& s, std::size_t threads, const Set& set)
        : batch_{random_batch(s)}, net_({.inputs = s.inputs, .hidden = s.hidden, .outputs = classes}, dni::seed{1})
    {
        net_.threads(threads);
        set(net_);
        state_ = adam_.template make_state<float>(net_.parameters().size());
    }

    void train()
    {
        const auto outputs = net_.forward(batch_, next_pass());
        const auto d_outputs = d_outputs_.resize(outputs.rows, outputs.columns);
        benchmark::DoNotOptimize(loss_(outputs, batch_, d_outputs));
        net_.backward(d_outputs);
        adam_.step(net_.weights(), std::span<const float>(net_.gradient()), state_, adam_.rate);
    }

    void infer() { benchmark::DoNotOptimize(net_.infer(batch_, next_pass())); }

private:
    dni::key next_pass() { return dni::key{dni::seed{3}}.with(++passes_); }

    dni::data::batch<float> batch_;
    dni::network<dni::recurrent<Cell, Policies>, dni::last_step, dni::dense<Policies>> net_;
    dni::adam adam_{.rate = 1e-6};  // so small that a long run measures the same work as a short one
    dni::adam::state<float> state_;
    dni::cross_entropy loss_;
    dni::workspace_matrix<float> d_outputs_;
    std::uint64_t passes_ = 0;
};

//! Floating-point operations of the products; what is elementwise is not counted. The input has no gradient.
inline double training_flop(const shape& s, double gates)
{
    const double walked = 2.0 * gates * static_cast<double>(s.batch * s.steps * s.hidden * (2 * s.inputs + 3 * s.hidden));
    const double read_out = 2.0 * static_cast<double>(s.batch * s.hidden * classes * 3);
    return walked + read_out;
}

inline double inference_flop(const shape& s, double gates)
{
    return 2.0 * gates * static_cast<double>(s.batch * s.steps * s.hidden * (s.inputs + s.hidden));
}

inline std::string variant(const std::string& cell, const shape& s, const char* noise, std::size_t threads)
{
    return "/" + cell + "/" + s.name + "/" + noise + "/threads:" + std::to_string(threads);
}

template <class Run>
void add(const std::string& name, const Run& run)
{
    benchmark::RegisterBenchmark(name.c_str(), run)->Unit(benchmark::kMillisecond);
}

//! train_step/<cell>/<shape>/<noise>/threads:<n>
template <class Cell, class Policies, class Set>
void register_training(const std::string& cell, double gates, const shape& s, std::size_t threads, const char* noise, const Set& set)
{
    add("train_step" + variant(cell, s, noise, threads),
        [=](benchmark::State& state)
        {
            workload<Cell, Policies> work(s, threads, set);
            measure(state, training_flop(s, gates), threads, [&] { work.train(); });
        });
}

//! infer/<cell>/<shape>/<noise>/threads:<n>
template <class Cell, class Policies, class Set>
void register_inference(const std::string& cell, double gates, const shape& s, std::size_t threads, const char* noise, const Set& set)
{
    add("infer" + variant(cell, s, noise, threads),
        [=](benchmark::State& state)
        {
            workload<Cell, Policies> work(s, threads, set);
            measure(state, inference_flop(s, gates), threads, [&] { work.infer(); });
        });
}

template <class Cell, class Noise>
void register_both(const std::string& cell, double gates, const shape& s, std::size_t threads)
{
    using policies = dni::policies<typename Noise::policy>;
    const auto set = [](auto& net) { Noise::set(net); };
    register_training<Cell, policies>(cell, gates, s, threads, Noise::name, set);
    register_inference<Cell, policies>(cell, gates, s, threads, Noise::name, set);
}

//! Training and inference of a cell without noise and under the noises above. Returns true, so that a constant can call it.
//! @param gates gates of the cell, each with a weight for every input and every unit
template <class Cell>
bool register_cell(const std::string& cell, double gates)
{
    for (const auto& s : shapes)
    {
        for (const std::size_t threads : {1u, 2u})
        {
            register_both<Cell, none>(cell, gates, s, threads);
            register_both<Cell, gaussian>(cell, gates, s, threads);
            register_both<Cell, gaussian_snr>(cell, gates, s, threads);
        }
    }
    return true;
}
}
