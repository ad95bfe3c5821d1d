// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include <dni/random/key.hpp>

namespace key_test
{
using namespace dni;

TEST_CASE("key: derivation is a pure function of the seed, the words and their order")
{
    constexpr key root{seed{7}};
    STATIC_REQUIRE(root == key{seed{7}});
    STATIC_REQUIRE(root.with(1).with(2) == key{seed{7}}.with(1).with(2));
    STATIC_REQUIRE(!(root.with(1).with(2) == root.with(2).with(1)));
    STATIC_REQUIRE(!(root.with(1) == root));
    STATIC_REQUIRE(!(root.with(0) == root.with(0).with(0)));
    STATIC_REQUIRE(!(root == key{seed{8}}));
    STATIC_REQUIRE(root.with(purpose::shuffling) == root.with(1));
    STATIC_REQUIRE(!(key{seed{0}} == key{}));
}

TEST_CASE("key: a million derived keys are all different")
{
    std::vector<std::uint64_t> values;
    for (std::uint64_t s = 0; s < 10; ++s)
    {
        for (std::uint64_t a = 0; a < 100; ++a)
        {
            for (std::uint64_t b = 0; b < 1000; ++b)
            {
                values.push_back(key{seed{s}}.with(a).with(b).value());
            }
        }
    }
    std::ranges::sort(values);
    CHECK(std::ranges::adjacent_find(values) == values.end());
}

TEST_CASE("key: one changed bit of a word, or of the seed, changes each bit of the key half of the time")
{
    constexpr int trials = 2000;
    std::vector<int> flips(64);
    int in_all = 0;
    for (std::uint64_t trial = 0; trial < trials; ++trial)
    {
        const auto bit = std::uint64_t{1} << (trial % 64);
        const auto of_word = key{seed{1}}.with(trial).value() ^ key{seed{1}}.with(trial ^ bit).value();
        const auto of_seed = key{seed{trial}}.with(1).value() ^ key{seed{trial ^ bit}}.with(1).value();
        in_all += std::popcount(of_word) + std::popcount(of_seed);
        for (std::size_t i = 0; i < 64; ++i)
        {
            flips[i] += static_cast<int>(of_word >> i & 1) + static_cast<int>(of_seed >> i & 1);
        }
    }
    // each count is binomial(2 · trials, 1/2): standard deviation sqrt(trials / 2)
    const auto off = [](int flipped) { return std::abs(flipped - trials); };
    CHECK(std::ranges::all_of(flips, [&](int f) { return off(f) < 4.5 * std::sqrt(trials / 2.0); }));
    CHECK(std::abs(in_all - 64 * trials) < 4.5 * std::sqrt(64 * trials / 2.0));
}
}
