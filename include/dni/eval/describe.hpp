// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <iomanip>
#include <sstream>
#include <string>

#include <dni/layer/network.hpp>
#include <dni/noise/site.hpp>

namespace dni
{
//! @brief What a network is, in words: its layers, parameters and shapes, and for each crossbar which noise acts at which site, how long a draw lives and
//!        at which level, in real units. So that nobody wonders whether a setting took effect.
//! @verified tests/eval/describe_test.cpp
template <class... Layers>
std::string describe(const network<Layers...>& net)
{
    using T = typename network<Layers...>::value_type;
    std::ostringstream text;
    net.for_each_layer(
        [&](std::size_t i, const auto& layer)
        {
            text << i << "  " << layer.name() << ": " << layer.inputs() << " -> " << layer.outputs() << '\n';
            const std::string prefix = std::to_string(i) + ".";
            for (const auto& p : net.parameters())
            {
                if (p.name.starts_with(prefix))
                {
                    std::string shape;
                    for (const std::size_t n : p.shape)
                    {
                        shape += (shape.empty() ? "[" : ", ") + std::to_string(n);
                    }
                    text << "     " << std::left << std::setw(28) << p.name << std::setw(14) << shape + "]" << std::right << std::setw(9) << p.size() << '\n';
                }
            }
            layer.for_each_crossbar(
                [&](const std::string& name, const auto& bar)
                {
                    const auto& wires = bar.wires();
                    text << "     crossbar " << name << ": " << wires.rows() << " x " << wires.columns();
                    bool quiet = true;
                    bar.noise().for_each(
                        [&](const auto& part)
                        {
                            quiet = false;
                            text << "\n       " << part.describe();
                            switch (part.where)
                            {
                            case noise::site::input:
                                text << "; at the input, fresh for each sample and step";
                                break;
                            case noise::site::weights:
                                text << "; at the weights, one draw for a pass, shared by the batch";
                                break;
                            case noise::site::output:
                                text << "; at the output, fresh for each sample and step";
                                break;
                            }
                        });
                    text << (quiet ? ": exact\n" : "\n");
                });
        });
    text << net.parameters().size() << " parameters, " << (sizeof(T) == 4 ? "float32" : "float64") << '\n';
    return text.str();
}
}
