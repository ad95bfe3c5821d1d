// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>
#include <dni/core/number.hpp>
#include <dni/layer/pass_context.hpp>
#include <dni/random/stream.hpp>

namespace dni
{
//! @brief Inverted dropout: y = x m / (1 − p), m = 0 with probability p, drawn for each element, sample and step. It is its own adjoint.
//! @source Srivastava et al. 2014, JMLR 15.
//! @verified tests/layer/dropout_test.cpp
template <class T>
class dropout
{
public:
    //! @errors value_error for a probability outside [0, 1)
    explicit dropout(double probability) : probability_{probability}
    {
        if (!(probability >= 0 && probability < 1))
        {
            throw value_error("dropout", "a probability in [0, 1)", number(probability));
        }
    }

    //! @brief to = dropped-out from, both [N, F]; they may be the same.
    void apply(const pass_context<T>& context, matrix_view<const T> from, matrix_view<T> to) const
    {
        const auto& shape = context.shape;
        const key mask = context.pass.with(purpose::dropout);
        const T scale = static_cast<T>(1 / (1 - probability_));
        context.pool.run(shape.samples(),
                         [&](std::size_t b)
                         {
                             for (std::size_t s = 0; s < shape.length(b); ++s)
                             {
                                 stream random{mask.with(shape.id(b)).with(shape.first_step() + s)};
                                 const auto in = from.row(shape.row(s, b));
                                 const auto out = to.row(shape.row(s, b));
                                 for (std::size_t f = 0; f < in.size(); ++f)
                                 {
                                     out[f] = static_cast<double>(random.uniform()) < probability_ ? T{0} : in[f] * scale;
                                 }
                             }
                         });
    }

private:
    double probability_;
};
}
