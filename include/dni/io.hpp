// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// The component dni::io: what needs more than xtensor (zlib, libzip, JSON, POSIX), and the readers it feeds.
#include <dni/io/atomic_file.hpp>
#include <dni/io/bytes.hpp>
#include <dni/io/csv.hpp>
#include <dni/io/gz.hpp>
#include <dni/io/idx.hpp>
#include <dni/io/named_tensor.hpp>
#include <dni/io/npy.hpp>
#include <dni/io/npz.hpp>
#include <dni/io/number_type.hpp>
#include <dni/io/safetensors.hpp>
#include <dni/io/tensor_files.hpp>

#include <dni/export/model_file.hpp>
