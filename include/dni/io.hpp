// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The component dni::io: what needs a library beyond xtensor (zlib), and the readers it feeds.
#include <dni/io/bytes.hpp>
#include <dni/io/csv.hpp>
#include <dni/io/gz.hpp>
#include <dni/io/idx.hpp>
#include <dni/io/npy.hpp>
