// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>
#include <dni/core/number.hpp>
#include <dni/data/batch.hpp>
#include <dni/data/packing.hpp>
#include <dni/layer/parameters.hpp>

namespace dni
{
namespace detail
{
template <class T>
bool all_finite(std::span<const T> values) noexcept
{
    return std::ranges::all_of(values, [](T v) { return std::isfinite(v); });
}

// "step 3, sample 17": the first row of a pass with a value that is not finite; empty if there is none.
template <class T>
std::string first_non_finite_row(matrix_view<const T> values, const data::packing& shape)
{
    const bool per_step = values.rows == shape.rows();
    for (std::size_t s = 0; s < (per_step ? shape.steps() : 1); ++s)
    {
        for (std::size_t b = 0; b < shape.active(s); ++b)
        {
            if (!all_finite(values.row(per_step ? shape.row(s, b) : b)))
            {
                return (per_step ? "step " + std::to_string(shape.first_step() + s) + ", " : "") + "sample " + std::to_string(shape.id(b));
            }
        }
    }
    return "";
}
}

//! @brief The name of the first parameter with an element that is not finite in a flat vector of weights or of their gradient; empty if there is none.
//! @verified tests/train/non_finite_test.cpp
template <class T>
std::string first_non_finite(const parameter_table& parameters, std::span<const T> values)
{
    const auto bad = std::ranges::find_if(parameters, [&](const parameter& p) { return !detail::all_finite(values.subspan(p.offset, p.size())); });
    return bad == parameters.end() ? "" : bad->name;
}

//! @brief Where the last pass over a batch left the finite numbers, in words: "layer 0 (recurrent lstm), step 3, sample 17"; empty if nowhere.
//! @details The time loop checks nothing; what went wrong is found afterwards, in what the layers gave. Layers are searched in the order of computation,
//!          in each the earliest step, which is one of the whole sequence if the batch is a part of it. Where a layer gives one row a sequence there is no
//!          step. Samples are named by their ids: their indices in the data set.
//! @cost reads the activations once
//! @verified tests/train/non_finite_test.cpp
template <class Network>
std::string first_non_finite(const Network& net, const data::batch<typename Network::value_type>& batch)
{
    using T = typename Network::value_type;
    std::string where;
    const auto search = [&](const std::string& name, matrix_view<const T> values)
    {
        const auto row = where.empty() ? detail::first_non_finite_row(values, batch.shape) : "";
        where += row.empty() ? "" : name + ", " + row;
    };
    search("the input", batch.values.view());
    net.for_each_layer(
        [&](std::size_t i, const auto& layer)
        {
            const std::string name = "layer " + std::to_string(i) + " (" + layer.name() + ")";
            if constexpr (requires { layer.for_each_inner_output(search); })
            {
                layer.for_each_inner_output([&](const std::string& inner, matrix_view<const T> values) { search(name + ", " + inner, values); });
            }
            search(name, net.activation(i));
        });
    return where;
}

//! @brief Throws the error of a loss that is not finite, with where the last pass over the batch left the finite numbers.
template <class Network>
[[noreturn]] void throw_not_finite(const std::string& where, double loss, const Network& net, const data::batch<typename Network::value_type>& batch)
{
    const auto parameter = first_non_finite(net.parameters(), net.weights());
    const auto row = first_non_finite(net, batch);
    throw numeric_error(where, "a finite loss",
                        number(loss) + (row.empty() ? ", from outputs that are finite" : "; the first value that is not finite is in " + row)
                            + (parameter.empty() ? "" : ", and a weight in " + parameter + " is not"));
}
}
