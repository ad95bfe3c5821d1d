// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*has_adjoint<Cell>.*Cell = one_way|'one_way' does not satisfy 'has_adjoint'
#include <dni/layer/recurrent.hpp>

#include <array>
#include <cstddef>

struct one_way
{
    static constexpr const char* name = "one way";
    static constexpr std::array products{dni::cell::by_both(0)};
    enum row : std::size_t { h, rows };
    static constexpr std::array<std::size_t, 1> carried{h};
    static void forward(auto& e) { e[h] = e.in[0]; }
#ifndef EXPECT_COMPILE_ERROR
    static void adjoint(const auto&, auto& d) { d.in[0] = d[h]; }
#endif
};

using layer = dni::recurrent<one_way>;
constexpr bool steps = layer::accepts(dni::data::per::step);
static_assert(steps);
