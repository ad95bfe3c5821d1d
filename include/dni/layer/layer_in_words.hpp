// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace dni
{
//! @brief What kind of layer it is, and its sizes: "recurrent lstm: 4 -> 128, 2 layers".
template <class Layer>
std::string layer_in_words(const Layer& layer)
{
    std::string text = layer.name() + ": " + std::to_string(layer.inputs()) + " -> " + std::to_string(layer.outputs());
    if constexpr (requires { layer.chosen().layers; })
    {
        text += layer.chosen().layers > 1 ? ", " + std::to_string(layer.chosen().layers) + " layers" : "";
    }
    return text;
}
}
