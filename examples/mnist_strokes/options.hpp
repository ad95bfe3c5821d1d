// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "job.hpp"

//! The options of the command line; parsing them fills the job, which must live until then.
void add_options(CLI::App&, job&);

//! Throws dni::value_error for options that make no sense together, or whose files cannot be written.
void check(const job&);
