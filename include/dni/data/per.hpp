// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace dni::data
{
//! @brief What a label, a target or an output row belongs to: a whole sequence or each of its steps.
enum class per
{
    sequence,
    step
};
}
