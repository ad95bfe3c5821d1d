// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dni/core/differences.hpp>
#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/core/shape.hpp>
#include <dni/core/version.hpp>
#include <dni/crossbar/crossbar.hpp>
#include <dni/crossbar/mapping.hpp>
#include <dni/crossbar/sources.hpp>
#include <dni/io/csv.hpp>
#include <dni/io/named_tensor.hpp>
#include <dni/io/number_type.hpp>
#include <dni/layer/layer_in_words.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/parameters.hpp>
#include <dni/noise/level.hpp>
#include <dni/noise/site.hpp>
#include <dni/precision/bits.hpp>
#include <dni/precision/bound.hpp>

namespace dni
{
//! @brief What a stored network says of its format, under the name "format". Files of PyTorch or NumPy say nothing.
inline constexpr const char* stored_format = "dni 1";

namespace detail
{
template <class Level>
bool makes_sense(Level level)
{
    try
    {
        check(level, "");
        return true;
    }
    catch (const value_error&)
    {
        return false;
    }
}

// f(name, part) for each noise: "0.l0.1" is the second one of crossbar l0 of layer 0.
template <class Network, class F>
void for_each_named_noise(Network& net, F&& f)
{
    net.for_each_crossbar(
        [&](std::size_t layer, const std::string& name, auto& bar)
        {
            std::size_t i = 0;
            bar.noise().for_each([&](auto& part) { f(std::to_string(layer) + "." + name + "." + std::to_string(i++), part); });
        });
}

// "dac", "adc", or the row of a cell.
template <class Converter>
std::string name_of_converter()
{
    if constexpr (requires { Converter::row; })
    {
        return std::string("row ") + Converter::row;
    }
    return Converter::where == noise::site::input ? "dac" : "adc";
}

// f(name, part) for each converter: "0.l0.dac" is the one at the input of crossbar l0 of layer 0.
template <class Network, class F>
void for_each_named_converter(Network& net, F&& f)
{
    net.for_each_crossbar(
        [&](std::size_t layer, const std::string& name, auto& bar)
        {
            bar.noise().for_each_converter([&]<class Part>(Part& part) { f(std::to_string(layer) + "." + name + "." + name_of_converter<Part>(), part); });
        });
}

// f(name, number, makes sense) for what may change while a program runs: the level and the calibration of each noise, bits and bound of each converter.
template <class Network, class F>
void for_each_setting(Network& net, F&& f)
{
    for_each_named_converter(net,
                             [&](const std::string& name, auto& part)
                             {
                                 f("bits " + name, part.resolution.value,
                                   [](double value)
                                   { return value == std::floor(value) && std::abs(value) < 100 && makes_sense(bits{static_cast<int>(value)}); });
                                 if constexpr (requires { part.range.limit; } && !has_bound_parameter<std::remove_cvref_t<decltype(part)>>)
                                 {
                                     f("full scale " + name, part.range.limit.value, [](double value) { return makes_sense(full_scale{value}); });
                                 }
                             });
    for_each_named_noise(net,
                         [&](const std::string& name, auto& part)
                         {
                             if constexpr (requires { part.level.value; })
                             {
                                 using level = std::remove_cvref_t<decltype(part.level)>;
                                 f("level " + name, part.level.value, [](double value) { return makes_sense(level{value}); });
                             }
                             if constexpr (requires { part.reference_power; })
                             {
                                 f("reference power " + name, part.reference_power, [](double value) { return value >= 0 && std::isfinite(value); });
                             }
                         });
}

// Everything else of a noise: its kind, its constants, its site and its lifetime.
template <class Part>
std::string kind_of_noise(Part part)
{
    if constexpr (requires { part.level = part.level.none(); })
    {
        part.level = part.level.none();
    }
    if constexpr (requires { part.reference_power = 0; })
    {
        part.reference_power = 0;
    }
    return noise::place_in_words<Part>() + ": " + part.describe();
}

// What kind of network it is: layers, sizes, precisions, noises.
template <class... Layers>
std::map<std::string, std::string> kinds_in_words(const network<Layers...>& net)
{
    std::map<std::string, std::string> words;
    net.for_each_layer([&](std::size_t i, const auto& layer) { words["layer " + std::to_string(i)] = layer_in_words(layer); });
    net.for_each_crossbar(
        [&]<class Policies>(std::size_t layer, const std::string& name, const crossbar<Policies>& bar)
        {
            std::string& word = words["crossbar " + std::to_string(layer) + "." + name];
            word = Policies::precision::name;
            if constexpr (!mapping::one_array<typename Policies::mapping>)
            {
                word += ", " + bar.arrays().describe();
            }
        });
    for_each_named_noise(net, [&](const std::string& name, const auto& part) { words["noise " + name] = kind_of_noise(part); });
    for_each_named_converter(net, [&](const std::string& name, const auto& part) { words["converter " + name] = part.kind(); });
    return words;
}

inline bool tells_a_kind(std::string_view name)
{
    return name.starts_with("layer ") || name.starts_with("crossbar ") || name.starts_with("noise ") || name.starts_with("converter ");
}

// Whether a T holds every number of the stored type.
template <class T>
bool holds(io::number_type stored) noexcept
{
    return stored == io::number_type::float16 || stored == io::number_type::bfloat16 || stored == io::number_type::float32
           || stored == io::number_type_of<T>();
}

// The flat weights of a network from tensors with the names of its parameters.
template <class T>
std::vector<T> stored_weights(const parameter_table& parameters, const std::vector<io::named_tensor>& tensors, differences& found)
{
    std::map<std::string_view, const io::named_tensor*> unused;
    for (const auto& one : tensors)
    {
        unused[one.name] = &one;
    }
    const auto in_words = [](io::number_type type, const auto& shape) { return io::name_of(type) + " " + describe_shape(shape); };
    std::vector<T> weights(parameters.size());
    for (const auto& p : parameters)
    {
        const auto at = unused.find(p.name);
        const auto expected = in_words(io::number_type_of<T>(), p.shape);
        if (at == unused.end())
        {
            found.add(p.name, expected, "none");
            continue;
        }
        const auto& stored = *at->second;
        unused.erase(at);
        if (!holds<T>(stored.type) || stored.shape != p.shape)
        {
            found.add(p.name, expected, in_words(stored.type, stored.shape));
            continue;
        }
        const auto values = stored.values<T>();
        if (!std::ranges::all_of(values, [](T v) { return std::isfinite(v); }))
        {
            found.add(p.name, "finite numbers", "others");
            continue;
        }
        std::ranges::copy(values, weights.begin() + static_cast<std::ptrdiff_t>(p.offset));
    }
    for (const auto& [name, stored] : unused)
    {
        found.add(std::string(name), "none", in_words(stored->type, stored->shape));
    }
    return weights;
}
}

//! @brief A network as tensors with PyTorch's names and shapes, and as texts that say what it is: format and version, layers and sizes, the precision of
//!        each crossbar, for each noise its kind, site, lifetime, level and calibration, for each converter its kind, bits and full scale.
//! @verified tests/layer/stored_network_test.cpp
template <class... Layers>
io::named_tensors store(const network<Layers...>& net)
{
    io::named_tensors stored;
    for (const auto& p : net.parameters())
    {
        stored.tensors.push_back(io::named_tensor::of(p.name, p.shape, net.weights().subspan(p.offset, p.size())));
    }
    stored.metadata = detail::kinds_in_words(net);
    stored.metadata["format"] = stored_format;
    stored.metadata["version"] = version::string;
    detail::for_each_setting(net, [&](const std::string& name, auto value, auto&&) { stored.metadata[name] = exact_number(static_cast<double>(value)); });
    net.for_each_layer(
        [&](std::size_t i, const auto& layer)
        {
            if constexpr (requires { layer.chosen().dropout; })
            {
                stored.metadata["dropout " + std::to_string(i)] = exact_number(layer.chosen().dropout);
            }
        });
    return stored;
}

//! @brief Puts stored weights into a network, with the levels and the calibration they were stored with. Tensors without texts, as PyTorch and NumPy
//!        write them, give weights alone.
//! @details Names, shapes, number types and kinds must be those of the network; float16 and bfloat16 are widened, and float32 for a network of double.
//!          Dropout, which acts in training alone, may be another. Everything is compared first: either all is taken or nothing has changed.
//! @param where what messages begin with, as the name of the file
//! @errors value_error with each difference, not only the first
//! @verified tests/layer/stored_network_test.cpp
template <class... Layers>
void restore(network<Layers...>& net, const io::named_tensors& stored, const std::string& where)
{
    using T = typename network<Layers...>::value_type;
    differences found;
    const auto weights = detail::stored_weights<T>(net.parameters(), stored.tensors, found);
    const bool all_there = found.empty();

    std::vector<double> settings;
    if (const auto format = stored.metadata.find("format"); format != stored.metadata.end() && format->second.starts_with("dni"))
    {
        if (format->second != stored_format)
        {
            throw value_error(where, std::string("the format ") + stored_format, format->second);
        }
        std::map<std::string, std::string> kinds;
        std::ranges::copy_if(stored.metadata, std::inserter(kinds, kinds.end()), [](const auto& text) { return detail::tells_a_kind(text.first); });
        const auto expected = detail::kinds_in_words(net);
        found.compare(expected, kinds);
        detail::for_each_setting(net,
                                 [&](const std::string& name, auto, auto&& makes_sense)
                                 {
                                     const auto text = stored.metadata.find(name);
                                     const auto value = text == stored.metadata.end() ? std::nullopt : io::parse_number(text->second);
                                     if (kinds == expected && !(value && makes_sense(*value)))
                                     {
                                         found.add(name, "a number that makes sense", text == stored.metadata.end() ? "none" : text->second);
                                     }
                                     settings.push_back(value.value_or(0));
                                 });
    }
    detail::for_each_named_converter(net,
                                     [&]<class Part>(const std::string& name, const Part& part)
                                     {
                                         if constexpr (detail::has_bound_parameter<Part>)
                                         {
                                             auto range = part.range;
                                             range.take(static_cast<double>(weights[range.place]));
                                             const double bound = static_cast<double>(static_cast<T>(range.limit.value));
                                             if (all_there && !detail::makes_sense(full_scale{bound}))
                                             {
                                                 found.add("bound " + name, "a positive, finite full scale", number(bound));
                                             }
                                         }
                                     });
    found.refuse(where, "what the network has");

    std::ranges::copy(weights, net.weights().begin());
    if (!settings.empty())
    {
        auto next = settings.begin();
        detail::for_each_setting(net, [&]<class Number>(const std::string&, Number& value, auto&&) { value = static_cast<Number>(*next++); });
    }
}
}
