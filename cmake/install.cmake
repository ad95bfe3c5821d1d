# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# Headers and package files; nothing in them depends on the architecture.
set(dni_package_dir "${CMAKE_INSTALL_DATADIR}/cmake/dni")

install(TARGETS dni EXPORT dni-targets FILE_SET HEADERS)
install(EXPORT dni-targets NAMESPACE dni:: DESTINATION "${dni_package_dir}")
if(TARGET dni_io)
    install(TARGETS dni_io EXPORT dni-io-targets FILE_SET HEADERS)
    install(EXPORT dni-io-targets NAMESPACE dni:: DESTINATION "${dni_package_dir}")
endif()

configure_package_config_file(cmake/dni-config.cmake.in "${PROJECT_BINARY_DIR}/dni-config.cmake"
    INSTALL_DESTINATION "${dni_package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/dni-config-version.cmake"
    COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/dni-config.cmake" "${PROJECT_BINARY_DIR}/dni-config-version.cmake"
    DESTINATION "${dni_package_dir}")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
