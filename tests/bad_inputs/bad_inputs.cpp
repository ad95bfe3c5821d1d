// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
//
// Prints docs/reliability/bad_inputs.md: what bad inputs are answered with. The test compares.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include <dni/dni.hpp>
#include <dni/io.hpp>

#include "support/gzip.hpp"

using namespace dni;
using namespace std::string_literals;

namespace
{
using analog = policies<noise::gaussian<snr_db>>;
using model = network<recurrent<cell::lstm, analog>, last_step, dense<analog>>;

const char* kind_of(const error& answer)
{
    if (dynamic_cast<const shape_error*>(&answer))
    {
        return "shape_error";
    }
    if (dynamic_cast<const parse_error*>(&answer))
    {
        return "parse_error";
    }
    return dynamic_cast<const value_error*>(&answer) ? "value_error" : "numeric_error";
}

std::size_t unanswered = 0;

template <class Act>
void row(const std::string& input, Act&& act)
{
    std::string answer;
    try
    {
        static_cast<void>(act());
        answer = "**taken**";
        ++unanswered;
    }
    catch (const error& problem)
    {
        answer = kind_of(problem) + ": "s + problem.what();
    }
    std::string cell;
    for (const char c : answer)
    {
        cell += c == '|' ? "\\|" : c == '\n' ? "<br>" : std::string(1, c);
    }
    std::cout << "| " << input << " | " << cell << " |\n";
}

io::bytes bytes_of(std::string_view text)
{
    const auto data = io::as_bytes(text);
    return {data.begin(), data.end()};
}

io::bytes npy(const std::string& header, std::string_view data = {})
{
    return bytes_of("\x93NUMPY\x01\x00"s + static_cast<char>(header.size()) + '\0' + header + std::string(data));
}

io::bytes safetensors(const std::string& header, std::string_view data = {})
{
    return bytes_of(std::string{static_cast<char>(header.size()), 0, 0, 0, 0, 0, 0, 0} + header + std::string(data));
}

const auto of_text = [](const std::string& text) { return bytes_of(text); };

void files()
{
    const auto two = io::format_npy(tensor<double, 1>{1, 300});
    row("npy: nothing", [] { return io::parse_npy<float, 2>({}); });
    row("npy: another file", [] { return io::parse_npy<float, 2>(of_text("P5 28 28 255 ....")); });
    row("npy: 77 bytes that claim 40 GB", [] { return io::parse_npy<float, 2>(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (100000, 100000)}")); });
    row("npy: a shape whose product overflows", [] { return io::parse_npy<float, 2>(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296)}")); });
    row("npy: Python objects", [] { return io::parse_npy<float, 1>(npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "12345678")); });
    row("npy: cut", [&] { return io::parse_npy<double, 1>(std::span(two).first(two.size() - 1)); });
    row("npy: another number of dimensions", [&] { return io::parse_npy<double, 2>(two); });
    row("npy: 300 as uint8", [&] { return io::parse_npy<std::uint8_t, 1>(io::format_npy(tensor<std::int32_t, 1>{1, 300})); });
    row("npy: floating point as integers", [&] { return io::parse_npy<std::int32_t, 1>(two); });
    row("npy: no such file", [] { return io::load_npy<float, 2>("no/such/file.npy"); });
    row("npz: another file", [] { return io::parse_npz(of_text("no zip")); });
    row("idx: another file", [] { return io::parse_idx<std::uint8_t, 3>(of_text("PNG ....")); });
    row("idx: 8 bytes that claim 4 GB", [] { return io::parse_idx<std::uint8_t, 1>(of_text("\0\0\x08\x01\xFF\xFF\xFF\xFF"s)); });
    row("gz: another file", [] { return io::gunzip(of_text("not packed")); });
    row("gz: cut", [] { auto packed = support::gzip("a text"); packed.resize(packed.size() - 1); return io::gunzip(packed); });
    row("gz: a wrong checksum", [] { auto packed = support::gzip("a text"); packed[packed.size() - 8] ^= std::byte{1}; return io::gunzip(packed); });
    row("gz: 100 KB that unpack to 100 MB, limit 1 MB", [] { return io::gunzip(support::gzip(std::string(100'000'000, 'x')), 1'000'000); });
    row("csv: a row that is too short", [] { return io::parse_csv("1,2,3\n4,5\n"); });
    row("csv: a quote that is not closed", [] { return io::parse_csv("1,\"2\n3"); });
    row("csv: a word for a number", [] { return io::parse_csv("1,2\n3,four\n", io::csv_header::absent).number(1, 1); });
    row("safetensors: 8 bytes that claim a header of 2^63", [] { return io::parse_safetensors(of_text("\0\0\0\0\0\0\0\x80"s)); });
    row("safetensors: data that overlap", [] { return io::parse_safetensors(safetensors(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", "1234")); });
    row("safetensors: data beyond the end", [] { return io::parse_safetensors(safetensors(R"({"a":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}})", "1234")); });
    row("safetensors: a shape that is not that of the data", [] { return io::parse_safetensors(safetensors(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", "1234")); });
    row("safetensors: an unknown type", [] { return io::parse_safetensors(safetensors(R"({"a":{"dtype":"C64","shape":[],"data_offsets":[0,8]}})", "12345678")); });
    row("safetensors: bytes after the last tensor", [] { return io::parse_safetensors(safetensors("{}", "1")); });
    row("a file in a folder that is not there", [] { io::write_file_atomically("no/such/folder/file", {}); return 0; });
}

void networks()
{
    const sizes small{.inputs = 2, .hidden = 3, .outputs = 2};
    row("a network without hidden units", [] { return model({.inputs = 2, .outputs = 2}, seed{1}); });
    row("a network without outputs", [] { return model({.inputs = 2, .hidden = 3}, seed{1}); });
    row("dropout of 1", [&] { return model({.inputs = 2, .hidden = 3, .outputs = 2, .dropout = 1}, seed{1}); });
    row("a noise level that is not a number", [&] { model net(small, seed{1}); net.noise_level(snr_db{std::nan("")}); return 0; });
    row("a noise level for a network without noise", [&] { network<dense<>> net(small, seed{1}); net.noise_level(snr_db{5}); return 0; });
    row("a stored network of other sizes", [&] { model net(small, seed{1}); restore(net, store(model({.inputs = 2, .hidden = 4, .outputs = 2}, seed{1})), "file"); return 0; });
    row("a stored network of another cell and noise",
        [&] { network<recurrent<cell::rnn<>>, last_step, dense<>> net(small, seed{1}); restore(net, store(model(small, seed{1})), "file"); return 0; });
    row("stored weights that are not finite",
        [&] { model net(small, seed{1}); net.weights()[0] = std::numeric_limits<float>::infinity(); auto stored = store(net); restore(net, stored, "file"); return 0; });
    row("streaming: more inputs than there is room for", [&] { return streaming<network<dense<>>, bounds{1, 1, 1, 1}>(small, std::vector<float>(6)); });
    row("streaming: too few weights", [&] { return streaming<network<dense<>>>(small, std::vector<float>(5)); });
    row("export to C: a weight that is not a number", [&] { network<dense<>> net(small, seed{1}); net.weights()[0] = std::nanf(""); return c_source(net, "net"); });
    row("export to C: a name that is none in C", [&] { return c_source(network<dense<>>(small, seed{1}), "2 nets"); });
}

void trainings()
{
    const auto digits = [](std::size_t count) { return data::synthetic_strokes(count, seed{1}); };
    const auto fit = [&](auto method, const fit_options& options, data::sequences set)
    {
        model net({.inputs = 4, .hidden = 3, .outputs = 10}, seed{1});
        trainer(net, method, cross_entropy{}).fit(set, options);
        return 0;
    };
    row("adam: a negative rate", [&] { return fit(adam{.rate = -1}, {.epochs = 1, .progress = false}, digits(8)); });
    row("sgd: a momentum of 1", [&] { return fit(sgd{.momentum = 1}, {.epochs = 1, .progress = false}, digits(8)); });
    row("fit: validation of everything", [&] { return fit(sgd{}, {.epochs = 1, .validation = 1, .progress = false}, digits(8)); });
    row("fit: data with other features", [&] { auto set = digits(8); set.values = tensor<float, 2>::from_shape({set.offsets.back(), 3}); set.values.fill(0); return fit(sgd{}, {.epochs = 1, .progress = false}, set); });
    row("fit: a label beyond the outputs", [&] { auto set = digits(8); set.labels[3] = 10; return fit(sgd{}, {.epochs = 1, .batch = 8, .progress = false}, set); });
    row("fit: a negative label", [&] { auto set = digits(8); set.labels[3] = -1; return fit(sgd{}, {.epochs = 1, .batch = 8, .progress = false}, set); });
    row("fit: a number that is none in the data", [&] { auto set = digits(8); set.values(5, 1) = std::nanf(""); return fit(sgd{}, {.epochs = 1, .batch = 8, .progress = false}, set); });
    row("resume: the network alone, which is no checkpoint",
        [&] { model net({.inputs = 4, .hidden = 3, .outputs = 10}, seed{1}); trainer teacher(net, sgd{}, cross_entropy{}); return resume(teacher, store(net), "file"); });
    row("resume: weights of another network",
        [&]
        {
            model net({.inputs = 4, .hidden = 3, .outputs = 10}, seed{1});
            trainer teacher(net, sgd{}, cross_entropy{});
            auto state = teacher.state();
            state.best_weights.resize(1);
            teacher.resume(std::move(state));
            return 0;
        });
    row("fit: no data", [&] { return fit(sgd{}, {.epochs = 1, .progress = false}, data::sequences{}); });
}
}

int main()
{
    try
    {
        std::cout << "# Bad inputs, and what they are answered with\n\n"
                     "Written by `tests/bad_inputs/bad_inputs.cpp`; the test `bad_inputs` compares. Everything is a `dni::error`; nothing is read halfway.\n\n"
                     "| input | answer |\n|---|---|\n";
        files();
        networks();
        trainings();
        return unanswered == 0 ? 0 : 1;
    }
    catch (const std::exception& problem)
    {
        std::cerr << typeid(problem).name() << ": " << problem.what() << '\n';
        return 1;
    }
}
