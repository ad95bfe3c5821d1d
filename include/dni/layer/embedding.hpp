// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>
#include <dni/core/number.hpp>
#include <dni/core/workspace.hpp>
#include <dni/data/per.hpp>
#include <dni/layer/parameters.hpp>
#include <dni/layer/pass_context.hpp>
#include <dni/precision/precision.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>

namespace dni
{
namespace detail
{
// Tokens come as numbers in the one column of the input.
template <class T>
std::size_t token(std::span<const T> row, std::size_t classes, const char* where)
{
    const double value = static_cast<double>(row[0]);
    if (!(value >= 0 && value < static_cast<double>(classes)) || value != std::floor(value))
    {
        throw value_error(where, "a token in 0 … " + std::to_string(classes - 1), number(value));
    }
    return static_cast<std::size_t>(value);
}

inline void check_tokens(std::size_t inputs, std::size_t classes, const char* where)
{
    if (inputs != 1 || classes == 0)
    {
        throw shape_error(where, "one input column of tokens and at least one class",
                          std::to_string(inputs) + " columns, " + std::to_string(classes) + " classes");
    }
}
}

//! @brief Tokens as unit vectors: [N, 1] → [N, C]. In front of a recurrent layer its crossbar does the look-up, noise included.
//! @errors value_error for a token outside 0 … C − 1
//! @verified tests/layer/embedding_test.cpp
class one_hot
{
public:
    struct options
    {
        std::size_t classes = 0;  //!< C
    };

    static constexpr bool accepts(data::per) noexcept { return true; }
    static constexpr data::per gives(data::per rows) noexcept { return rows; }

    one_hot(const options& chosen, std::size_t inputs, bool, parameter_table&) : options_{chosen}
    {
        detail::check_tokens(inputs, chosen.classes, "one_hot");
    }

    const options& chosen() const noexcept { return options_; }
    std::size_t inputs() const noexcept { return 1; }
    std::size_t outputs() const noexcept { return options_.classes; }
    std::string name() const { return "one-hot"; }
    std::size_t state_size() const noexcept { return 0; }

    template <class T>
    void initialize(std::span<T>, key) const noexcept
    {
    }

    template <class T>
    void forward(const pass_context<T>&, matrix_view<const T> in, matrix_view<T> out, std::span<workspace_matrix<T>>) const
    {
        fill_zero(out);
        for (std::size_t r = 0; r < in.rows; ++r)
        {
            out.row(r)[detail::token(in.row(r), options_.classes, "one_hot")] = T{1};
        }
    }

    template <class T>
    void backward(const pass_context<T>&, matrix_view<const T>, matrix_view<const T>, matrix_view<T> d_in, std::span<T>) const
    {
        if (d_in.data)
        {
            fill_zero(d_in);  // a token has no gradient
        }
    }

    template <class F>
    void for_each_crossbar(F&&) const noexcept
    {
    }

private:
    options options_;
};

struct embedding_options
{
    std::size_t classes = 0;  //!< C
    std::size_t width = 0;    //!< E
};

//! @brief A learned vector for each token: [N, 1] → [N, E], y = weight[token]. A look-up in memory: digital and exact.
//! @details Parameter `weight` [C, E] as PyTorch's nn.Embedding, initialised N(0, 1).
//! @errors value_error for a token outside 0 … C − 1
//! @verified tests/layer/embedding_test.cpp
template <precision::policy Precision = precision::float32>
class embedding
{
public:
    using T = typename Precision::value_type;

    using options = embedding_options;

    static constexpr bool accepts(data::per) noexcept { return true; }
    static constexpr data::per gives(data::per rows) noexcept { return rows; }

    embedding(const options& chosen, std::size_t inputs, bool, parameter_table& table)
        : options_{chosen}, weight_{table.add("weight", {chosen.classes, chosen.width})}
    {
        detail::check_tokens(inputs, std::min(chosen.classes, chosen.width), "embedding");
    }

    const options& chosen() const noexcept { return options_; }
    std::size_t inputs() const noexcept { return 1; }
    std::size_t outputs() const noexcept { return options_.width; }
    std::string name() const { return "embedding"; }
    std::size_t state_size() const noexcept { return 0; }

    void initialize(std::span<T> weights, key k) const noexcept
    {
        stream random{k};
        for (T& w : weights.subspan(weight_, options_.classes * options_.width))
        {
            w = random.normal<T>();
        }
    }

    void forward(const pass_context<T>& context, matrix_view<const T> in, matrix_view<T> out, std::span<workspace_matrix<T>>)
    {
        tokens_.resize(in.rows);
        for (std::size_t r = 0; r < in.rows; ++r)
        {
            tokens_[r] = detail::token(in.row(r), options_.classes, "embedding");
            std::ranges::copy(context.weights.subspan(weight_ + tokens_[r] * options_.width, options_.width), out.row(r).begin());
        }
    }

    void backward(const pass_context<T>&, matrix_view<const T>, matrix_view<const T> d_out, matrix_view<T> d_in, std::span<T> gradient) const
    {
        for (std::size_t r = 0; r < d_out.rows; ++r)
        {
            for (std::size_t e = 0; e < options_.width; ++e)
            {
                gradient[weight_ + tokens_[r] * options_.width + e] += d_out.row(r)[e];
            }
        }
        if (d_in.data)
        {
            fill_zero(d_in);
        }
    }

    template <class F>
    void for_each_crossbar(F&&) const noexcept
    {
    }

private:
    options options_;
    std::size_t weight_;
    std::vector<std::size_t> tokens_;
};
}
