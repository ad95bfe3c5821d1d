# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# Headers and package files; nothing in them depends on the architecture.
set(dni_package_dir "${CMAKE_INSTALL_DATADIR}/cmake/dni")
set(dni_pkgconfig_dir "${CMAKE_INSTALL_DATADIR}/pkgconfig")

# The .pc files find the prefix from where they are, so an installed tree can be moved.
function(dni_install_pc name)
    configure_file("${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in" "${PROJECT_BINARY_DIR}/${name}.pc" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/${name}.pc" DESTINATION "${dni_pkgconfig_dir}")
endfunction()
file(RELATIVE_PATH dni_prefix_of_pc "/prefix/${dni_pkgconfig_dir}" "/prefix")
dni_install_pc(dni)

install(TARGETS dni EXPORT dni-targets FILE_SET HEADERS)
install(EXPORT dni-targets NAMESPACE dni:: DESTINATION "${dni_package_dir}")
if(TARGET dni_io)
    install(TARGETS dni_io EXPORT dni-io-targets FILE_SET HEADERS)
    install(EXPORT dni-io-targets NAMESPACE dni:: DESTINATION "${dni_package_dir}")
    dni_install_pc(dni-io)
endif()

configure_package_config_file(cmake/dni-config.cmake.in "${PROJECT_BINARY_DIR}/dni-config.cmake"
    INSTALL_DESTINATION "${dni_package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/dni-config-version.cmake"
    COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES "${PROJECT_BINARY_DIR}/dni-config.cmake" "${PROJECT_BINARY_DIR}/dni-config-version.cmake"
    DESTINATION "${dni_package_dir}")
install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")

# cpack -G DEB in the build folder makes libdni-dev_….deb.
if(PROJECT_IS_TOP_LEVEL)
    set(CPACK_GENERATOR DEB)
    set(CPACK_PACKAGE_NAME libdni-dev)
    set(CPACK_PACKAGE_CONTACT "the dni authors")
    set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
    set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
    set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE all)
    set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
    set(CPACK_DEBIAN_PACKAGE_DEPENDS "libxtensor-dev (>= 0.24), xtl-dev, libxsimd-dev")
    set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "zlib1g-dev, libzip-dev, nlohmann-json3-dev (>= 3.11), pkgconf")
    include(CPack)
endif()
