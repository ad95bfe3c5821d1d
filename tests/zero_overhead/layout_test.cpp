// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <type_traits>

#include <dni/core/packed_matrix.hpp>
#include <dni/core/table.hpp>
#include <dni/core/workspace.hpp>
#include <dni/crossbar/memory_array.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/crossbar/wiring.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/noise/site.hpp>

namespace layout_test
{
using namespace dni;

namespace
{
// What a memory array is made of where nobody has thought of noise.
struct array_without_policy
{
    wiring wires;
    packed_matrix<float> matrix;
    table<float> bias;
    aligned_vector<float> clean;
    workspace_matrix<float> realised;
    noise::moment programmed_at;
};
}

TEST_CASE("policies that are not there take no room")
{
    STATIC_REQUIRE(std::is_empty_v<noise::sources<noise::none>>);
    STATIC_REQUIRE(std::is_empty_v<noise::sources<noise::all<>>>);
    STATIC_REQUIRE(sizeof(memory_array<policies<>>) == sizeof(array_without_policy));
    STATIC_REQUIRE(sizeof(memory_array<policies<noise::all<noise::none, noise::none>>>) == sizeof(array_without_policy));
}

TEST_CASE("policies that are there take the room of their levels alone")
{
    using noise::gaussian;
    STATIC_REQUIRE(sizeof(noise::sources<gaussian<sigma>>) == sizeof(double));
    STATIC_REQUIRE(sizeof(noise::sources<gaussian<snr_db>>) == 2 * sizeof(double));
    STATIC_REQUIRE(sizeof(noise::sources<noise::all<gaussian<sigma>, noise::at_input<gaussian<sigma>>>>) == 2 * sizeof(double));
}
}
