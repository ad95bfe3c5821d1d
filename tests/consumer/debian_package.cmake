# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause

# Makes the Debian package of BUILD in FOLDER, has dpkg install it below there, with a database of its own, which needs no root and leaves the machine as it
# is, compiles SOURCE with COMPILER against it, found by pkg-config, and has it removed again.
function(run)
    execute_process(COMMAND ${ARGV} OUTPUT_VARIABLE output OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${FOLDER}")
run(cpack --config "${BUILD}/CPackConfig.cmake" -G DEB -B "${FOLDER}")
file(GLOB package "${FOLDER}/libdni-dev_${VERSION}_all.deb")
file(WRITE "${FOLDER}/installed/var/lib/dpkg/status" "")
file(MAKE_DIRECTORY "${FOLDER}/installed/var/lib/dpkg/info" "${FOLDER}/installed/var/lib/dpkg/updates")
set(ENV{PATH} "$ENV{PATH}:/usr/sbin:/sbin")  # dpkg asks for ldconfig there
set(dpkg dpkg "--root=${FOLDER}/installed" --force-not-root --force-depends "--log=${FOLDER}/log")
run(${dpkg} --install "${package}")
run(dpkg-deb --field "${package}" Depends)
if(NOT output MATCHES "libxtensor-dev.*libxsimd-dev")
    message(FATAL_ERROR "expected the packages it depends on, found ${output}")
endif()

file(GLOB_RECURSE description "${FOLDER}/installed/usr/dni.pc")
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

run(${dpkg} --remove libdni-dev)
file(GLOB_RECURSE left "${FOLDER}/installed/usr/*")
if(left)
    message(FATAL_ERROR "expected nothing to be left of the package, found ${left}")
endif()
