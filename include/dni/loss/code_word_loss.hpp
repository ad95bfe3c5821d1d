// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>
#include <dni/data/batch.hpp>
#include <dni/loss/code_words.hpp>
#include <dni/loss/loss.hpp>

namespace dni
{
//! @brief The loss of an error-correcting read-out: each unit learns its bit of the label's word,
//!            L = mean over rows and units of ln(1 + exp(x)) − b x, in nats: cross-entropy of sigmoid(x) and the bit b. PyTorch's nn.BCEWithLogitsLoss.
//! @details In five lines: units of a code, a network with so many outputs, its training, and the network decoded to be measured:
//!              const auto words = code_words::simplex(10);
//!              model net({.inputs = 4, .hidden = 64, .outputs = words.units()}, seed{1});
//!              trainer(net, adam{}, code_word_loss{words}).fit(data, {.noise = …});
//!              decoded digits(net, words);
//!              evaluate(digits, test);
//!          In `fit`, validation compares losses: give it no accuracy to look for (`decoded` measures it).
//! @errors shape_error where outputs and words or rows and labels do not fit, value_error for a label without a word
//! @verified tests/loss/code_words_test.cpp
struct code_word_loss
{
    code_words words;

    std::string describe() const
    {
        std::string text = "code words";
        for (std::size_t c = 0; c < words.classes(); ++c)
        {
            text += " " + words.word(c);
        }
        return text;
    }

    template <class T>
    double operator()(matrix_view<const T> outputs, const data::batch<T>& batch, matrix_view<T> gradient) const
    {
        detail::check_shapes(outputs, batch, gradient, "code_word_loss");
        if (outputs.columns != words.units() || batch.labels.size() != outputs.rows)
        {
            throw shape_error("code_word_loss", std::to_string(words.units()) + " outputs, one for each bit, and a label for each row",
                              std::to_string(outputs.columns) + " outputs, " + std::to_string(batch.labels.size()) + " labels of "
                                  + std::to_string(outputs.rows) + " rows");
        }
        const double count = static_cast<double>(outputs.rows * outputs.columns);
        double total = 0;
        for (std::size_t r = 0; r < outputs.rows; ++r)
        {
            const auto label = batch.labels[r];
            if (label < 0 || static_cast<std::size_t>(label) >= words.classes())
            {
                throw value_error("code_word_loss: row " + std::to_string(r), "a label in 0 … " + std::to_string(words.classes() - 1), std::to_string(label));
            }
            for (std::size_t m = 0; m < outputs.columns; ++m)
            {
                const double x = static_cast<double>(outputs.row(r)[m]);
                const double bit = words.bit(static_cast<std::size_t>(label), m) ? 1 : 0;
                const double tail = std::exp(-std::abs(x));  // does not overflow
                total += std::max(x, 0.0) - bit * x + std::log1p(tail);
                gradient.row(r)[m] = static_cast<T>(((x >= 0 ? 1 / (1 + tail) : tail / (1 + tail)) - bit) / count);
            }
        }
        return total / count;
    }
};
}
