// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace dni
{
//! @brief The sizes of a network with one width for its recurrent layers and one read-out.
struct sizes
{
    std::size_t inputs = 0;   //!< features of a step
    std::size_t hidden = 0;   //!< units of each recurrent layer and direction
    std::size_t outputs = 0;  //!< of the read-out
    std::size_t layers = 1;   //!< of each recurrent stack
    double dropout = 0;       //!< between the layers of a stack
};
}
