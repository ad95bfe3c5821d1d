// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <type_traits>

#include <dni/core/workspace.hpp>

namespace dni
{
//! @brief A vector of at most Capacity elements inside the object that has it: no heap, no exceptions.
//! @details Whoever fills it has computed the capacity; more elements than that are a bug of the library, not of its user.
//! @verified tests/core/table_test.cpp
template <class T, std::size_t Capacity>
class inline_vector
{
public:
    void clear() noexcept { size_ = 0; }
    void push_back(const T& value) noexcept { elements_[size_++] = value; }

    void assign(std::size_t count, const T& value) noexcept
    {
        size_ = count;
        std::fill_n(elements_.begin(), count, value);
    }

    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    T* data() noexcept { return elements_.data(); }
    const T* data() const noexcept { return elements_.data(); }
    T* begin() noexcept { return data(); }
    const T* begin() const noexcept { return data(); }
    T* end() noexcept { return data() + size_; }
    const T* end() const noexcept { return data() + size_; }
    T& operator[](std::size_t i) noexcept { return elements_[i]; }
    const T& operator[](std::size_t i) const noexcept { return elements_[i]; }
    const T& back() const noexcept { return elements_[size_ - 1]; }

private:
    alignas(64) std::array<T, Capacity> elements_{};
    std::size_t size_ = 0;
};

//! @brief The capacity of a table whose size is known only when the program runs.
inline constexpr std::size_t unbounded = std::numeric_limits<std::size_t>::max();

//! @brief A table of numbers: inside its owner where the greatest size is known when the program is compiled, else on the heap.
template <class T, std::size_t Capacity = unbounded>
using table = std::conditional_t<Capacity == unbounded, aligned_vector<T>, inline_vector<T, Capacity == unbounded ? 1 : Capacity>>;
}
