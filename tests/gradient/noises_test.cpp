// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "gradient/cell_gradients.hpp"

#include <dni/cell/lstm.hpp>
#include <dni/noise/ar1.hpp>
#include <dni/noise/common_mode.hpp>
#include <dni/noise/drop_connect.hpp>
#include <dni/noise/flicker.hpp>
#include <dni/noise/impulse.hpp>
#include <dni/noise/laplace.hpp>
#include <dni/noise/log_normal.hpp>
#include <dni/noise/multiplicative.hpp>
#include <dni/noise/telegraph.hpp>
#include <dni/noise/uniform.hpp>

namespace noises_test
{
using namespace dni;

//! Every model and every lifetime in a whole network, several at each site. Each alone is checked in tests/noise; those whose level is in units of w_max
//! too, because the differences of the largest weight see w_max, which counts as a constant.
namespace
{
template <class Noise>
void check(const char* what)
{
    cell_gradients::check<recurrent<cell::lstm, cell_gradients::exactly<Noise>>, Noise>(what,
                                                                                         {.inputs = 3, .hidden = 5, .layers = 2, .lengths = {3, 5, 1, 4}});
}
}

TEST_CASE("gradients through uniform, laplace, multiplicative and log-normal noise equal central differences")
{
    check<noise::all<noise::at_input<noise::uniform<snr_db>>, noise::laplace<snr_db>, noise::multiplicative, noise::at_weights<noise::log_normal>>>("first");
}

TEST_CASE("gradients through common, impulsive and dropped noise of long lifetimes equal central differences")
{
    check<noise::all<noise::per_sequence<noise::common_mode<snr_db>>, noise::per_step<noise::impulse<snr_db>>, noise::per_chip<noise::at_input<noise::gaussian<snr_db>>>,
                     noise::per_chip<noise::at_weights<noise::multiplicative>>, noise::at_weights<noise::drop_connect>, noise::per_pass<noise::gaussian<snr_db>>>>("second");
}

TEST_CASE("gradients through noise that is correlated in time equal central differences")
{
    check<noise::all<noise::ar1<snr_db>, noise::at_input<noise::flicker<snr_db>>, noise::telegraph<snr_db>>>("third");
}
}
