// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace support
{
//! How often the program has taken memory so far, on any thread: operator new, and posix_memalign, which xsimd's allocator calls.
//! Under ThreadSanitizer whatever its hook sees: malloc too.
std::size_t allocations() noexcept;
}
