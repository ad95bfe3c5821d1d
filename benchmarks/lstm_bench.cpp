// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "cell_bench.hpp"

namespace
{
[[maybe_unused]] const bool registered = bench::register_cell<dni::cell::lstm>("lstm", 4);
}
