// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: one_array_where_room_is_fixed
#include <dni/dni.hpp>

using tiled = dni::policies<dni::noise::none, dni::precision::float32, dni::mapping::tiles<64, 64>>;
using model = dni::network<dni::recurrent<dni::cell::lstm, tiled>, dni::dense<>>;

void stream(const model& net)
{
#ifdef EXPECT_COMPILE_ERROR
    dni::streaming<model, dni::bounds{4, 8, 3, 1}> live(net);
#else
    dni::streaming live(net);
#endif
    live.reset();
}
