// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: no match for .*operator=|could not convert|cannot convert|no viable conversion
#include <dni/precision/converted.hpp>

#ifdef EXPECT_COMPILE_ERROR
dni::converter_settings chosen{.dac = 8};
#else
dni::converter_settings chosen{.dac = dni::bits{8}};
#endif
