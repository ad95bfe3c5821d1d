// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*joints_fit<|because 'joints_fit<.*evaluated to false
#include <dni/cell/lstm.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>

#ifdef EXPECT_COMPILE_ERROR
using classifier = dni::network<dni::recurrent<dni::cell::lstm>, dni::last_step, dni::last_step, dni::dense<>>;
#else
using classifier = dni::network<dni::recurrent<dni::cell::lstm>, dni::last_step, dni::dense<>>;
#endif

using number = classifier::value_type;
number one = 1;
