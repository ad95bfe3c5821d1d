// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "count_allocations.hpp"

#include <atomic>
#include <cerrno>
#include <malloc.h>

namespace
{
std::atomic<std::size_t> count = 0;
}

std::size_t support::allocations() noexcept
{
    return count;
}

// Found before the C library's own.
extern "C" int posix_memalign(void** memory, std::size_t alignment, std::size_t size)
{
    ++count;
    *memory = memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HAS_AN_ALLOCATOR_OF_ITS_OWN
#endif
#endif

#ifdef HAS_AN_ALLOCATOR_OF_ITS_OWN

#include <sanitizer/allocator_interface.h>

namespace
{
// 0 where no hook was free: then nothing is counted, and the test that expects memory to be taken fails.
[[maybe_unused]] const int hooked = __sanitizer_install_malloc_and_free_hooks([](const volatile void*, std::size_t) { ++count; }, [](const volatile void*) {});
}

#else

#include <cstdlib>
#include <new>

namespace
{
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

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void* operator new(std::size_t size, const std::nothrow_t& nothrow) noexcept { return counted(size, nothrow); }
void* operator new[](std::size_t size, const std::nothrow_t& nothrow) noexcept { return counted(size, nothrow); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

#endif
