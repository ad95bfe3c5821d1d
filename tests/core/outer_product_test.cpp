// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/same_bits.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include <dni/core/outer_product.hpp>
#include <dni/core/thread_pool.hpp>
#include <dni/core/workspace.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>

namespace outer_product_test
{
using namespace dni;

namespace
{
struct wires
{
    std::size_t depth, columns;
    std::vector<column_group> groups;

    bool there(std::size_t k, std::size_t n) const
    {
        return std::any_of(groups.begin(), groups.end(),
                           [&](const column_group& g) { return g.first <= n && n < g.last && g.row_first <= k && k < g.row_last; });
    }
};

std::vector<wires> many()
{
    std::vector<wires> all;
    for (const std::size_t k : {1u, 2u, 7u, 16u, 33u, 132u})
    {
        for (const std::size_t n : {1u, 4u, 5u, 8u, 15u, 16u, 17u, 32u, 33u, 64u, 65u, 130u})
        {
            all.push_back({k, n, {{0, n, 0, k}}});
        }
    }
    for (const std::size_t hidden : {1u, 5u, 8u, 16u, 33u})
    {
        for (const std::size_t inputs : {1u, 4u, 9u})
        {
            // a GRU: candidates fed by x alone and by h alone, gates by both
            all.push_back({inputs + hidden, 4 * hidden, {{0, hidden, 0, inputs}, {hidden, 3 * hidden, 0, inputs + hidden}, {3 * hidden, 4 * hidden, inputs, inputs + hidden}}});
        }
    }
    return all;
}

template <class T>
void fill_normal(matrix_view<T> m, stream& random)
{
    for (std::size_t r = 0; r < m.rows; ++r)
    {
        std::ranges::generate(m.row(r), [&] { return random.normal<T>(); });
    }
}

//! a and d, and G and s with something in them that is to be replaced.
template <class T>
struct problem
{
    const wires& given;
    workspace_matrix<T> left, right, gradient;
    std::vector<T> sums;

    problem(const wires& of, std::size_t rows) : given{of}, sums(of.columns + detail::panel_width<T>, T{0.5})
    {
        stream random{key{seed{5}}};
        fill_normal(left.resize(rows, of.depth), random);
        fill_normal(right.resize(rows, of.columns), random);
        fill_normal(gradient.resize(of.depth, of.columns), random);
    }

    void solve(outer_product<T>& outer, thread_pool& pool) { outer.sum(left.view(), right.view(), gradient.view(), sums.data(), pool); }
};
}

TEMPLATE_TEST_CASE("outer_product: sums equal those in long double, and only wired elements change", "", float, double)
{
    using T = TestType;
    thread_pool pool;
    for (const auto& given : many())
    {
        outer_product<T> outer;
        outer.shape(given.groups);
        for (const std::size_t rows : {0u, 1u, 5u, 255u, 256u, 257u, 600u})
        {
            if (rows > 5 && given.depth * given.columns > 3000)
            {
                continue;
            }
            problem<T> one(given, rows);
            const auto a = one.left.view();
            const auto d = one.right.view();
            const auto g = one.gradient.view();
            const auto before = support::elements(g);
            one.solve(outer, pool);

            const long double rounding = static_cast<long double>(rows + 2) * std::numeric_limits<T>::epsilon();
            bool near = true;
            bool others_untouched = true;
            for (std::size_t n = 0; n < given.columns; ++n)
            {
                long double total = 0;
                long double total_size = 0;
                for (std::size_t r = 0; r < rows; ++r)
                {
                    total += d.row(r)[n];
                    total_size += std::abs(d.row(r)[n]);
                }
                near = near && std::abs(one.sums[n] - total) <= rounding * total_size;
                for (std::size_t k = 0; k < given.depth; ++k)
                {
                    if (!given.there(k, n))
                    {
                        others_untouched = others_untouched && g.row(k)[n] == before[k * given.columns + n];
                        continue;
                    }
                    long double sum = 0;
                    long double size = 0;
                    for (std::size_t r = 0; r < rows; ++r)
                    {
                        const long double term = static_cast<long double>(a.row(r)[k]) * d.row(r)[n];
                        sum += term;
                        size += std::abs(term);
                    }
                    near = near && std::abs(g.row(k)[n] - sum) <= rounding * size;
                }
            }
            others_untouched = others_untouched && std::all_of(one.sums.begin() + static_cast<std::ptrdiff_t>(given.columns), one.sums.end(),
                                                               [](T s) { return s == T{0.5}; });
            CAPTURE(rows, given.depth, given.columns, given.groups.size());
            CHECK(near);
            CHECK(others_untouched);
        }
    }
}

TEMPLATE_TEST_CASE("outer_product: the same bits on any number of threads, more than there are panels included", "", float, double)
{
    using T = TestType;
    for (const auto& given : many())
    {
        outer_product<T> outer;
        outer.shape(given.groups);
        thread_pool alone;
        problem<T> expected(given, 300);
        expected.solve(outer, alone);
        for (const std::size_t threads : {2u, 7u})
        {
            thread_pool pool(threads);
            problem<T> one(given, 300);
            one.solve(outer, pool);
            CAPTURE(threads, given.depth, given.columns);
            CHECK(support::same_bits(support::elements(one.gradient.view()), support::elements(expected.gradient.view())));
            CHECK(support::same_bits(one.sums, expected.sums));
        }
    }
}

TEST_CASE("outer_product: no columns ask for nothing")
{
    outer_product<float> outer;
    outer.shape({});
    thread_pool pool(2);
    const std::vector<float> a{1, 2, 3};
    std::vector<float> untouched(6, 7.0f);
    outer.sum({a.data(), 1, 3, 3}, {nullptr, 1, 0, 0}, {untouched.data(), 3, 0, 1}, untouched.data() + 3, pool);
    CHECK(untouched == std::vector<float>(6, 7.0f));
}
}
