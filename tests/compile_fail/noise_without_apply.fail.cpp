// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*policy<Noise>.*Noise = forgetful|'forgetful' does not satisfy 'policy'
#include <dni/crossbar/policies.hpp>

#include <span>
#include <string>

struct forgetful
{
#ifndef EXPECT_COMPILE_ERROR
    template <class T>
    void apply(std::span<T>, dni::stream&) const
    {
    }
#endif
    std::string describe() const { return "forgetful"; }
};

using hardware = dni::policies<forgetful>;
hardware::value_type one = 1;
