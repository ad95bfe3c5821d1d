// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: constraints not satisfied
#include <dni/cell/lstm.hpp>
#include <dni/cell/normalized.hpp>
#include <dni/export/fixed_streaming.hpp>
#include <dni/layer/network.hpp>

#ifdef EXPECT_COMPILE_ERROR
using layer = dni::recurrent<dni::cell::normalized<dni::cell::lstm>>;
#else
using layer = dni::recurrent<dni::cell::lstm>;
#endif

std::size_t outputs(const dni::fixed_streaming<dni::network<layer, dni::dense<>>>& live)
{
    return live.outputs();
}
