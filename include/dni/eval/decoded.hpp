// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>
#include <dni/core/workspace.hpp>
#include <dni/data/batch.hpp>
#include <dni/layer/pass_context.hpp>
#include <dni/loss/code_words.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief A network whose outputs are units of a code, seen as one that gives a score for each class: what `evaluate`, `noise_sweep`, `evaluate_chips`,
//!        `find_tolerance` and `measure_sensitivity` measure.
//! @details Shares the weights and threads of the network, and starts with its levels and its chip; these can then be set freely. For another noise, first
//!          with_noise, then decoded.
//! @verified tests/loss/code_words_test.cpp, tests/train/recipes_test.cpp
template <class Network>
class decoded : Network
{
public:
    using typename Network::value_type;
    using Network::output_rows;

    //! @errors shape_error unless the network has an output for each bit
    decoded(const Network& net, code_words words) : Network(net.sharing()), words_{std::move(words)}
    {
        if (net.outputs() != words_.units())
        {
            throw shape_error("decoded", "a network of " + std::to_string(words_.units()) + " outputs, one for each bit", std::to_string(net.outputs()));
        }
    }

    using Network::chip;
    using Network::converters;
    using Network::differs_by_chip;
    using Network::exact;
    using Network::for_each_converter;
    using Network::for_each_crossbar;
    using Network::for_each_noise;
    using Network::inputs;
    using Network::noise_level;
    using Network::set_noise;

    std::size_t outputs() const noexcept { return words_.classes(); }

    decoded sharing() const { return {*this, words_}; }

    //! @brief Scores [B, C] or [N, C], as `network::infer` gives outputs.
    matrix_view<const value_type> infer(const data::batch<value_type>& batch, key pass, recurrent_state<value_type>* state = nullptr)
    {
        const auto units = Network::infer(batch, pass, state);
        const auto scores = scores_.resize(units.rows, words_.classes());
        words_.score(units, scores);
        return scores;
    }

private:
    code_words words_;
    workspace_matrix<value_type> scores_;
};
}
