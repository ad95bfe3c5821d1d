// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "job.hpp"

//! What this program notes in the file of a network: the options that say which network it is.
std::map<std::string, std::string> notes_of(const job&, const train_level&, std::uint64_t seed);

//! Those options in the file of a network, as a command line has them: "--cell=lstm". None in a file of another program.
//! Throws dni::error for a file that cannot be read.
std::vector<std::string> options_in(const std::string& file);
