// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// How do I write a recurrent cell of my own?
// Write its equations for one element, and their derivatives. Matrices, batches, time, SIMD, threads and noise come from
// the library. Check the derivatives with differences, then train.

#include <dni/dni.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>

// The minimal gated unit: one gate both forgets and resets. f = σ(a_f), n = tanh(a_x + f a_h), h' = h + f (n − h).
// Zhou et al. 2016, arXiv 1603.09420; with the reset after the product, as in dni::cell::gru.
struct minimal_gated_unit
{
    static constexpr const char* name = "minimal gated unit";
    enum block : std::size_t { forget, candidate_x, candidate_h };  // pre-activations: what the products give
    static constexpr std::array products{dni::cell::by_both(0), dni::cell::by_input(1), dni::cell::by_feedback(1)};
    enum row : std::size_t { f, n, m, h, rows };                    // what the cell computes; h is its output
    static constexpr std::array<std::size_t, 1> carried{h};         // what the next step sees

    static void forward(auto& e) noexcept
    {
        e[f] = dni::math::sigmoid(e.in[forget]);
        e[m] = e.in[candidate_h];
        e[n] = dni::math::tanh(e.in[candidate_x] + e[f] * e[m]);
        e[h] = e.last(h) + e[f] * (e[n] - e.last(h));
    }

    // d holds ∂L/∂ what e holds: d[h] is given, d.in and d.last are wanted.
    static void adjoint(const auto& e, auto& d) noexcept
    {
        d[n] = d[h] * e[f];
        d.last(h) = d[h] * (1 - e[f]);
        d.in[candidate_x] = d[n] * (1 - e[n] * e[n]);
        d.in[candidate_h] = d.in[candidate_x] * e[f];
        d[f] = d[h] * (e[n] - e.last(h)) + d.in[candidate_x] * e[m];
        d.in[forget] = d[f] * e[f] * (1 - e[f]);
    }
};

static_assert(dni::cell::recurrent_cell<minimal_gated_unit>);

// The largest difference between ∂h'/∂(each thing the cell sees) by `adjoint` and by central differences.
double gradient_error()
{
    using cell = minimal_gated_unit;
    using element = dni::cell::element<cell, double>;
    const element point{.in = {0.3, -0.8, 0.5}, .row = {}, .before = {0, 0, 0, 0.6}};
    const auto output = [](element e) { return cell::forward(e), e[cell::h]; };

    element value = point, gradient{};
    cell::forward(value);
    gradient[cell::h] = 1;
    cell::adjoint(value, gradient);

    const auto error = [&](double analytic, auto&& place)
    {
        element above = point, below = point;
        place(above) += 1e-5;
        place(below) -= 1e-5;
        return std::abs(analytic - (output(above) - output(below)) / 2e-5);
    };
    double worst = error(gradient.last(cell::h), [](element& e) -> double& { return e.last(cell::h); });
    for (std::size_t k = 0; k < cell::products.size(); ++k)
    {
        worst = std::max(worst, error(gradient.in[k], [k](element& e) -> double& { return e.in[k]; }));
    }
    return worst;
}

int main()
{
    const double error = gradient_error();
    std::cout << "largest error of the derivatives: " << error << '\n';

    using model = dni::network<dni::recurrent<minimal_gated_unit>, dni::last_step, dni::dense<>>;
    model net({.inputs = 4, .hidden = 48, .outputs = 10}, dni::seed{1});
    dni::trainer trainer(net, dni::adam{.rate = 5e-3}, dni::cross_entropy{});
    trainer.fit(dni::data::synthetic_strokes(3000, dni::seed{1}), {.epochs = 8, .rate = dni::rate_schedule::cosine(), .clip_norm = 1});
    const double accuracy = dni::evaluate(net, dni::data::synthetic_strokes(1000, dni::seed{2})).mean;
    std::cout << dni::describe(net) << "accuracy: " << 100 * accuracy << " %\n";
    return error < 1e-8 && accuracy > 0.8 ? 0 : 1;
}
