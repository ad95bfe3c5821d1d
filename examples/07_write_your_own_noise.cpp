// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// How do I write a noise model of my own?
// Say what it does to a vector, what it does to the vector's gradient, and how it is called. Here the gain of each
// output varies: y' = y (1 + σ ξ), ξ ~ N(0, 1). With a `level`, schedules and sweeps know how to set it.

#include <dni/dni.hpp>

#include <iostream>
#include <span>
#include <string>

struct gain_error
{
    dni::sigma level;  // spread of the gain, dimensionless

    template <class T>
    void apply(std::span<T> y, dni::stream& random) const noexcept
    {
        for (T& v : y)
        {
            v *= 1 + static_cast<T>(level.value) * random.normal<T>();
        }
    }

    // ∂L/∂y = ∂L/∂y' (1 + σ ξ): the stream gives the draws of the forward pass again.
    template <class T>
    void adjoint(std::span<T> gradient, dni::stream& random) const noexcept
    {
        apply(gradient, random);
    }

    std::string describe() const { return "gain error, " + dni::describe(level); }
};

static_assert(dni::noise::model<gain_error>);

using analog = dni::policies<gain_error>;
using model = dni::network<dni::recurrent<dni::cell::lstm, analog>, dni::last_step, dni::dense<analog>>;

dni::sweep accuracy_when_trained_with(const dni::noise::any_schedule& noise)
{
    model net({.inputs = 4, .hidden = 48, .outputs = 10}, dni::seed{1});
    dni::trainer trainer(net, dni::adam{.rate = 5e-3}, dni::cross_entropy{});
    trainer.fit(dni::data::synthetic_strokes(3000, dni::seed{1}),
                {.epochs = 8, .noise = noise, .rate = dni::rate_schedule::cosine(), .clip_norm = 1});
    std::cout << dni::describe(net) << '\n';
    return dni::noise_sweep(net, dni::data::synthetic_strokes(1000, dni::seed{2}),
                            {.sigma = {0, 0.25, 0.5, 1}, .repeats = 3});
}

int main()
{
    const auto plain = accuracy_when_trained_with(dni::sigma::none());
    const auto robust = accuracy_when_trained_with(dni::noise::ramp(dni::sigma{0.1}, dni::sigma{0.8}));
    std::cout << "trained exactly:\n" << plain << "trained with gains that vary by up to 0.8:\n" << robust;
    return robust.at(1).mean > plain.at(1).mean + 0.05 ? 0 : 1;
}
