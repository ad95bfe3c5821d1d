# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause

# Makes the Debian package of BUILD in FOLDER, unpacks it there and compiles SOURCE with COMPILER against it, found by pkg-config.
function(run)
    execute_process(COMMAND ${ARGV} OUTPUT_VARIABLE output OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${FOLDER}")
run(cpack --config "${BUILD}/CPackConfig.cmake" -G DEB -B "${FOLDER}")
file(GLOB package "${FOLDER}/libdni-dev_${VERSION}_all.deb")
run(dpkg-deb --extract "${package}" "${FOLDER}/unpacked")
run(dpkg-deb --field "${package}" Depends)
if(NOT output MATCHES "libxtensor-dev.*libxsimd-dev")
    message(FATAL_ERROR "expected the packages it depends on, found ${output}")
endif()

file(GLOB_RECURSE description "${FOLDER}/unpacked/dni.pc")
cmake_path(GET description PARENT_PATH descriptions)
set(ENV{PKG_CONFIG_PATH} "${descriptions}")
run(pkg-config --modversion dni)
if(NOT output STREQUAL VERSION)
    message(FATAL_ERROR "expected dni ${VERSION}, found ${output}")
endif()
run(pkg-config --cflags --libs dni-io)
if(NOT output MATCHES "${FOLDER}")
    message(FATAL_ERROR "expected headers below ${FOLDER}, found ${output}")
endif()
separate_arguments(flags UNIX_COMMAND "${output}")
run("${COMPILER}" -std=c++20 -O0 "${SOURCE}" ${flags} -o "${FOLDER}/program")
run("${FOLDER}/program")
message(STATUS "${output}")
