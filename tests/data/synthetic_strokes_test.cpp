// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/data/strokes.hpp>
#include <dni/data/synthetic_strokes.hpp>

#include "support/catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace synthetic_strokes_test
{
using namespace dni;

TEST_CASE("synthetic strokes: the format of the real ones")
{
    const auto digits = data::synthetic_strokes(3000, seed{7});
    CHECK(digits.size() == 3000);
    CHECK_NOTHROW(data::check_strokes(digits));

    bool one_pixel = true;
    for (std::size_t i = 0; i < digits.size(); ++i)
    {
        const auto rows = digits.sequence(i);
        for (std::size_t r = 4; r < rows.size(); r += 4)
        {
            const bool pen_up = rows[r - 2] == 1;
            one_pixel = one_pixel && (pen_up || (std::abs(rows[r]) <= 1 && std::abs(rows[r + 1]) <= 1));
        }
    }
    CHECK(one_pixel);
}

TEST_CASE("synthetic strokes: lengths and classes like the real ones")
{
    const auto digits = data::synthetic_strokes(3000, seed{3});
    std::array<double, 10> count{}, steps{};
    for (std::size_t i = 0; i < digits.size(); ++i)
    {
        count[static_cast<std::size_t>(digits.labels[i])] += 1;
        steps[static_cast<std::size_t>(digits.labels[i])] += static_cast<double>(digits.length(i));
        CHECK(digits.length(i) >= 10);
        CHECK(digits.length(i) <= 117);
    }
    const double mean = static_cast<double>(digits.offsets.back()) / 3000;
    CHECK(mean > 36);
    CHECK(mean < 42);
    for (const double c : count)
        CHECK(std::abs(c - 300) < 5 * std::sqrt(300 * 0.9)); // five standard deviations
    const double shortest = steps[1] / count[1], eights = steps[8] / count[8], zeros = steps[0] / count[0];
    CHECK(shortest < 25);
    CHECK(eights > 45);
    CHECK(zeros > 43);
}

TEST_CASE("synthetic strokes: a digit is a function of the seed and its index")
{
    const auto many = data::synthetic_strokes(50, seed{1});
    const auto few = data::synthetic_strokes(20, seed{1});
    CHECK(std::equal(few.labels.begin(), few.labels.end(), many.labels.begin()));
    CHECK(std::equal(few.values.begin(), few.values.end(), many.values.begin()));
    CHECK(data::synthetic_strokes(50, seed{2}).labels != many.labels);
    CHECK(data::synthetic_strokes(0, seed{1}).size() == 0);
}
}
