// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <limits>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/optim/clipping.hpp>
#include <dni/train/history.hpp>

namespace dni
{
//! @brief Clips each weight matrix after each step of training: to ±`deviations` standard deviations of its elements, to ±`bound`, or to the tighter of both.
//!        A callback: trainer.fit(data, {…}, weight_clipping{.deviations = 2.5}).
//! @details Use it under an absolute noise level, which a network otherwise escapes by growing its weights, and for arrays whose devices hold the largest weight:
//!          a few large weights leave the others few steps. Matrices are PyTorch's, those that an array multiplies by; biases and embeddings, which are digital,
//!          stay. Of a relative level (snr_db) there is no escape, so nothing to clip.
//! @errors value_error, at the first step, for numbers that are not above 0, or none
//! @source the escape: Borras et al. 2022, "Walking Noise", arXiv 2212.10430; clipping by 2.5 standard deviations: Joshi et al. 2020, Nat. Commun. 11:2473
//! @cost reads the weights twice a step
//! @verified tests/train/recipes_test.cpp
struct weight_clipping
{
    double deviations = std::numeric_limits<double>::infinity();  //!< of the matrix, dimensionless
    double bound = std::numeric_limits<double>::infinity();       //!< in the unit of the weights

    template <class Network>
    void on_step(Network& net, const step_record&) const
    {
        constexpr double any = std::numeric_limits<double>::infinity();
        if (!(deviations > 0 && bound > 0) || (deviations == any && bound == any))
        {
            throw value_error("weight_clipping", "deviations or a bound above 0", number(deviations) + " and " + number(bound));
        }
        const auto weights = net.weights();
        net.for_each_layer(
            [&](std::size_t i, const auto& layer)
            {
                bool digital = true;
                layer.for_each_crossbar([&](const std::string&, const auto&) { digital = false; });
                for (const auto& p : net.parameters())
                {
                    if (!digital && p.shape.size() == 2 && p.name.starts_with(std::to_string(i) + "."))
                    {
                        clip_by_deviation(weights.subspan(p.offset, p.size()), deviations);
                        clip_by_value(weights.subspan(p.offset, p.size()), bound);
                    }
                }
            });
    }
};
}
