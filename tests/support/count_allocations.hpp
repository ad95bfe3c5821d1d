// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace support
{
//! How often the calling thread has taken memory so far: operator new, and posix_memalign, which xsimd's allocator calls.
std::size_t allocations() noexcept;
}
