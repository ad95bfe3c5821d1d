// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <functional>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <dni/core/error.hpp>

namespace dni
{
//! @brief A named part of the flat vector of a network's weights. Names and shapes are PyTorch's.
//! @details Bounds of converters, and gain and shift of normalised rows, stand beside weights: optimised, clipped and stored like them, but no weights, so they do
//!          not decay, and start from a number in place of a draw.
struct parameter
{
    std::string name;
    std::vector<std::size_t> shape;
    std::size_t offset = 0;
    bool is_weight = true;
    double start = 0;  //!< of each number that is none

    std::size_t size() const noexcept { return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>{}); }
};

//! @brief Where each parameter lies in the flat vector of weights. Layers add theirs when they are made.
class parameter_table
{
public:
    //! @return the offset of the new parameter
    std::size_t add(const std::string& name, std::vector<std::size_t> shape)
    {
        return append({prefix_ + name, std::move(shape), size_});
    }

    //! @brief The same for numbers that are no weights, and what each of them starts from.
    std::size_t add_beside_weights(const std::string& name, std::vector<std::size_t> shape, double start)
    {
        return append({prefix_ + name, std::move(shape), size_, false, start});
    }

    //! @brief What the numbers at this offset, which are no weights, start from henceforth.
    void starts_from(std::size_t offset, double start) noexcept
    {
        for (auto& entry : entries_)
        {
            if (entry.offset == offset && !entry.is_weight)
            {
                entry.start = start;
            }
        }
    }

    //! @brief What the names of the parameters added from now on begin with.
    void prefix(std::string text) { prefix_ = std::move(text); }

    std::size_t size() const noexcept { return size_; }
    auto begin() const noexcept { return entries_.begin(); }
    auto end() const noexcept { return entries_.end(); }

    //! @errors value_error when there is no parameter of that name
    const parameter& operator[](std::string_view name) const
    {
        for (const auto& entry : entries_)
        {
            if (entry.name == name)
            {
                return entry;
            }
        }
        throw value_error("parameters", "the name of a parameter", "\"" + std::string(name) + "\"");
    }

    //! @brief f(first, count, are weights) for neighbours alike among n numbers in the flat vector. A table without entries has weights alone.
    template <class F>
    void for_each_stretch(std::size_t n, F&& f) const
    {
        std::size_t first = 0;
        for (const auto& entry : entries_)
        {
            if (!entry.is_weight)
            {
                f(first, entry.offset - first, true);
                f(entry.offset, entry.size(), false);
                first = entry.offset + entry.size();
            }
        }
        f(first, n - first, true);
    }

private:
    std::size_t append(parameter one)
    {
        size_ += one.size();
        entries_.push_back(std::move(one));
        return entries_.back().offset;
    }

    std::vector<parameter> entries_;
    std::size_t size_ = 0;
    std::string prefix_;
};
}
