// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <dni/core/thread_pool.hpp>
#include <dni/core/workspace.hpp>
#include <dni/data/packing.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief The carried rows of all recurrent layers at one moment: for layer, direction and carried row in turn a matrix [B, H].
//! @details Rows are in the order of the batch's packing. An empty state stands for zeros.
template <class T>
using recurrent_state = std::vector<workspace_matrix<T>>;

//! @brief What all layers share during one pass over a batch.
template <class T>
struct pass_context
{
    const data::packing& shape;
    key pass;               //!< of this layer in this pass
    key chip;               //!< of this layer on the network's chip
    bool training;          //!< keep what the backward pass needs; dropout is active
    std::span<const T> weights;
    std::uint64_t version;  //!< of the weights: changes whenever they may have changed
    thread_pool& pool;

    pass_context of_layer(std::size_t index) const
    {
        pass_context inner = *this;
        inner.pass = pass.with(index);
        inner.chip = chip.with(index);
        return inner;
    }
};
}
