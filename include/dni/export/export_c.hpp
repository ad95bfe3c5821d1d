// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <tuple>
#include <utility>

#include <dni/core/fixed_point.hpp>
#include <dni/core/version.hpp>
#include <dni/crossbar/fixed_array.hpp>
#include <dni/export/c_fixed_layer.hpp>
#include <dni/export/c_layer.hpp>
#include <dni/export/c_program.hpp>
#include <dni/export/fixed_streaming.hpp>
#include <dni/io/bytes.hpp>
#include <dni/layer/layer_in_words.hpp>
#include <dni/layer/network.hpp>

namespace dni
{
//! @brief A layer can be written in C: it needs no step that has not come yet, and its products are exact in float.
template <class Layer>
concept exportable = requires { sizeof(c_layer<Layer>); };

namespace detail
{
// Who wrote a file, and the network in words, line by line.
inline std::string about_network(const auto& net, const std::string& name)
{
    std::string about = name + ": written by dni " + std::string(version::string) + "\n *\n";
    net.for_each_layer([&](std::size_t, const auto& layer) { about += " *     " + layer_in_words(layer) + "\n"; });
    return about;
}

// `fixed_point(float)` and `float(fixed_point)`.
template <int Fraction>
void write_conversions(c_program& to)
{
    const std::string one = c_number(static_cast<float>(1 << Fraction));
    to.public_function("from_float", "float value",
                       "    const float scaled = value * " + one + ";\n    if (!(scaled > -32768.0f && scaled < 32767.0f))\n    {\n"
                       "        return scaled > 0.0f ? 32767 : (scaled < 0.0f ? -32768 : 0);\n    }\n"
                       "    const int32_t cut = (int32_t)scaled;\n    const float rest = scaled - (float)cut;\n"
                       "    return (int16_t)(cut + (rest >= 0.5f) - (rest <= -0.5f));\n", c_type<std::int16_t>);
    to.public_function("to_float", "int16_t n", "    return (float)n / " + one + ";\n", c_type<float>);
}
}

//! @brief A network as the text of one C99 file that runs it step by step: NAME_reset(&s) and NAME_step(&s, x, y), with the weights as constants.
//! @details It computes what `streaming` computes, in the same order: the elementary functions and the cells are the library's own, written as C by what they
//!          do to an expression. With DNI_FUSED as `simd::fused` is, and no contraction by either compiler (-ffp-contract=off), y has the bits of
//!          `streaming::step`; else the two differ by roundings. State and room for a step are in a struct; nothing is taken from the heap.
//! @param name what the names in the file begin with
//! @errors value_error for a name that is none in C, and for weights that are not finite
//! @verified tests/export/export_c_test.cpp, tests/export_c
template <exportable... Layers>
std::string c_source(const network<Layers...>& net, const std::string& name)
{
    c_program program(name);
    c_vector rows{"x", net.inputs()};
    const float* weights = net.weights().data();
    net.for_each_layer([&]<class Layer>(std::size_t i, const Layer& layer)
                       { rows = c_layer<Layer>::write(program, i, layer.chosen(), rows, weights); });
    return program.text(detail::about_network(net, name), net.inputs(), rows.name, rows.size);
}

//! @brief The same in fixed point, weights stored as `Weight`: it computes what `fixed_streaming` computes, and y has its bits, whatever the compiler and the
//!        processor. Steps are integer arithmetic alone, with x and y of int16_t; NAME_from_float and NAME_to_float convert.
//! @errors value_error for a name that is none in C, and for weights and biases that no integer stands for
//! @verified tests/export/export_c_test.cpp, tests/export_c
template <fixed_weight Weight, int Fraction = 12, runs_in_fixed_point... Layers>
std::string c_source(const network<Layers...>& net, const std::string& name)
{
    c_program program(name, c_fixed_numbers(Fraction));
    detail::write_conversions<Fraction>(program);
    const fixed_streaming<network<Layers...>, Weight, Fraction> fixed(net);
    c_vector rows{"x", net.inputs()};
    [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        ((rows = c_fixed_layer<fixed_layer<Layers, Weight, Fraction>>::write(program, I, fixed.template layer<I>(), rows)), ...);
    }(std::index_sequence_for<Layers...>{});
    return program.text(detail::about_network(net, name), net.inputs(), rows.name, rows.size);
}

//! @brief Writes `c_source` to a file; names begin with the file's own: "strokes.c" has strokes_step.
//! @details A network with noise is exported without: export_c(with_noise<noise::none>(net), "strokes.c").
//! @errors as `c_source`; value_error where the file cannot be written
//! @verified tests/export/export_c_test.cpp
template <exportable... Layers>
void export_c(const network<Layers...>& net, const std::filesystem::path& path)
{
    io::write_file(path, io::as_bytes(c_source(net, path.stem().string())));
}
//! @brief Writes the network in fixed point: export_c<std::int16_t>(net, "strokes.c") for Q15, std::int8_t for Q7.
//! @errors as `c_source`; value_error where the file cannot be written
//! @verified tests/export_c
template <fixed_weight Weight, int Fraction = 12, runs_in_fixed_point... Layers>
void export_c(const network<Layers...>& net, const std::filesystem::path& path)
{
    io::write_file(path, io::as_bytes(c_source<Weight, Fraction>(net, path.stem().string())));
}
}
