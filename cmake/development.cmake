# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause

# How this project compiles its own tests, examples and benchmarks. None of it reaches a user: dni::dni carries no flag.
option(DNI_NATIVE "Compile tests, examples and benchmarks for this machine's processor" OFF)
option(DNI_SANITIZE "Compile tests, examples and benchmarks with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(DNI_SANITIZE_LESS "Leave out the checks that take longest to compile" OFF)
option(DNI_SANITIZE_THREADS "Compile them with ThreadSanitizer, which does not go with the others" OFF)
option(DNI_COVERAGE "Compile them so that they count which lines they run" OFF)

add_library(dni_dev INTERFACE)
target_compile_options(dni_dev INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wsign-conversion -Werror)

# False alarms of g++ 12: undefined operands in its own AVX-512 intrinsics, overlapping copies in its own std::string, empty copies at -O1.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(dni_dev INTERFACE -Wno-uninitialized -Wno-maybe-uninitialized -Wno-restrict -Wno-nonnull)
endif()

if(DNI_NATIVE)
    target_compile_options(dni_dev INTERFACE -march=native)
endif()

if(DNI_SANITIZE)
    set(dni_sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_compile_options(dni_dev INTERFACE ${dni_sanitizers})
    # Four of UBSan's checks. Most of what two of them find AddressSanitizer reports as a signal: null pointers that are followed, aligned
    # vectors that are not. With clang++ memory is checked by calls instead of code in place.
    if(DNI_SANITIZE_LESS)
        target_compile_options(dni_dev INTERFACE -fno-sanitize=null,alignment,object-size,vptr
            $<$<CXX_COMPILER_ID:Clang>:SHELL:-mllvm -asan-instrumentation-with-call-threshold=0>)
    endif()
    target_compile_definitions(dni_dev INTERFACE _GLIBCXX_ASSERTIONS)
    target_link_options(dni_dev INTERFACE ${dni_sanitizers})
endif()

if(DNI_SANITIZE_THREADS)
    target_compile_options(dni_dev INTERFACE -fsanitize=thread)
    target_link_options(dni_dev INTERFACE -fsanitize=thread)
endif()

if(DNI_COVERAGE)
    target_compile_options(dni_dev INTERFACE --coverage -fprofile-update=atomic)
    target_link_options(dni_dev INTERFACE --coverage)
endif()

if(PROJECT_IS_TOP_LEVEL)
    set(CMAKE_CXX_EXTENSIONS OFF)
    find_program(DNI_CCACHE ccache)
    mark_as_advanced(DNI_CCACHE)
    if(DNI_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
        set(CMAKE_CXX_COMPILER_LAUNCHER "${DNI_CCACHE}")
    endif()
endif()
