// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <cstdint>
#include <set>
#include <vector>

#include <dni/core/xtensor.hpp>
#include <dni/data/fingerprint.hpp>
#include <dni/data/sequences.hpp>

namespace fingerprint_test
{
using namespace dni;

TEST_CASE("fingerprint: the same for equal data, another when anything is changed")
{
    data::sequences base;
    base.values = tensor<float, 2>{{1, 2}, {3, 4}, {5, 6}};
    base.offsets = {0, 2, 3};
    base.labels = {0, 1};
    base.targets = tensor<float, 2>{{7}, {8}};
    auto same = base;
    CHECK(data::fingerprint(same) == data::fingerprint(base));

    std::set<std::uint64_t> prints{data::fingerprint(base), data::fingerprint({})};
    const auto is_new = [&](auto&& change)
    {
        auto changed = base;
        change(changed);
        return prints.insert(data::fingerprint(changed)).second;
    };
    CHECK(is_new([](auto& d) { d.values(1, 0) = 3.0000002f; }));
    CHECK(is_new([](auto& d) { std::swap(d.values(0, 0), d.values(0, 1)); }));
    CHECK(is_new([](auto& d) { d.values.reshape({2, 3}); }));
    CHECK(is_new([](auto& d) { d.offsets = {0, 1, 3}; }));
    CHECK(is_new([](auto& d) { d.offsets = {0, 3}; }));
    CHECK(is_new([](auto& d) { d.labels = {1, 0}; }));
    CHECK(is_new([](auto& d) { d.labels.clear(); }));
    CHECK(is_new([](auto& d) { d.targets(0, 0) = -7; }));
    CHECK(is_new([](auto& d) { d.targets = {}; }));
    CHECK(is_new([](auto& d) { d.per = data::per::step; }));
    // an element on the other side of the border between two lists
    CHECK(is_new([](auto& d) { d.offsets = {0, 2, 3, 2, 0}; d.labels = {1}; }));
    CHECK(is_new([](auto& d) { d.offsets = {0, 2}; d.labels = {3, 2, 0, 1}; }));
}
}
