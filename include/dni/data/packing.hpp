// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include <dni/core/error.hpp>

namespace dni::data
{
//! @brief How B sequences of different lengths lie in N = Σ lengths rows without padding: PyTorch's PackedSequence.
//! @details Samples stand in descending order of length; row(s, b) is step s of the b-th longest sample, and the samples that have a step s
//!          are the first active(s). Padding does not exist, so it can change no value, no gradient and no noise power.
//! @verified tests/data/batch_test.cpp
class packing
{
public:
    packing() = default;

    //! @param lengths steps of each sample [B], each >= 1, in any order
    //! @param ids     what names each sample in the keys of its noise [B]
    //! @param first_step absolute step of row(0, b), for chunks of longer sequences
    //! @errors shape_error when the two differ in size, value_error for a length of zero
    packing(std::span<const std::size_t> lengths, std::span<const std::uint64_t> ids, std::size_t first_step = 0) : first_step_{first_step}
    {
        if (lengths.size() != ids.size())
        {
            throw shape_error("packing", std::to_string(lengths.size()) + " ids, one for each length", std::to_string(ids.size()));
        }
        order_.resize(lengths.size());
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) { return lengths[a] > lengths[b]; });
        for (const std::size_t original : order_)
        {
            if (lengths[original] == 0)
            {
                throw value_error("packing: sample " + std::to_string(original), "a length of at least 1", "0");
            }
            lengths_.push_back(lengths[original]);
            ids_.push_back(ids[original]);
        }
        offsets_.push_back(0);
        std::size_t active = lengths_.size();
        for (std::size_t s = 0; s < steps(); ++s)
        {
            while (lengths_[active - 1] <= s)
            {
                --active;
            }
            offsets_.push_back(offsets_.back() + active);
        }
    }

    std::size_t samples() const noexcept { return lengths_.size(); }
    std::size_t steps() const noexcept { return lengths_.empty() ? 0 : lengths_.front(); }
    std::size_t rows() const noexcept { return offsets_.empty() ? 0 : offsets_.back(); }
    std::size_t active(std::size_t step) const noexcept { return offsets_[step + 1] - offsets_[step]; }
    std::size_t row(std::size_t step, std::size_t b) const noexcept { return offsets_[step] + b; }
    std::size_t length(std::size_t b) const noexcept { return lengths_[b]; }
    std::uint64_t id(std::size_t b) const noexcept { return ids_[b]; }
    std::size_t first_step() const noexcept { return first_step_; }

    //! @brief The place of the b-th longest sample in the order the lengths were given in.
    std::size_t original(std::size_t b) const noexcept { return order_[b]; }

private:
    std::vector<std::size_t> lengths_;
    std::vector<std::size_t> offsets_;
    std::vector<std::size_t> order_;
    std::vector<std::uint64_t> ids_;
    std::size_t first_step_ = 0;
};
}
