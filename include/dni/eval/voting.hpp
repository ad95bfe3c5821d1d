// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>
#include <dni/core/workspace.hpp>
#include <dni/data/batch.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/metrics.hpp>
#include <dni/loss/softmax.hpp>

namespace dni
{
//! @brief How several noisy passes agree on a class.
enum class voting
{
    majority,         //!< the class most passes chose; of equals the one of the higher mean probability
    mean_probability  //!< the class of the highest mean softmax probability
};

//! @brief "majority" or "mean_probability", as in tables and files.
inline const char* name_of(voting rule) noexcept
{
    return rule == voting::majority ? "majority" : "mean_probability";
}

//! @brief Collects the outputs of passes over a data set, and decides. Decisions belong to sequences, or to steps where the labels do.
//!          K passes give each owner p̄[c] = Σ_k softmax(outputs_k)[c] / K and the number of passes that chose c. The data must outlive the ballot.
//! @verified tests/eval/voting_test.cpp
class ballot
{
public:
    //! @param classes outputs of the network, C
    ballot(const data::sequences& data, std::size_t classes)
        : data_{&data}, owners_{data.per == data::per::sequence ? data.size() : data.values.shape(0)}, classes_{classes},
          probabilities_(owners_ * classes), choices_(owners_ * classes)
    {
    }

    //! @brief One vote for each owner of a batch, from outputs [B or N, C].
    //! @errors shape_error where the network gives one row a sequence and the labels belong to steps, or the other way round
    template <class T>
    void add(matrix_view<const T> outputs, const data::batch<T>& batch)
    {
        if (outputs.rows != batch.owners() || outputs.columns != classes_)
        {
            throw shape_error("ballot",
                              "outputs [" + std::to_string(batch.owners()) + ", " + std::to_string(classes_) + "], a row for each " +
                                  (batch.per == data::per::sequence ? "sequence" : "step") + " of the batch",
                              "[" + std::to_string(outputs.rows) + ", " + std::to_string(outputs.columns) + "]");
        }
        const auto& shape = batch.shape;
        const auto p = scratch_.resize(outputs.rows, outputs.columns);
        softmax(outputs, p);
        const auto vote = [&](std::size_t owner, std::size_t row)
        {
            for (std::size_t c = 0; c < classes_; ++c)
            {
                probabilities_[owner * classes_ + c] += p.row(row)[c];
            }
            ++choices_[owner * classes_ + predicted_class(outputs.row(row))];
        };
        for (std::size_t b = 0; b < shape.samples(); ++b)
        {
            if (data_->per == data::per::sequence)
            {
                vote(shape.id(b), b);
                continue;
            }
            for (std::size_t s = 0; s < shape.length(b); ++s)
            {
                vote(data_->offsets[shape.id(b)] + s, shape.row(s, b));
            }
        }
    }

    //! @brief The class of an owner: of sequence i, or of row i. The first of classes that are equal in everything.
    std::size_t decide(std::size_t owner, voting rule) const noexcept
    {
        const auto p = std::span(probabilities_).subspan(owner * classes_, classes_);
        const auto n = std::span(choices_).subspan(owner * classes_, classes_);
        std::size_t best = 0;
        for (std::size_t c = 1; c < classes_; ++c)
        {
            const bool likelier = p[c] > p[best];
            if (rule == voting::majority ? n[c] > n[best] || (n[c] == n[best] && likelier) : likelier)
            {
                best = c;
            }
        }
        return best;
    }

    //! @brief Fraction of owners decided as labelled, in [0, 1].
    //! @errors shape_error unless each owner has a label
    double accuracy(voting rule) const
    {
        if (owners_ == 0 || data_->labels.size() != owners_)
        {
            throw shape_error("ballot: accuracy", std::to_string(owners_) + " labels (at least one)", std::to_string(data_->labels.size()));
        }
        std::size_t right = 0;
        for (std::size_t owner = 0; owner < owners_; ++owner)
        {
            right += static_cast<std::int32_t>(decide(owner, rule)) == data_->labels[owner] ? 1u : 0u;
        }
        return static_cast<double>(right) / static_cast<double>(owners_);
    }

private:
    const data::sequences* data_;
    std::size_t owners_;
    std::size_t classes_;
    std::vector<double> probabilities_;
    std::vector<std::uint32_t> choices_;
    workspace_matrix<double> scratch_;
};
}
