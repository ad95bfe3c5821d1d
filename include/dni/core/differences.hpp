// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>

#include <dni/core/error.hpp>

namespace dni
{
//! @brief Collects what differs between two things, a line each, to be said all at once.
//! @verified tests/layer/stored_network_test.cpp
class differences
{
public:
    void add(const std::string& what, const std::string& expected, const std::string& found)
    {
        ++count_;
        std::string line = what + ": expected " + expected + ", found " + found;
        std::ranges::replace_if(line, [](char c) { return static_cast<unsigned char>(c) < ' '; }, '?');  // a file may hold anything
        lines_ += "\n  " + line;
    }

    bool empty() const noexcept { return count_ == 0; }

    //! @errors value_error if there are some
    void refuse(const std::string& where, const std::string& expected) const
    {
        if (count_ > 0)
        {
            throw value_error(where, expected, std::to_string(count_) + (count_ == 1 ? " difference:" : " differences:") + lines_);
        }
    }

    //! @brief Adds each text that is not the same in both.
    void compare(const std::map<std::string, std::string>& expected, const std::map<std::string, std::string>& found)
    {
        for (const auto& [name, text] : expected)
        {
            const auto other = found.find(name);
            if (other == found.end() || other->second != text)
            {
                add(name, text, other == found.end() ? "none" : other->second);
            }
        }
        for (const auto& [name, text] : found)
        {
            if (!expected.contains(name))
            {
                add(name, "none", text);
            }
        }
    }

private:
    std::size_t count_ = 0;
    std::string lines_;
};
}
