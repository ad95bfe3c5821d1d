// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>
#include <dni/core/workspace.hpp>
#include <dni/core/xtensor.hpp>
#include <dni/data/packing.hpp>
#include <dni/data/sequences.hpp>

namespace dni::data
{
//! @brief Leaves a sequence as it is.
struct unchanged
{
    void operator()(std::span<float>, std::size_t, std::uint64_t) const noexcept {}
};

//! @brief Some sequences of a data set, packed: values [N, F] in the rows of `shape`, and what there is to learn about them.
//! @details labels and targets belong to the sequences, in the order of `shape` [B], or to its rows [N]. Memory is used again when a
//!          batch is filled anew.
template <class T>
struct batch
{
    packing shape;
    workspace_matrix<T> values;
    std::vector<std::int32_t> labels;
    workspace_matrix<T> targets;
    data::per per = per::sequence;

    std::size_t features() const noexcept { return values.view().columns; }

    //! @brief Rows that labels and targets belong to.
    std::size_t owners() const noexcept { return per == per::sequence ? shape.samples() : shape.rows(); }

    //! @brief Takes the sequences `chosen` of a data set; their indices become the ids in the keys of their noise.
    //! @param change change(values [L · F], F, id) may alter a sequence on its way: augmentation
    //! @errors value_error for an index the data set does not have
    template <class Change = unchanged>
    void fill(const sequences& from, std::span<const std::size_t> chosen, Change&& change = {})
    {
        std::vector<std::size_t> lengths;
        std::vector<std::uint64_t> ids;
        for (const std::size_t i : chosen)
        {
            if (i >= from.size())
            {
                throw value_error("batch::fill", "indices below " + std::to_string(from.size()), std::to_string(i));
            }
            lengths.push_back(from.length(i));
            ids.push_back(i);
        }
        shape = packing(lengths, ids);
        per = from.per;
        const auto rows = values.resize(shape.rows(), from.features());
        const auto wanted = targets.resize(from.targets.size() > 0 ? owners() : 0, from.targets.shape(1));
        labels.assign(from.labels.empty() ? 0 : owners(), 0);
        for (std::size_t b = 0; b < shape.samples(); ++b)
        {
            const std::size_t i = chosen[shape.original(b)];
            const auto original = from.sequence(i);
            sequence_.assign(original.begin(), original.end());
            change(std::span<float>(sequence_), from.features(), shape.id(b));
            for (std::size_t s = 0; s < shape.length(b); ++s)
            {
                convert(sequence_.data() + s * from.features(), rows.row(shape.row(s, b)));
                if (per == per::step)
                {
                    take_owner(from, from.offsets[i] + s, shape.row(s, b), wanted);
                }
            }
            if (per == per::sequence)
            {
                take_owner(from, i, b, wanted);
            }
        }
    }

    //! @brief Steps [first, first + count) of this batch as a batch of its own; samples that have ended are left out.
    //! @errors value_error if labels or targets belong to sequences, which a part of one cannot answer, or if there is no such step
    batch steps(std::size_t first, std::size_t count) const
    {
        if (per == per::sequence)
        {
            throw value_error("batch::steps", "labels or targets for each step", "labels or targets for each sequence");
        }
        if (first >= shape.steps() || count == 0)
        {
            throw value_error("batch::steps", "at least one step before step " + std::to_string(shape.steps()),
                              std::to_string(count) + " from step " + std::to_string(first));
        }
        batch part;
        std::vector<std::size_t> lengths;
        std::vector<std::uint64_t> ids;
        for (std::size_t b = 0; b < shape.active(first); ++b)
        {
            lengths.push_back(std::min(shape.length(b) - first, count));
            ids.push_back(shape.id(b));
        }
        part.shape = packing(lengths, ids, shape.first_step() + first);
        part.per = per;
        const std::size_t begin = shape.row(first, 0);
        copy_rows(values.view(), begin, part.shape.rows(), part.values);
        copy_rows(targets.view(), begin, targets.view().rows == 0 ? 0 : part.shape.rows(), part.targets);
        if (!labels.empty())
        {
            const auto at = labels.begin() + static_cast<std::ptrdiff_t>(begin);
            part.labels.assign(at, at + static_cast<std::ptrdiff_t>(part.shape.rows()));
        }
        return part;
    }

private:
    static void convert(const float* from, std::span<T> to)
    {
        std::transform(from, from + to.size(), to.begin(), [](float v) { return static_cast<T>(v); });
    }

    static void copy_rows(matrix_view<const T> from, std::size_t first, std::size_t count, workspace_matrix<T>& to)
    {
        const auto rows = to.resize(count, from.columns);
        for (std::size_t r = 0; r < count; ++r)
        {
            std::ranges::copy(from.row(first + r), rows.row(r).begin());
        }
    }

    void take_owner(const sequences& from, std::size_t owner, std::size_t to, matrix_view<T> wanted)
    {
        if (!labels.empty())
        {
            labels[to] = from.labels[owner];
        }
        if (wanted.rows > 0)
        {
            convert(from.targets.data() + owner * wanted.columns, wanted.row(to));
        }
    }

    std::vector<float> sequence_;
};

//! @brief A batch from a padded array: x [T, B, F] as PyTorch has it, lengths [B] (each 1 … T). Ids are 0 … B − 1.
//! @errors shape_error, value_error
template <class T>
batch<T> pack(const tensor<T, 3>& x, std::span<const std::size_t> lengths)
{
    if (lengths.size() != x.shape(1))
    {
        throw shape_error("pack", std::to_string(x.shape(1)) + " lengths, one for each sample of x [T, B, F]", std::to_string(lengths.size()));
    }
    std::vector<std::uint64_t> ids(lengths.size());
    for (std::size_t b = 0; b < ids.size(); ++b)
    {
        ids[b] = b;
        if (lengths[b] > x.shape(0))
        {
            throw shape_error("pack: sample " + std::to_string(b), "at most " + std::to_string(x.shape(0)) + " steps", std::to_string(lengths[b]));
        }
    }
    batch<T> packed;
    packed.shape = packing(lengths, ids);
    const auto rows = packed.values.resize(packed.shape.rows(), x.shape(2));
    for (std::size_t b = 0; b < lengths.size(); ++b)
    {
        for (std::size_t s = 0; s < packed.shape.length(b); ++s)
        {
            for (std::size_t f = 0; f < rows.columns; ++f)
            {
                rows.row(packed.shape.row(s, b))[f] = x(s, packed.shape.original(b), f);
            }
        }
    }
    return packed;
}

//! @brief The padded array [T, B, F] of packed rows [N, F], in the order the samples were given in; zero where a sample has ended.
template <class T>
tensor<T, 3> unpack(matrix_view<const T> rows, const packing& shape)
{
    auto padded = tensor<T, 3>::from_shape({shape.steps(), shape.samples(), rows.columns});
    std::fill(padded.begin(), padded.end(), T{0});
    for (std::size_t b = 0; b < shape.samples(); ++b)
    {
        for (std::size_t s = 0; s < shape.length(b); ++s)
        {
            for (std::size_t f = 0; f < rows.columns; ++f)
            {
                padded(s, shape.original(b), f) = rows.row(shape.row(s, b))[f];
            }
        }
    }
    return padded;
}

//! @brief Rows [B, F] of samples, put into the order the samples were given in.
template <class T>
tensor<T, 2> unpack_samples(matrix_view<const T> rows, const packing& shape)
{
    auto ordered = tensor<T, 2>::from_shape({shape.samples(), rows.columns});
    for (std::size_t b = 0; b < shape.samples(); ++b)
    {
        std::ranges::copy(rows.row(b), ordered.data() + shape.original(b) * rows.columns);
    }
    return ordered;
}
}
