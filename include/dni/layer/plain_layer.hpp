// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>

#include <dni/layer/parameters.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief What layers without parameters have in common.
class plain_layer
{
public:
    struct options
    {
        template <class Sizes>
        static options from(const Sizes&)
        {
            return {};
        }
    };

    plain_layer(const options&, std::size_t inputs, bool, parameter_table&) : inputs_{inputs} {}

    options chosen() const noexcept { return {}; }
    std::size_t inputs() const noexcept { return inputs_; }
    std::size_t outputs() const noexcept { return inputs_; }
    std::size_t state_size() const noexcept { return 0; }
    template <class T>
    void initialize(std::span<T>, key) const noexcept
    {
    }

    template <class F>
    void for_each_crossbar(F&&) const noexcept
    {
    }

private:
    std::size_t inputs_;
};
}
