// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "count_allocations.hpp"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <malloc.h>
#include <new>

namespace
{
std::atomic<std::size_t> count = 0;

void* counted(std::size_t size, const std::nothrow_t&) noexcept
{
    ++count;
    return std::malloc(size == 0 ? 1 : size);
}

void* counted(std::size_t size)
{
    if (void* const memory = counted(size, std::nothrow))
    {
        return memory;
    }
    throw std::bad_alloc{};
}
}

std::size_t support::allocations() noexcept
{
    return count;
}

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, const std::nothrow_t& nothrow) noexcept { return counted(size, nothrow); }
void* operator new[](std::size_t size, const std::nothrow_t& nothrow) noexcept { return counted(size, nothrow); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

// Found before the C library's own.
extern "C" int posix_memalign(void** memory, std::size_t alignment, std::size_t size)
{
    ++count;
    *memory = memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}
