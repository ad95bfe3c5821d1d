# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause

# Compiles TESTS/TEST_test.cpp with COMPILER and runs it by EMULATOR. The libraries that are headers alone are those of this machine, seen through links, for the
# folder they are in has this machine's C library too.
file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}/include")
foreach(library IN ITEMS xtensor xtl xsimd catch2)
    file(CREATE_LINK "/usr/include/${library}" "${FOLDER}/include/${library}" SYMBOLIC)
endforeach()
list(TRANSFORM INCLUDES PREPEND -I)
file(WRITE "${FOLDER}/main.cpp" "#define CATCH_CONFIG_MAIN\n#include \"support/catch.hpp\"\n")
execute_process(
    COMMAND ${COMPILER} -static -O1 -std=c++20 -w ${INCLUDES} "-I${FOLDER}/include" "-DDNI_TEST_DATA_DIR=\"${TESTS}/golden\"" "${TESTS}/${TEST}_test.cpp"
        "${FOLDER}/main.cpp" -o "${FOLDER}/program" -pthread
    COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${EMULATOR} "${FOLDER}/program" COMMAND_ERROR_IS_FATAL ANY)
