// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>

#include <dni/precision/bound.hpp>
#include <dni/precision/converter.hpp>
#include <dni/precision/converter_settings.hpp>
#include <dni/precision/precision.hpp>
#include <dni/precision/rounding.hpp>

namespace dni::precision
{
//! @brief A converter of what a cell computes, behind the noise there: q(v), its gradient and its settings as those of `dac` and `adc`.
//! @tparam Bound `unit_bound` for gates and for the hidden state of gated cells, `constant_bound` for a cell state; `abs_max` scales each row of H units
//! @source quantized LSTMs: Hubara et al. 2016, arXiv 1609.07061
//! @verified tests/gradient/converters_test.cpp, tests/export/streaming_test.cpp
template <bound_without_parameter Bound, rounding Rounding = nearest>
struct quantizer : converter<Bound, Rounding>
{
};

namespace detail
{
template <class C>
inline constexpr bool is_quantizer = false;
template <class Bound, class Rounding>
inline constexpr bool is_quantizer<quantizer<Bound, Rounding>> = true;
}

//! @brief What may stand at the rows of a cell: a `quantizer`, or `infinite`.
template <class C>
concept row_converter = std::same_as<C, infinite> || detail::is_quantizer<C>;

//! @brief Another precision with quantizers inside recurrent cells: at the outputs of the non-linearities, and at the cell state and the hidden state as they
//!        are written back:
//!            quantized_cell<quantizer<unit_bound>, quantizer<constant_bound>, quantizer<unit_bound>>,
//!            quantized_cell<quantizer<unit_bound>, infinite, infinite, converted<dac<>, adc<constant_bound>>>.
//! @details Bits and constant bounds are run-time values: network::converters({.gates = bits{6}, .cell_state = bits{8}, .cell_state_full_scale = full_scale{4}}).
template <row_converter Gates, row_converter CellState, row_converter HiddenState, policy Base = float32>
struct quantized_cell : Base
{
    struct quantizers
    {
        using gates = Gates;
        using cell_state = CellState;
        using hidden_state = HiddenState;
    };
};

//! @brief A precision with quantizers inside cells.
template <class P>
concept has_quantizers = requires { typename P::quantizers; };

namespace detail
{
template <class P>
struct quantizers
{
    using type = typename quantized_cell<infinite, infinite, infinite>::quantizers;
};

template <has_quantizers P>
struct quantizers<P>
{
    using type = typename P::quantizers;
};
}

//! @brief The quantizers of a precision inside cells, `infinite` where it has none.
template <class P>
using quantizers_of = typename detail::quantizers<P>::type;
}
