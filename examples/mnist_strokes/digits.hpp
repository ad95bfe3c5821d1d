// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include <dni/data/sequences.hpp>

#include "job.hpp"

//! The digits a job trains on and those it measures on.
struct digits
{
    dni::data::sequences train;
    dni::data::sequences test;
    std::string told;  // in words, for people: where they come from and how many they are
};

//! Reads or makes the digits and brings them to the form the networks see.
//! Throws dni::error for files that are damaged, and where no digits are left to train or to measure on.
digits load_digits(const job&);
