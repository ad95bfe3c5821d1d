// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/same_bits.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <dni/core/packed_matrix.hpp>
#include <dni/core/workspace.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>

namespace packed_matrix_test
{
using namespace dni;

namespace
{
template <class T, class Stored = T>
struct problem
{
    std::size_t depth, columns;
    std::vector<column_group> groups;
    std::vector<T> matrix;  // M [K, N], NaN where it is structurally zero
    packed_matrix<T, packed_size::any(), Stored> packed;

    problem(std::size_t k, std::size_t n, std::vector<column_group> cut)
        : depth{k}, columns{n}, groups{std::move(cut)}, matrix(k * n, std::numeric_limits<T>::quiet_NaN())
    {
        stream random{key{seed{k}}.with(n)};
        for (const auto& g : groups)
        {
            for (std::size_t c = g.first; c < g.last; ++c)
            {
                for (std::size_t r = g.row_first; r < g.row_last; ++r)
                {
                    matrix[r * n + c] = random.normal<T>();
                }
            }
        }
        packed.shape(groups);
        for (std::size_t p = 0; p < packed.panels(); ++p)
        {
            packed.pack(p, [&](std::size_t r, std::size_t c) { return matrix[r * columns + c]; });
        }
    }

    bool wired(std::size_t k, std::size_t n) const { return !std::isnan(matrix[k * columns + n]); }
};

template <class T>
void fill_normal(matrix_view<T> m, stream& random)
{
    for (std::size_t r = 0; r < m.rows; ++r)
    {
        for (T& v : m.row(r))
        {
            v = random.normal<T>();
        }
    }
}

std::vector<column_group> whole(std::size_t k, std::size_t n) { return {{0, n, 0, k}}; }

//! The wiring of a GRU: candidates fed by x alone and by h alone, gates by both.
std::vector<column_group> three(std::size_t inputs, std::size_t hidden)
{
    return {{0, hidden, 0, inputs}, {hidden, 3 * hidden, 0, inputs + hidden}, {3 * hidden, 4 * hidden, inputs, inputs + hidden}};
}

template <class T, class Stored = T>
std::vector<problem<T, Stored>> problems()
{
    std::vector<problem<T, Stored>> all;
    for (const std::size_t k : {1u, 2u, 3u, 7u, 16u, 33u, 132u})
    {
        for (const std::size_t n : {1u, 3u, 4u, 5u, 8u, 15u, 16u, 17u, 31u, 32u, 33u, 64u, 65u, 130u, 260u})
        {
            all.emplace_back(k, n, whole(k, n));
        }
    }
    for (const std::size_t hidden : {1u, 2u, 5u, 8u, 13u, 16u, 33u, 64u})
    {
        for (const std::size_t inputs : {1u, 4u, 9u})
        {
            all.emplace_back(inputs + hidden, 4 * hidden, three(inputs, hidden));
        }
    }
    return all;
}

template <class T>
constexpr T epsilon = std::numeric_limits<T>::epsilon();

//! What a matrix computes in, and what it is stored as.
template <class T, class S = T>
struct number
{
    using type = T;
    using stored = S;
};
}

TEMPLATE_TEST_CASE("packed_matrix: products equal those summed in long double, over many shapes", "", number<float>, number<double>,
                   (number<float, bfloat16>), (number<float, float16>), (number<float, std::int8_t>), (number<float, std::int16_t>), (number<double, std::int8_t>))
{
    using T = typename TestType::type;
    for (const auto& given : problems<T, typename TestType::stored>())
    {
        stream random{key{seed{3}}};
        std::vector<T> start(given.columns);
        for (T& s : start)
        {
            s = random.normal<T>();
        }
        for (std::size_t m = 1; m <= 40; m += given.columns > 40 ? 3 : 1)
        {
            workspace_matrix<T> left, product;
            const auto a = left.resize(m, given.depth);
            fill_normal(a, random);
            const auto c = product.resize(m, given.columns);
            std::fill_n(c.data, m * c.stride, T{-77});
            const bool with_start = m % 2 == 0;
            given.packed.multiply(a, with_start ? start.data() : nullptr, c);
            bool near = true;
            bool beyond_untouched = true;
            for (std::size_t r = 0; r < m; ++r)
            {
                for (std::size_t n = 0; n < given.columns; ++n)
                {
                    long double sum = with_start ? start[n] : T{0};
                    long double size = std::abs(sum);
                    for (std::size_t k = 0; k < given.depth; ++k)
                    {
                        if (given.wired(k, n))
                        {
                            const long double term = static_cast<long double>(a.row(r)[k]) * given.packed.as_stored(n, given.matrix[k * given.columns + n]);
                            sum += term;
                            size += std::abs(term);
                        }
                    }
                    near = near && std::abs(c.row(r)[n] - sum) <= static_cast<long double>(given.depth + 2) * epsilon<T> * size;
                }
                for (std::size_t n = given.columns; n < c.stride; ++n)
                {
                    beyond_untouched = beyond_untouched && c.data[r * c.stride + n] == T{-77};
                }
            }
            CAPTURE(m, given.depth, given.columns, given.groups.size());
            CHECK(near);
            CHECK(beyond_untouched);
        }
    }
}

TEMPLATE_TEST_CASE("packed_matrix: the bits of a row do not depend on how many rows are multiplied at once", "", number<float>, number<double>,
                   (number<float, bfloat16>), (number<float, std::int8_t>))
{
    using T = typename TestType::type;
    constexpr std::size_t m = 32;
    for (const auto& given : problems<T, typename TestType::stored>())
    {
        stream random{key{seed{4}}};
        workspace_matrix<T> left, product, other;
        const auto a = left.resize(m, given.depth);
        fill_normal(a, random);
        const auto together = product.resize(m, given.columns);
        given.packed.multiply(a, nullptr, together);
        const auto apart = other.resize(m, given.columns);
        bool same = true;
        for (const std::size_t height : {1u, 2u, 3u, 4u, 5u, 6u, 7u, 11u, 12u, 13u, 25u})
        {
            for (std::size_t first = 0; first < m; first += height)
            {
                const std::size_t count = std::min(height, m - first);
                given.packed.multiply({a.data + first * a.stride, count, a.columns, a.stride}, nullptr,
                                      {apart.data + first * apart.stride, count, apart.columns, apart.stride});
            }
            same = same && support::same_bits(support::elements(together), support::elements(apart));
        }
        CAPTURE(given.depth, given.columns, given.groups.size());
        CHECK(same);
    }
}

TEST_CASE("packed_matrix: one row, whose panels go side by side, has the bits of one among many, however panels of different rows follow one another")
{
    constexpr std::size_t w = detail::panel_width<float>;
    const auto check = [](std::size_t columns, std::vector<column_group> groups)
    {
        problem<float> given(9, columns, std::move(groups));
        stream random{key{seed{3}}};
        workspace_matrix<float> inputs, many, one;
        const auto a = inputs.resize(13, given.depth);
        fill_normal(a, random);
        const auto expected = many.resize(13, columns);
        given.packed.multiply(a, nullptr, expected);
        const auto found = one.resize(1, columns);
        for (std::size_t r = 0; r < a.rows; ++r)
        {
            given.packed.multiply({a.row(r).data(), 1, a.columns, a.stride}, nullptr, found);
            CHECK(support::same_bits(found.row(0), expected.row(r)));
        }
    };
    check(12, {{0, 3, 0, 9}, {3, 6, 0, 9}, {6, 9, 0, 9}, {9, 12, 0, 9}});  // narrow ones alike are still narrow
    for (std::size_t panels = 1; panels < 10; ++panels)
    {
        check(panels * w, whole(9, panels * w));
        check(panels * w + 3, whole(9, panels * w + 3));
        check((panels + 3) * w, {{0, panels * w, 0, 9}, {panels * w, (panels + 1) * w, 2, 9}, {(panels + 1) * w, (panels + 3) * w, 0, 9}});
    }
}

TEST_CASE("packed_matrix: an element is stored as the nearest number, in steps of the largest of its column where it is an integer")
{
    std::vector<float> matrix{0.1f, 100.0f, 0.05f, -254.0f, -0.07f, 3.0f};  // [3, 2]
    const auto packed_as = [&]<class Stored>(Stored)
    {
        packed_matrix<float, packed_size::any(), Stored> packed;
        packed.shape(whole(3, 2));
        packed.pack(0, [&](std::size_t k, std::size_t n) { return matrix[k * 2 + n]; });
        return packed;
    };
    const auto rounded = packed_as(bfloat16{});
    CHECK(rounded.as_stored(0, 0.1f) == widen(narrow<bfloat16>(0.1f)));
    CHECK(rounded.as_stored(1, -254.0f) == -254.0f);

    const auto steps = packed_as(std::int8_t{});
    CHECK(steps.as_stored(0, 0.1f) == Approx(0.1f).epsilon(1e-6));
    CHECK(steps.as_stored(0, -0.07f) == Approx(-89 * 0.1f / 127).epsilon(1e-6));
    CHECK(steps.as_stored(1, 3.0f) == 4.0f);   // steps of 2, ties to even
    CHECK(steps.as_stored(1, 100.0f) == 100.0f);
    std::vector<float> a{0, 0, 1};
    std::vector<float> c(2);
    steps.multiply({a.data(), 1, 3, 3}, nullptr, {c.data(), 1, 2, 2});
    CHECK(c[0] == steps.as_stored(0, -0.07f));
    CHECK(c[1] == 4.0f);
}

TEST_CASE("packed_matrix: inputs that feed nothing are not multiplied, not even if they are NaN")
{
    // x alone feeds the first columns, h alone the last
    const problem<float> given(7, 20, {{0, 10, 0, 3}, {10, 10, 0, 7}, {10, 20, 3, 7}});
    std::vector<float> a{1, 2, 3, NAN, NAN, NAN, NAN};
    std::vector<float> c(20);
    given.packed.multiply({a.data(), 1, 7, 7}, nullptr, {c.data(), 1, 20, 20});
    for (std::size_t n = 0; n < 20; ++n)
    {
        CHECK(std::isnan(c[n]) == (n >= 10));
    }
}

TEST_CASE("packed_matrix: room inside the object is what the panels take, and gives the same bits")
{
    constexpr std::size_t width = detail::panel_width<float>;
    constexpr std::size_t depth = 5;
    constexpr std::array<column_group, 2> groups{{{0, 2 * width + 3, 1, depth}, {2 * width + 3, 3 * width + 3, 1, 3}}};
    constexpr packed_size size = packed_size::of<float>(groups);
    STATIC_REQUIRE(size.panels == 4);
    STATIC_REQUIRE(size.elements == 2 * (depth - 1) * width + (depth - 1) * detail::stride_of<float>(3) + 2 * width);
    STATIC_REQUIRE(size.columns == 3 * width + 3);
    constexpr packed_size larger = max(packed_size{1, 7, 3}, packed_size{2, 5, 3});
    STATIC_REQUIRE((larger.panels == 2 && larger.elements == 7 && larger.columns == 3));

    problem<float> free(depth, 3 * width + 3, {groups.begin(), groups.end()});
    packed_matrix<float, size> fixed;
    fixed.shape(groups);
    CHECK(fixed.panels() == size.panels);
    for (std::size_t p = 0; p < fixed.panels(); ++p)
    {
        fixed.pack(p, [&](std::size_t r, std::size_t c) { return free.matrix[r * free.columns + c]; });
    }
    stream random{key{seed{3}}};
    workspace_matrix<float> inputs, expected, found;
    const auto a = inputs.resize(7, depth);
    fill_normal(a, random);
    free.packed.multiply(a, nullptr, expected.resize(7, free.columns));
    fixed.multiply(a, nullptr, found.resize(7, free.columns));
    CHECK(support::same_bits(support::elements(found.view()), support::elements(expected.view())));
}

TEST_CASE("packed_matrix: no columns give no panels")
{
    packed_matrix<float> empty;
    empty.shape(whole(3, 0));
    CHECK(empty.panels() == 0);
    std::vector<float> a{1, 2, 3};
    empty.multiply({a.data(), 1, 3, 3}, nullptr, {nullptr, 1, 0, 0});
}
}
