// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <cstdint>
#include <string>

#include <dni/io/npy.hpp>

#include "fuzz/fuzz.hpp"
#include "fuzz/try_each.hpp"

using namespace dni;

void fuzz::read(std::span<const std::byte> data)
{
    try_each([&] { return io::parse_npy_tensor(data, "tensor"); }, [&] { return io::parse_npy<float, 2>(data); }, [&] { return io::parse_npy<double, 3>(data); },
             [&] { return io::parse_npy<std::int32_t, 1>(data); }, [&] { return io::parse_npy<bool, 1>(data); }, [&] { return io::parse_npy<std::uint64_t, 0>(data); });
}

std::vector<io::bytes> fuzz::seeds()
{
    const std::string header = "{'shape': (2, 3), 'fortran_order': True, 'descr': '>i2'}\n";
    const auto fortran = std::string("\x93NUMPY\x02\x00", 8) + static_cast<char>(header.size()) + std::string(3, '\0') + header + std::string(12, '\7');
    return {io::format_npy(tensor<float, 2>{{1, -2, 3}, {4, 5, 6}}), io::format_npy(tensor<double, 3>{{{0.5}}}), io::format_npy(tensor<bool, 1>{true, false}),
            io::format_npy(tensor<std::int32_t, 1>{7}), bytes_of(fortran)};
}
