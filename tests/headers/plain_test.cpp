// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// One of two files of one program that include everything: a function that is not inline would be defined twice.
#include <dni/dni.hpp>
#include <dni/io.hpp>

#include "support/catch.hpp"

TEST_CASE("headers: two files of a program may include everything")
{
    SUCCEED();
}
