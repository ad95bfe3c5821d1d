// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
//
// write_networks FOLDER: networks in C, each in a folder of its own, with sequences and what `streaming` makes of them. Prints 1 where this program rounds a
// product and a sum once, else 0.
#include <array>
#include <cstddef>
#include <cstdint>
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
network<Layers...> make(const sizes& chosen, stream& random)
{
    network<Layers...> net(chosen, seed{1});
    for (float& w : net.weights())
    {
        w += 0.1f * random.normal();  // biases too
    }
    return net;
}

// Sequences of floats, and what step(x) makes of them.
void write_sequences(const std::filesystem::path& here, stream& random, std::size_t inputs, const auto& reset, const auto& step)
{
    std::vector<float> given;
    std::vector<float> expected;
    for (std::size_t sequence = 0; sequence < sequences; ++sequence)
    {
        reset();
        const float scale = sequence == 2 ? 30 : 1;  // far into the bounds of the elementary functions, and beyond the range of fixed point
        for (std::size_t s = 0; s < steps; ++s)
        {
            std::vector<float> x(inputs);
            for (float& v : x)
            {
                v = scale * random.normal();
            }
            given.insert(given.end(), x.begin(), x.end());
            const auto y = step(x);
            expected.insert(expected.end(), y.begin(), y.end());
        }
    }
    write_numbers(here / "x", given);
    write_numbers(here / "y", expected);
}

void write_sizes(const std::filesystem::path& here, const auto& live, bool fixed)
{
    std::ofstream(here / "sizes") << live.inputs() << ' ' << live.outputs() << ' ' << steps << ' ' << fixed << '\n';
}

template <class... Layers>
void write(const std::filesystem::path& folder, const char* name, const sizes& chosen)
{
    stream random{key{seed{2}}};
    const auto net = make<Layers...>(chosen, random);
    const auto here = folder / name;
    std::filesystem::create_directory(here);
    export_c(net, here / "net.c");
    streaming live(net);
    write_sequences(here, random, net.inputs(), [&] { live.reset(); }, [&](std::span<const float> x) { return live.step(x); });
    write_sizes(here, live, false);
}

template <class Weight, int Fraction, class... Layers>
void write_fixed(const std::filesystem::path& folder, const char* name, const sizes& chosen)
{
    using number = fixed_point<Fraction>;
    stream random{key{seed{2}}};
    const auto net = make<Layers...>(chosen, random);
    const auto here = folder / name;
    std::filesystem::create_directory(here);
    export_c<Weight, Fraction>(net, here / "net.c");
    fixed_streaming<network<Layers...>, Weight, Fraction> live(net);
    const auto step = [&](std::span<const float> x)
    {
        std::vector<std::int16_t> converted;
        for (const float v : x)
        {
            converted.push_back(static_cast<std::int16_t>(number(v).integer()));
        }
        std::vector<float> y;
        for (const std::int16_t n : live.step(converted))
        {
            y.push_back(static_cast<float>(number::of(n)));
        }
        return y;
    };
    write_sequences(here, random, net.inputs(), [&] { live.reset(); }, step);
    write_sizes(here, live, true);
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
        write_fixed<std::int16_t, 12, recurrent<cell::lstm>, dense<>>(folder, "q15_lstm", {.inputs = 4, .hidden = 32, .outputs = 10});
        write_fixed<std::int8_t, 12, recurrent<cell::lstm>, dense<>>(folder, "q7_lstm", {.inputs = 4, .hidden = 32, .outputs = 10});
        write_fixed<std::int16_t, 10, recurrent<cell::gru>, dense<>>(folder, "q15_gru_stack", {.inputs = 1, .hidden = 17, .outputs = 2, .layers = 3});
        write_fixed<std::int8_t, 12, recurrent<cell::gru>, last_step, dense<>>(folder, "q7_gru_last_step", {.inputs = 4, .hidden = 32, .outputs = 10});
        write_fixed<std::int16_t, 12, recurrent<cell::rnn<>>, dense<>, mean_over_time>(folder, "q15_rnn_mean_over_time", {.inputs = 2, .hidden = 12, .outputs = 4});
        write_fixed<std::int16_t, 12, recurrent<cell::rnn<cell::relu>>>(folder, "q15_rnn_relu", {.inputs = 3, .hidden = 5});
        std::cout << simd::fused << '\n';
    }
    catch (const std::exception& problem)
    {
        std::cerr << problem.what() << '\n';
        return 1;
    }
}
