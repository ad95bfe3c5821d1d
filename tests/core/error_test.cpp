// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/error.hpp>

#include "support/catch.hpp"

#include <string>
#include <type_traits>

namespace error_test
{
TEST_CASE("errors say where, what was expected and what was found")
{
    const dni::shape_error e("dense", "4 inputs", "3");
    CHECK(std::string(e.what()) == "dense: expected 4 inputs, found 3");
}

TEMPLATE_TEST_CASE("every error is a dni::error", "", dni::shape_error, dni::parse_error, dni::value_error,
                   dni::numeric_error)
{
    CHECK_THROWS_AS(throw TestType("here", "this", "that"), dni::error);
    CHECK(std::is_base_of_v<std::runtime_error, TestType>);
}
}
