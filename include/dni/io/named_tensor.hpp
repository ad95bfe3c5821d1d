// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <bit>
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <dni/io/bytes.hpp>
#include <dni/io/detail/elements.hpp>
#include <dni/io/number_type.hpp>

namespace dni::io
{
//! @brief An array with a name, as files of weights hold it. Its numbers stay as they are stored until somebody asks for a type.
//! @verified tests/io/named_tensor_test.cpp
struct named_tensor
{
    std::string name;
    number_type type = number_type::float32;
    std::vector<std::size_t> shape;  //!< extents; empty for a single number
    bytes data;                      //!< little endian, in C order

    //! @errors parse_error where the shape is not that of the values
    template <class T>
    static named_tensor of(std::string name, std::vector<std::size_t> shape, std::span<const T> values)
    {
        named_tensor made{std::move(name), number_type_of<T>(), std::move(shape), {}};
        made.data.resize(values.size_bytes());
        for (std::size_t i = 0; i < values.size(); ++i)
        {
            store(made.data.data() + i * sizeof(T), values[i], std::endian::little);
        }
        detail::count_claimed(cursor(made.data, made.name), made.type, made.shape);
        return made;
    }

    //! @brief The numbers as T, each of its stored value; of a double read as float the nearest.
    //! @errors value_error for a type or a number that T cannot hold, parse_error where the data has another size than the shape
    template <class T>
        requires(!std::is_same_v<T, bool>)
    std::vector<T> values() const
    {
        cursor stored(data, name);
        std::vector<T> numbers(detail::count_claimed(stored, type, shape));
        detail::read_numbers(stored, type, std::endian::little, shape, numbers.size(), false, numbers.data());
        return numbers;
    }

    friend bool operator==(const named_tensor&, const named_tensor&) = default;
};

//! @brief What a file of weights holds: tensors, and texts about them.
struct named_tensors
{
    std::vector<named_tensor> tensors;
    std::map<std::string, std::string> metadata;

    friend bool operator==(const named_tensors&, const named_tensors&) = default;
};
}
