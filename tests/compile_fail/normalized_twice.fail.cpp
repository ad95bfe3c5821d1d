// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: unit_by_unit.*normalized|'normalized<.*' does not satisfy 'unit_by_unit'
#include <dni/cell/lstm.hpp>
#include <dni/cell/normalized.hpp>

using once = dni::cell::normalized<dni::cell::lstm>;

#ifdef EXPECT_COMPILE_ERROR
using chosen = dni::cell::normalized<once>;
#else
using chosen = once;
#endif

chosen cell;
