// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/cell/rnn.hpp>

#include "cells.hpp"
#include "train_and_sweep.hpp"

std::vector<measured> run_rnn(const job& wanted, const digits& data)
{
    return train_and_sweep<dni::cell::rnn<>>(wanted, data);
}
