// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <tuple>
#include <type_traits>

#include <dni/core/version.hpp>
#include <dni/export/c_layer.hpp>
#include <dni/export/c_program.hpp>
#include <dni/io/bytes.hpp>
#include <dni/layer/layer_in_words.hpp>
#include <dni/layer/network.hpp>

namespace dni
{
//! @brief A layer can be written in C: it needs no step that has not come yet, and its products are exact in float.
template <class Layer>
concept exportable = requires { sizeof(c_layer<Layer>); };

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
    std::string about = name + ": written by dni " + std::string(version::string) + "\n *\n";
    c_vector rows{"x", net.inputs()};
    const float* weights = net.weights().data();
    net.for_each_layer(
        [&]<class Layer>(std::size_t i, const Layer& layer)
        {
            about += " *     " + layer_in_words(layer) + "\n";
            rows = c_layer<Layer>::write(program, i, layer.chosen(), rows, weights);
        });
    return program.text(about, net.inputs(), rows.name, rows.size);
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
}
