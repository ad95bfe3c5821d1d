// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <dni/crossbar/crossbar.hpp>
#include <dni/crossbar/mapping.hpp>
#include <dni/noise/ir_drop.hpp>
#include <dni/noise/phase_change_memory.hpp>
#include <dni/random/stream.hpp>

using namespace dni;

namespace
{
using memory = noise::phase_change_memory;

// Two arrays side by side of 40 inputs, with 4 and 2 outputs.
constexpr std::size_t rows = 40;
constexpr std::size_t columns = 6;

std::vector<double> some_weights()
{
    std::vector<double> w(rows * columns);
    stream random{key{seed{1}}};
    std::ranges::generate(w, [&] { return random.normal<double>(); });
    return w;
}

//! Weights [k, n] as the arrays give them, read with unit vectors.
template <class Model>
std::vector<double> read(const Model& model, const std::vector<double>& w)
{
    crossbar<policies<Model, precision::float64, mapping::tiles<rows, 4>>> bar(wiring{rows, 0, columns, 0, 0}, false);
    thread_pool pool{1};
    bar.noise().for_each([&](auto& part) { static_cast<Model&>(part) = model; });
    bar.program([&](std::size_t k, std::size_t n) { return w[k * columns + n]; }, [](std::size_t) { return 0.0; }, {key{seed{2}}, key{seed{3}}}, pool);
    workspace_matrix<double> unit, y;
    const std::vector<std::uint64_t> ids(rows);
    fill_zero(unit.resize(rows, rows));
    for (std::size_t k = 0; k < rows; ++k)
    {
        unit.view().row(k)[k] = 1;
    }
    bar.forward(unit.view(), {}, y.resize(rows, bar.width()), {}, {key{}, ids.data(), 0});
    std::vector<double> found;
    for (std::size_t k = 0; k < rows; ++k)
    {
        found.insert(found.end(), y.view().row(k).begin(), y.view().row(k).end());
    }
    return found;
}

//! Σ |W| over outputs [first, last).
double total(const std::vector<double>& w, std::size_t first, std::size_t last)
{
    double sum = 0;
    for (std::size_t k = 0; k < rows; ++k)
    {
        for (std::size_t n = first; n < last; ++n)
        {
            sum += std::abs(w[k * columns + n]);
        }
    }
    return sum;
}
}

TEST_CASE("devices: what drift takes is given back to each output, to each array, or to none")
{
    const auto w = some_weights();
    // written exactly and read without noise: drift alone
    memory model{.device = {.age = {1e6}, .written_scale = 0, .read_scale = 0}};
    const auto left = [&](std::size_t first, std::size_t last) { return total(read(model, w), first, last) / total(w, first, last); };
    for (std::size_t n = 0; n < columns; ++n)
    {
        CHECK(left(n, n + 1) < 0.7);
    }
    model.compensation = noise::compensation::global;
    CHECK(left(0, 4) == Approx(1).epsilon(1e-12));
    CHECK(left(4, 6) == Approx(1).epsilon(1e-12));
    CHECK(std::abs(left(0, 1) - 1) > 1e-4);
    model.compensation = noise::compensation::column;
    for (std::size_t n = 0; n < columns; ++n)
    {
        CHECK(left(n, n + 1) == Approx(1).epsilon(1e-12));
    }
}

TEST_CASE("devices: an output that has the full range has errors in proportion to its weights")
{
    auto w = some_weights();
    w[0] = 5;  // the largest of the array stays
    memory model{.range = noise::full_range::column};
    const auto large = read(model, w);
    // output 1 made small by a power of two, which rounds nothing
    for (std::size_t k = 0; k < rows; ++k)
    {
        w[k * columns + 1] /= 64;
    }
    const auto small = read(model, w);
    model.range = noise::full_range::array;
    const auto of_array = read(model, w);
    double error = 0;
    double error_of_array = 0;
    for (std::size_t k = 0; k < rows; ++k)
    {
        const std::size_t at = k * columns + 1;
        CHECK(small[at] == large[at] / 64);
        CHECK(small[at + 1] == large[at + 1]);
        error += std::pow(small[at] - w[at], 2);
        error_of_array += std::pow(of_array[at] - w[at], 2);
    }
    CHECK(error < 0.01 * error_of_array);

    // ideal devices are exact in either range
    for (const auto range : {noise::full_range::array, noise::full_range::column})
    {
        const auto ideal = read(memory{.device = {.written_scale = 0, .drift_scale = 0, .read_scale = 0}, .range = range}, w);
        double worst = 0;
        for (std::size_t i = 0; i < w.size(); ++i)
        {
            worst = std::max(worst, std::abs(ideal[i] - w[i]));
        }
        CHECK(worst < 1e-14);
    }
    // an output of zeros stays one of small errors, not of NaN
    for (std::size_t k = 0; k < rows; ++k)
    {
        w[k * columns + 5] = 0;
    }
    const auto zeros = read(memory{.compensation = noise::compensation::column, .range = noise::full_range::column}, w);
    CHECK(std::ranges::all_of(zeros, [](double v) { return std::isfinite(v); }));
}

TEST_CASE("devices: each array has wires of its own, which lose what the places in it say")
{
    const auto w = some_weights();
    const noise::ir_drop model{.segment = {40}};
    const auto found = read(model, w);
    double worst = 0;
    for (const auto& [first, last] : {std::pair<std::size_t, std::size_t>{0, 4}, {4, 6}})
    {
        std::vector<double> alone;
        std::vector<noise::crossing> crossings;
        auto wired = model;
        for (std::size_t k = 0; k < rows; ++k)
        {
            for (std::size_t n = first; n < last; ++n)
            {
                alone.push_back(w[k * columns + n]);
                crossings.push_back({static_cast<std::uint32_t>(k), static_cast<std::uint32_t>(n - first)});
                wired.w_max = std::max(wired.w_max, std::abs(alone.back()));
            }
        }
        wired.apply(std::span<double>(alone), noise::device_draws{{}, {}, crossings});
        for (std::size_t i = 0; i < alone.size(); ++i)
        {
            worst = std::max(worst, std::abs(alone[i] - found[i / (last - first) * columns + first + i % (last - first)]));
        }
    }
    CHECK(worst < 1e-14);
    CHECK(total(found, 0, 4) < 0.95 * total(w, 0, 4));
}
