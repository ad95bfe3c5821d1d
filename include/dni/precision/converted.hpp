// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/precision/converter.hpp>
#include <dni/precision/precision.hpp>

namespace dni
{
namespace precision
{
//! @brief Another precision with converters at the input and at the output of every product:
//!            converted<dac<>, adc<constant_bound>>,   converted<infinite, adc<constant_bound, stochastic>, stored_as<bfloat16>>.
//! @details Bits and constant bounds are run-time values: network::converters({.dac = bits{8}, .adc = bits{8}, .adc_full_scale = full_scale{10}}).
template <input_converter Dac, output_converter Adc, policy Base = float32>
struct converted : Base
{
    using dac = Dac;
    using adc = Adc;
};

namespace detail
{
template <class P>
struct converters
{
    using dac = infinite;
    using adc = infinite;
};

template <class P>
    requires requires {
        typename P::dac;
        typename P::adc;
    }
struct converters<P>
{
    using dac = typename P::dac;
    using adc = typename P::adc;
};
}

//! @brief The converter of a precision at a product's input, `infinite` where it has none.
template <class P>
using dac_of = typename detail::converters<P>::dac;

//! @brief The converter of a precision at a product's output, `infinite` where it has none.
template <class P>
using adc_of = typename detail::converters<P>::adc;
}
}
