# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause

# For machines without packages: cmake --preset fetch downloads the libraries that dni::dni needs, in the versions it is tested with, and
# installs them with it. Nothing else in the project downloads anything.
include(FetchContent)
function(dni_fetch name repository tag)
    FetchContent_Declare(${name} GIT_REPOSITORY "https://github.com/${repository}.git" GIT_TAG ${tag} GIT_SHALLOW ON OVERRIDE_FIND_PACKAGE)
endfunction()
dni_fetch(xtl xtensor-stack/xtl 0.7.2)
dni_fetch(xsimd xtensor-stack/xsimd 8.1.0)
dni_fetch(xtensor xtensor-stack/xtensor 0.24.3)
