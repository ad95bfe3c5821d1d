// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>

#include <dni/core/workspace.hpp>

namespace workspace_test
{
using namespace dni;

TEMPLATE_TEST_CASE("workspace: rows are whole cache lines apart, an odd number of them", "", float, double)
{
    constexpr std::size_t line = 64 / sizeof(TestType);
    for (std::size_t columns = 1; columns < 300; ++columns)
    {
        const std::size_t stride = row_stride<TestType>(columns);
        CHECK(stride >= columns);
        CHECK(stride % line == 0);
        CHECK(stride / line % 2 == 1);
        CHECK(stride < columns + 2 * line);
    }
}

TEMPLATE_TEST_CASE("workspace: rows are aligned, and memory is used again", "", float, double)
{
    workspace_matrix<TestType> work;
    CHECK(work.view().rows == 0);
    const auto big = work.resize(10, 33);
    CHECK(big.rows == 10);
    CHECK(big.columns == 33);
    for (std::size_t r = 0; r < big.rows; ++r)
    {
        CHECK(reinterpret_cast<std::uintptr_t>(big.row(r).data()) % 64 == 0);
        CHECK(big.row(r).size() == 33);
    }
    CHECK(work.resize(4, 20).data == big.data);
    CHECK(work.resize(10, 33).data == big.data);
    CHECK(std::as_const(work).view().data == big.data);
    CHECK(work.resize(0, 5).rows == 0);
}

TEST_CASE("workspace: fill_zero leaves what lies between the rows")
{
    workspace_matrix<float> work;
    auto m = work.resize(3, 5);
    for (std::size_t i = 0; i < 3 * m.stride; ++i)
    {
        m.data[i] = 1;
    }
    fill_zero(m);
    for (std::size_t r = 0; r < 3; ++r)
    {
        for (std::size_t c = 0; c < m.stride; ++c)
        {
            CHECK(m.data[r * m.stride + c] == (c < 5 ? 0.0f : 1.0f));
        }
    }
}
}
