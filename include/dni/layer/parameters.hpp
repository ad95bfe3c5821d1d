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
struct parameter
{
    std::string name;
    std::vector<std::size_t> shape;
    std::size_t offset = 0;

    std::size_t size() const noexcept { return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>{}); }
};

//! @brief Where each parameter lies in the flat vector of weights. Layers add theirs when they are made.
class parameter_table
{
public:
    //! @return the offset of the new parameter
    std::size_t add(const std::string& name, std::vector<std::size_t> shape)
    {
        entries_.push_back({prefix_ + name, std::move(shape), size_});
        size_ += entries_.back().size();
        return entries_.back().offset;
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

private:
    std::vector<parameter> entries_;
    std::size_t size_ = 0;
    std::string prefix_;
};
}
