// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/io/npz.hpp>

#include "fuzz/fuzz.hpp"
#include "support/zip.hpp"

using namespace dni;

void fuzz::read(std::span<const std::byte> data)
{
    io::parse_npz(data, "npz", std::size_t{1} << 20);
}

std::vector<io::bytes> fuzz::seeds()
{
    const std::string one(io::as_text(io::format_npy(tensor<float, 2>{{1, 2}, {3, 4}})));
    const std::string other(io::as_text(io::format_npy(tensor<double, 1>{5})));
    return {support::zip({{"one.npy", one}, {"folder/other.npy", other}}), support::zip({{"one.npy", one}}, ZIP_CM_STORE), support::zip({{"a.npy", other}}, ZIP_CM_STORE)};
}
