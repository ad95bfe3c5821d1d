// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "job.hpp"

//! The options of the command line; parsing them fills the job, which must live until then.
void add_options(CLI::App&, job&);

//! Fills the job of the options from the command line; for a network that is loaded, first from what was stored with it.
//! Throws CLI::ParseError, dni::error for a file of a network that makes no sense.
void parse(CLI::App&, const job&, int argc, char** argv);

//! Throws dni::value_error for options that make no sense together, or whose files cannot be written.
void check(const job&);
