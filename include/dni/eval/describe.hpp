// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iomanip>
#include <span>
#include <sstream>
#include <string>

#include <dni/core/number.hpp>
#include <dni/core/shape.hpp>
#include <dni/crossbar/crossbar.hpp>
#include <dni/crossbar/mapping.hpp>
#include <dni/crossbar/sources.hpp>
#include <dni/layer/layer_in_words.hpp>
#include <dni/layer/network.hpp>
#include <dni/noise/site.hpp>

namespace dni
{
namespace detail
{
// What a level means: the fraction of the root mean square that is noise, or the one sigma a calibration makes of it.
template <class Part>
std::string amplitude_in_words(const Part& part)
{
    if constexpr (requires { part.level.ratio(); })
    {
        if (part.level == part.level.none())
        {
            return "";
        }
        if constexpr (requires { part.reference_power; })
        {
            if (part.reference_power > 0)
            {
                return ", sigma = " + number(part.level.ratio() * std::sqrt(part.reference_power)) + " by calibration";
            }
        }
        constexpr const char* vectors[] = {"each input vector", "the matrix", "each output vector", "each row"};
        const char* const vector = vectors[std::min(static_cast<std::size_t>(part.where), static_cast<std::size_t>(noise::site::row))];
        return ", sigma = " + number(part.level.ratio()) + " of the root mean square of " + vector;
    }
    return "";
}

template <class Converter>
std::string converter_in_words()
{
    if constexpr (requires { Converter::row; })
    {
        return std::string("quantizer at the row ") + Converter::row;
    }
    return Converter::where == noise::site::input ? "DAC" : "ADC";
}

template <class Policies, class T>
void describe_crossbar(std::ostream& text, const std::string& name, const crossbar<Policies>& bar, [[maybe_unused]] std::span<const T> weights)
{
    const auto& wires = bar.wires();
    text << "     crossbar " << name << ": " << wires.rows() << " inputs";
    if (wires.feedback > 0)
    {
        text << " (" << wires.inputs << " of x, " << wires.feedback << " of h)";
    }
    text << ", " << wires.columns() << " outputs, " << Policies::precision::name << '\n';
    if constexpr (!mapping::one_array<typename Policies::mapping>)
    {
        text << "       mapping: " << bar.arrays().describe() << '\n';
    }
    bool exact = true;
    bar.noise().for_each(
        [&]<class Part>(const Part& part)
        {
            exact = false;
            text << "       noise: " << part.describe() << amplitude_in_words(part) << "; " << noise::place_in_words<Part>() << '\n';
        });
    text << (exact ? "       noise: none\n" : "");
    bar.noise().for_each_converter(
        [&]<class Part>(Part part)
        {
            if constexpr (has_bound_parameter<Part>)
            {
                part.range.take(static_cast<double>(weights[part.range.place]));
            }
            text << "       " << converter_in_words<Part>() << ": " << part.describe() << '\n';
        });
}
}

//! @brief What a network is, in words: its layers, parameters (PyTorch's names and shapes) and their number, and for each crossbar its precision and which
//!        noise acts at which site, how long a draw lives and at which level, in real units. So that nobody wonders whether a setting took effect.
//! @verified tests/eval/describe_test.cpp
template <class... Layers>
std::string describe(const network<Layers...>& net)
{
    std::ostringstream text;
    net.for_each_layer(
        [&](std::size_t i, const auto& layer)
        {
            const std::string prefix = std::to_string(i) + ".";
            text << prefix << ' ' << layer_in_words(layer);
            if constexpr (requires { layer.chosen().dropout; })
            {
                text << (layer.chosen().dropout > 0 ? ", dropout " + number(layer.chosen().dropout) + " between them in training" : "");
            }
            bool digital = true;
            layer.for_each_crossbar([&](const std::string&, const auto&) { digital = false; });
            text << (digital ? ", digital and exact\n" : "\n");
            for (const auto& p : net.parameters())
            {
                if (p.name.starts_with(prefix))
                {
                    text << "     " << std::left << std::setw(28) << p.name << ' ' << std::setw(14) << describe_shape(p.shape) << std::right << std::setw(9) << p.size()
                         << '\n';
                }
            }
            layer.for_each_crossbar([&](const std::string& name, const auto& bar) { detail::describe_crossbar(text, name, bar, net.weights()); });
        });
    text << net.parameters().size() << " parameters\n";
    return text.str();
}
}
