# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause

# GLOBAL, so that a project that adds this one as a subfolder sees the targets too. xtl comes first: xtensor and xsimd
# link to it. The version of xsimd is open, because its packages call each new major number incompatible.
find_package(Threads REQUIRED GLOBAL)
find_package(xtl REQUIRED GLOBAL)
find_package(xtensor 0.24 REQUIRED GLOBAL)
find_package(xsimd REQUIRED GLOBAL)

# Without zlib and nlohmann_json there is no dni::io; as a subfolder of another project that may be just what is wanted.
if(PROJECT_IS_TOP_LEVEL)
    find_package(ZLIB REQUIRED)
    find_package(nlohmann_json 3.11 REQUIRED)
else()
    find_package(ZLIB QUIET GLOBAL)
    find_package(nlohmann_json 3.11 QUIET GLOBAL)
endif()
