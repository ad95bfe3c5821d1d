// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

#include <dni/core/error.hpp>

namespace fuzz
{
//! Calls each reader; if all of them refuse, passes the last refusal on.
template <class... Readers>
void try_each(Readers&&... readers)
{
    std::size_t left = sizeof...(readers);
    bool taken = false;
    const auto attempt = [&](auto& reader)
    {
        --left;
        try
        {
            static_cast<void>(reader());
            taken = true;
        }
        catch (const dni::error&)
        {
            if (left == 0 && !taken)
            {
                throw;
            }
        }
    };
    (attempt(readers), ...);
}
}
