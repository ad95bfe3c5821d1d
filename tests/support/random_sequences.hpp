// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include <dni/data/batch.hpp>
#include <dni/data/sequences.hpp>
#include <dni/random/stream.hpp>

namespace support
{
//! A data set of normal numbers, with a class for each sequence.
inline dni::data::sequences random_sequences(std::span<const std::size_t> lengths, std::size_t features, std::uint64_t s = 1, std::uint32_t classes = 3)
{
    dni::data::sequences set;
    dni::stream random{dni::key{dni::seed{s}}.with(404)};
    for (const std::size_t length : lengths)
    {
        set.offsets.push_back(set.offsets.back() + length);
        set.labels.push_back(static_cast<std::int32_t>(random.below(classes)));
    }
    set.values = dni::tensor<float, 2>::from_shape({set.offsets.back(), features});
    for (float& v : set.values)
    {
        v = random.normal();
    }
    return set;
}

//! Lengths 1 … longest, in disorder.
inline std::vector<std::size_t> ragged(std::size_t count, std::uint32_t longest, std::uint64_t s = 1)
{
    dni::stream random{dni::key{dni::seed{s}}.with(405)};
    std::vector<std::size_t> lengths(count);
    for (std::size_t& length : lengths)
    {
        length = 1 + random.below(longest);
    }
    return lengths;
}

template <class T>
dni::data::batch<T> batch_of(const dni::data::sequences& set, std::span<const std::size_t> chosen)
{
    dni::data::batch<T> batch;
    batch.fill(set, chosen);
    return batch;
}

//! All sequences, in their order.
template <class T>
dni::data::batch<T> batch_of(const dni::data::sequences& set)
{
    std::vector<std::size_t> all(set.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return batch_of<T>(set, all);
}

//! Zeros for weights: what comes out is noise and bias alone.
template <class Network>
void clear_weights(Network& net)
{
    for (auto& w : net.weights())
    {
        w = 0;
    }
}
}
