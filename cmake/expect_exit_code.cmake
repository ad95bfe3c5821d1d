# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause

# cmake -DEXPECTED=2 -P expect_exit_code.cmake -- program arguments…
set(command)
set(seen FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
    if(seen)
        list(APPEND command "${CMAKE_ARGV${i}}")
    elseif(CMAKE_ARGV${i} STREQUAL "--")
        set(seen TRUE)
    endif()
endforeach()

execute_process(COMMAND ${command} RESULT_VARIABLE code)
if(NOT code STREQUAL EXPECTED)
    message(FATAL_ERROR "${command}: expected exit code ${EXPECTED}, found ${code}")
endif()
