// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/error.hpp>
#include <dni/data/normalization.hpp>

#include "support/catch.hpp"

#include <cmath>
#include <limits>
#include <sstream>

namespace normalization_test
{
using namespace dni;
using data::normalization;

namespace
{

data::sequences some()
{
    data::sequences s;
    s.values = {{1, 5, -2}, {3, 5, 4}, {5, 5, 1}, {7, 5, 1}};
    s.offsets = {0, 1, 4};
    return s;
}

}

TEST_CASE("normalization: mean 0 and deviation 1 on the part it was fitted on")
{
    data::sequences s = some();
    const auto n = normalization::fit(s);
    CHECK(n.mean()[0] == 4.0f);
    CHECK(std::abs(n.scale()[0] - std::sqrt(5.0f)) < 1e-6f);
    CHECK(n.scale()[1] == 1.0f);
    n.apply(s);
    for (std::size_t f : {std::size_t{0}, std::size_t{2}})
    {
        float sum = 0, squares = 0;
        for (std::size_t r = 0; r < 4; ++r)
        {
            sum += s.values(r, f);
            squares += s.values(r, f) * s.values(r, f);
        }
        CHECK(std::abs(sum) < 1e-5f);
        CHECK(std::abs(squares - 4) < 1e-5f);
    }
    CHECK(s.values(2, 1) == 0.0f);
    n.inverse(s);
    for (std::size_t i = 0; i < s.values.size(); ++i)
        CHECK(std::abs(s.values.data()[i] - some().values.data()[i]) < 1e-5f);
}

TEST_CASE("normalization: a constant that cannot be summed exactly is constant still")
{
    data::sequences s;
    s.values = tensor<float, 2>::from_shape({1000, 1});
    s.values.fill(0.1f);
    s.offsets = {0, 1000};
    CHECK(normalization::fit(s).scale()[0] == 1.0f);
}

TEST_CASE("normalization: a fixed map, its description and its errors")
{
    const normalization n({1, 0}, {2, 4});
    data::sequences s;
    s.values = {{5, 8}};
    s.offsets = {0, 1};
    n.apply(s);
    CHECK((s.values == tensor<float, 2>{{2, 2}}));
    std::ostringstream text;
    text << n;
    CHECK(text.str() == "feature 0: (x - 1) / 2\nfeature 1: (x - 0) / 4\n");

    data::sequences three = some();
    CHECK_THROWS_AS(n.apply(three), shape_error);
    CHECK_THROWS_AS(n.inverse(three), shape_error);
    CHECK_THROWS_AS(normalization({1}, {1, 2}), shape_error);
    CHECK_THROWS_AS(normalization({1}, {0}), value_error);
    CHECK_THROWS_AS(normalization({std::numeric_limits<float>::quiet_NaN()}, {1}), value_error);
    CHECK_THROWS_AS(normalization::fit(data::sequences{}), value_error);
}
}
