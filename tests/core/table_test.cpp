// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <vector>

#include <dni/core/table.hpp>
#include <dni/core/workspace.hpp>

namespace table_test
{
using namespace dni;

static_assert(std::is_same_v<table<float>, aligned_vector<float>>);
static_assert(std::is_same_v<table<float, 3>, inline_vector<float, 3>>);

TEST_CASE("inline_vector: keeps what it is given, inside the object")
{
    inline_vector<int, 4> some;
    CHECK(some.empty());
    some.push_back(7);
    some.push_back(8);
    CHECK(std::ranges::equal(some, std::vector{7, 8}));
    CHECK(some.back() == 8);
    some[0] = 6;
    CHECK(some.data()[0] == 6);
    some.assign(4, 1);
    CHECK(std::ranges::equal(some, std::vector{1, 1, 1, 1}));
    some.clear();
    CHECK(some.size() == 0);

    inline_vector<float, 5> aligned;
    CHECK(reinterpret_cast<std::uintptr_t>(aligned.data()) % 64 == 0);
    CHECK(static_cast<const void*>(aligned.data()) >= &aligned);
    CHECK(static_cast<const void*>(aligned.data() + 5) <= &aligned + 1);
}
}
