// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
//
// write_networks FOLDER: networks in C, each in a folder of its own, with sequences and what `streaming` makes of them. Prints 1 where this program rounds a
// product and a sum once, else 0.
#include <array>
#include <cstddef>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dni/dni.hpp>

namespace
{
using namespace dni;

// A cell of a user: one more row than the library's are carried, and every operation of a number is used.
struct leaky_unit
{
    static constexpr const char* name = "leaky unit";
    enum block : std::size_t { gate, candidate };
    static constexpr std::array products{cell::by_feedback(1), cell::by_input(0)};
    enum row : std::size_t { slow, fast, h, rows };
    static constexpr std::array<std::size_t, 3> carried{h, slow, fast};

    static void forward(auto& e) noexcept
    {
        e[fast] = math::relu(e.in[candidate]) - 0.5f * e.last(fast);
        e[slow] = e.last(slow);
        e[slow] += (e[fast] - e.last(slow)) / 8;
        e[h] = math::tanh(e[slow]) * math::exp(-math::sigmoid(e.in[gate]));
    }

    static void adjoint(const auto&, auto&) noexcept {}  // never trained
};

constexpr std::size_t sequences = 3;
constexpr std::size_t steps = 200;

void write_numbers(const std::filesystem::path& file, std::span<const float> values)
{
    io::write_file(file, std::as_bytes(values));
}

template <class... Layers>
void write(const std::filesystem::path& folder, const char* name, const sizes& chosen)
{
    network<Layers...> net(chosen, seed{1});
    stream random{key{seed{2}}};
    for (float& w : net.weights())
    {
        w += 0.1f * random.normal();  // biases too
    }
    const auto here = folder / name;
    std::filesystem::create_directory(here);
    export_c(net, here / "net.c");

    std::vector<float> given;
    std::vector<float> expected;
    streaming live(net);
    for (std::size_t sequence = 0; sequence < sequences; ++sequence)
    {
        live.reset();
        const float scale = sequence == 2 ? 30 : 1;  // far into the bounds of the elementary functions
        for (std::size_t s = 0; s < steps; ++s)
        {
            std::vector<float> x(chosen.inputs);
            for (float& v : x)
            {
                v = scale * random.normal();
            }
            given.insert(given.end(), x.begin(), x.end());
            const auto y = live.step(x);
            expected.insert(expected.end(), y.begin(), y.end());
        }
    }
    write_numbers(here / "x", given);
    write_numbers(here / "y", expected);
    std::ofstream(here / "sizes") << net.inputs() << ' ' << net.outputs() << ' ' << steps << '\n';
}
}

int main(int argc, char** argv)
{
    if (argc != 2)
    {
        std::cerr << "usage: write_networks FOLDER\n";
        return 2;
    }
    try
    {
        const std::filesystem::path folder = argv[1];
        write<recurrent<cell::rnn<>>, dense<>>(folder, "rnn_tanh", {.inputs = 4, .hidden = 32, .outputs = 10});
        write<recurrent<cell::rnn<cell::relu>>>(folder, "rnn_relu", {.inputs = 3, .hidden = 5});
        write<recurrent<cell::gru>, dense<>>(folder, "gru", {.inputs = 4, .hidden = 32, .outputs = 10});
        write<recurrent<cell::lstm>, dense<>>(folder, "lstm", {.inputs = 4, .hidden = 32, .outputs = 10});
        write<recurrent<cell::gru>, dense<>>(folder, "gru_stack", {.inputs = 1, .hidden = 17, .outputs = 2, .layers = 3, .dropout = 0.5});
        write<recurrent<cell::lstm>, last_step, dense<>>(folder, "lstm_stack_last_step", {.inputs = 5, .hidden = 9, .outputs = 3, .layers = 2});
        write<recurrent<cell::lstm>, dense<>, mean_over_time>(folder, "lstm_mean_over_time", {.inputs = 2, .hidden = 12, .outputs = 4});
        write<dense<>, recurrent<leaky_unit>, dense<>>(folder, "own_cell_between_dense", {.inputs = 6, .hidden = 7, .outputs = 5});
        std::cout << simd::fused << '\n';
    }
    catch (const std::exception& problem)
    {
        std::cerr << problem.what() << '\n';
        return 1;
    }
}
