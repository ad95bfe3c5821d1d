// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "eval/tiny.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <dni/eval/batches.hpp>

namespace batches_test
{
using namespace dni;

TEST_CASE("evaluation batches hold each sequence once, like lengths together")
{
    const auto data = tiny::some(50, seed{1});
    for (const std::size_t size : {1u, 7u, 50u, 256u})
    {
        std::vector<std::size_t> seen(data.size());
        std::size_t longest = std::numeric_limits<std::size_t>::max();
        for (const auto& batch : evaluation_batches<float>(data, size))
        {
            CHECK(batch.shape.samples() <= size);
            for (std::size_t b = 0; b < batch.shape.samples(); ++b)
            {
                const auto id = static_cast<std::size_t>(batch.shape.id(b));
                ++seen[id];
                REQUIRE(batch.shape.length(b) == data.length(id));
                CHECK(batch.shape.length(b) <= longest);
                longest = batch.shape.length(b);
                CHECK(batch.values.view().row(batch.shape.row(0, b))[0] == data.sequence(id)[0]);
            }
        }
        CHECK(std::ranges::all_of(seen, [](std::size_t times) { return times == 1; }));
    }
}

TEST_CASE("a set that cannot be evaluated is refused")
{
    auto data = tiny::some(5, seed{1});
    CHECK_THROWS_AS(evaluation_batches<float>(data, 0), value_error);
    CHECK_THROWS_AS(evaluation_batches<float>(data::sequences{}), value_error);
    data.values(0, 0) = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_AS(evaluation_batches<float>(data), value_error);
    data.offsets.back() += 1;
    CHECK_THROWS_AS(evaluation_batches<float>(data), shape_error);
}
}
