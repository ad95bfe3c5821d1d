// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "job.hpp"

//! What this program notes in the files it stores: the options that say which network it is and how it is trained, as "--cell" and "lstm".
std::map<std::string, std::string> notes_of(const job&, const train_level&, std::uint64_t seed);

//! The options that were noted in the file the job loads or resumes: for a network to load those that say which it is, for a training to resume all.
//! None in a file of another program. Throws dni::error for a file that cannot be read.
std::map<std::string, std::string> stored_options(const job&);
