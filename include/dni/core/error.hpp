// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdexcept>
#include <string>

namespace dni
{

//! @brief Base of all exceptions of the library. The message reads "where: expected …, found …".
//!
//! Errors are thrown at the border (constructors, readers, fit, infer), never inside the time loop. `catch (const
//! dni::error&)` therefore catches everything a bad input can cause, except running out of memory.
//! @verified tests/core/error_test.cpp
class error : public std::runtime_error
{
public:
    error(const std::string& where, const std::string& expected, const std::string& found)
        : std::runtime_error(where + ": expected " + expected + ", found " + found)
    {
    }
};

//! @brief Sizes that do not fit together: a tensor, a batch or a layer has another shape than its neighbour needs.
class shape_error : public error
{
public:
    using error::error;
};

//! @brief Bytes or text that are not what their format promises: truncated, corrupt or of an unsupported kind.
class parse_error : public error
{
public:
    using error::error;
};

//! @brief An argument or a datum outside its allowed range: a negative rate, a label beyond the classes, a NaN in the
//! data.
class value_error : public error
{
public:
    using error::error;
};

//! @brief A computation that left the finite numbers, as a loss that became infinite in training.
class numeric_error : public error
{
public:
    using error::error;
};

} // namespace dni
