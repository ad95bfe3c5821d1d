// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// What a user compiles: a classifier of two recurrent layers, trained with noise. count_instantiations.py watches what it costs.
#include <dni/dni.hpp>

using analog = dni::policies<dni::noise::gaussian<dni::snr_db>>;

int main()
{
    dni::network<dni::recurrent<dni::cell::lstm, analog>, dni::last_step, dni::dense<analog>> net(
        {.inputs = 4, .hidden = 64, .outputs = 10, .layers = 2}, dni::seed{1});
    const auto strokes = dni::data::synthetic_strokes(100, dni::seed{2});
    dni::trainer trainer(net, dni::adam{.rate = 1e-3}, dni::cross_entropy{});
    trainer.fit(strokes, {.epochs = 1, .noise = dni::snr_db{10}});
}
