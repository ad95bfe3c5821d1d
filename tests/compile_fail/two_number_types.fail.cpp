// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*share_one_number_type<|because 'share_one_number_type<.*evaluated to false
#include <dni/cell/lstm.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>

using wide = dni::policies<dni::noise::none, dni::precision::float64>;

#ifdef EXPECT_COMPILE_ERROR
using read_out = dni::dense<>;
#else
using read_out = dni::dense<wide>;
#endif

using classifier = dni::network<dni::recurrent<dni::cell::lstm, wide>, dni::last_step, read_out>;
using number = classifier::value_type;
number one = 1;
