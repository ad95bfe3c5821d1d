// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// How do I choose the numbers a network computes in?
// With a precision: a type and a name. Here a network trained in float is run again in double, with the same weights,
// to see how much of an answer is rounding.

#include <dni/dni.hpp>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <utility>

struct double_precision
{
    using value_type = double;
    static constexpr const char* name = "double";
};

static_assert(dni::precision::policy<double_precision>);

template <class Precision>
using model_in = dni::network<dni::recurrent<dni::cell::gru, dni::policies<dni::noise::none, Precision>>, dni::last_step,
                              dni::dense<dni::policies<dni::noise::none, Precision>>>;

int main()
{
    const dni::sizes sizes{.inputs = 4, .hidden = 48, .outputs = 10};
    model_in<dni::precision::float32> single(sizes, dni::seed{1});
    dni::trainer trainer(single, dni::adam{.rate = 5e-3}, dni::cross_entropy{});
    trainer.fit(dni::data::synthetic_strokes(2000, dni::seed{1}), {.epochs = 4, .clip_norm = 1});

    model_in<double_precision> precise(sizes, dni::seed{1});
    std::ranges::copy(std::as_const(single).weights(), precise.weights().begin());

    const auto digits = dni::data::synthetic_strokes(500, dni::seed{2});
    const auto rounded = dni::predict(single, digits);
    const auto reference = dni::predict(precise, digits);
    double largest = 0, error = 0;
    for (std::size_t i = 0; i < reference.size(); ++i)
    {
        largest = std::max(largest, std::abs(reference.data()[i]));
        error = std::max(error, std::abs(static_cast<double>(rounded.data()[i]) - reference.data()[i]));
    }
    std::cout << "outputs up to " << largest << " differ by at most " << error << '\n'
              << "accuracy in float " << 100 * dni::evaluate(single, digits).mean << " %, in double "
              << 100 * dni::evaluate(precise, digits).mean << " %\n";
    return error > 0 && error < 1e-4 * largest ? 0 : 1;
}
