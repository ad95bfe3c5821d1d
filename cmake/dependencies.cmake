# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause

# GLOBAL, so that a project that adds this one as a subfolder sees the targets too. xtl comes first: xtensor and xsimd
# link to it. The version of xsimd is open, because its packages call each new major number incompatible.
find_package(Threads REQUIRED GLOBAL)
find_package(xtl REQUIRED GLOBAL)
find_package(xtensor 0.24 REQUIRED GLOBAL)
find_package(xsimd REQUIRED GLOBAL)

# Without these there is no dni::io; as a subfolder of another project that may be just what is wanted. libzip is asked for by
# pkg-config: the file its package has for CMake wants programs of other packages.
option(DNI_IO "Insist on the component dni::io; else it is there if what it needs is" ${PROJECT_IS_TOP_LEVEL})
if(DNI_IO)
    set(dni_io_needed REQUIRED)
else()
    set(dni_io_needed QUIET)
endif()
find_package(ZLIB ${dni_io_needed} GLOBAL)
find_package(nlohmann_json 3.11 ${dni_io_needed} GLOBAL)
find_package(PkgConfig ${dni_io_needed})
if(PkgConfig_FOUND)
    pkg_check_modules(libzip ${dni_io_needed} IMPORTED_TARGET GLOBAL libzip>=1.7)
endif()
