// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*holds_whole_weights<|does not satisfy 'holds_whole_weights'
#include <dni/crossbar/mapping.hpp>

#ifdef EXPECT_COMPILE_ERROR
using cut = dni::mapping::tiles<64, 64, dni::mapping::bit_slices<4, 2>>;
#else
using cut = dni::mapping::bit_slices<4, 2, dni::mapping::tiles<64, 64>>;
#endif

cut mapping;
