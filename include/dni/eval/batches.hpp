// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/data/batch.hpp>
#include <dni/data/sequences.hpp>

namespace dni
{
//! @brief A data set cut into batches for evaluation, made once and used for many passes.
//! @details Sequences of like length stand together, so that little work is done for short rows. The order is free because noise is keyed by the
//!          sample: packing.id(b) is the sequence's index in the data set.
//! @verified tests/eval/batches_test.cpp
template <class T>
class evaluation_batches
{
public:
    //! @param size sequences of a batch
    //! @errors value_error for a data set without sequences or a size of 0; shape_error, value_error for one that is not sound (sequences::check)
    //! @cost copies the data set
    explicit evaluation_batches(const data::sequences& data, std::size_t size = 256)
    {
        if (data.size() == 0 || size == 0)
        {
            throw value_error("evaluation", "at least one sequence, and batches of at least one",
                              std::to_string(data.size()) + " sequences, batches of " + std::to_string(size));
        }
        data.check();
        std::vector<std::size_t> order(data.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::stable_sort(order, std::greater<>{}, [&](std::size_t i) { return data.length(i); });
        for (std::size_t first = 0; first < order.size(); first += std::min(size, order.size() - first))
        {
            batches_.emplace_back().fill(data, std::span<const std::size_t>(order).subspan(first, std::min(size, order.size() - first)));
        }
    }

    auto begin() const noexcept { return batches_.begin(); }
    auto end() const noexcept { return batches_.end(); }

private:
    std::vector<data::batch<T>> batches_;
};
}
