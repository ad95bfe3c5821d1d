# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
enable_testing()

add_executable(program ../main.cpp)
target_link_libraries(program PRIVATE dni::dni)
add_test(NAME program COMMAND program)
set_tests_properties(program PROPERTIES PASS_REGULAR_EXPRESSION "dni ${DNI_EXPECTED_VERSION}")

add_executable(program_io ../gunzip.cpp)
target_link_libraries(program_io PRIVATE dni::io)
add_test(NAME program_io COMMAND program_io)

# The library says which standard it needs, and nothing else.
foreach(target IN ITEMS dni::dni dni::io)
    foreach(property IN ITEMS INTERFACE_COMPILE_OPTIONS INTERFACE_LINK_OPTIONS INTERFACE_COMPILE_DEFINITIONS)
        get_target_property(flags ${target} ${property})
        if(flags)
            message(FATAL_ERROR "${target}: expected no ${property}, found ${flags}")
        endif()
    endforeach()
endforeach()
