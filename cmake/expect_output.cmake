# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause

# cmake -DPROGRAM=program -DEXPECTED=file -P expect_output.cmake
execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE found COMMAND_ERROR_IS_FATAL ANY)
file(READ "${EXPECTED}" expected)
if(NOT found STREQUAL expected)
    message(FATAL_ERROR "expected what ${EXPECTED} says, found\n${found}")
endif()
