// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/cell/gru.hpp>

#include "cells.hpp"
#include "train_and_sweep.hpp"

std::vector<measured> run_gru(const job& wanted, const digits& data)
{
    return train_and_sweep<dni::cell::gru>(wanted, data);
}
