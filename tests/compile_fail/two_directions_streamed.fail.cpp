// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: constraints not satisfied
#include <dni/cell/lstm.hpp>
#include <dni/export/streaming.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>

#ifdef EXPECT_COMPILE_ERROR
using one = dni::bidirectional<dni::cell::lstm>;
#else
using one = dni::recurrent<dni::cell::lstm>;
#endif

void run(const dni::network<one>& net)
{
    dni::streaming<dni::network<one>> live(net);
}
