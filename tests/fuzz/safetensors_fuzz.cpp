// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <string>
#include <vector>

#include <dni/io/safetensors.hpp>

#include "fuzz/fuzz.hpp"

using namespace dni;

void fuzz::read(std::span<const std::byte> data)
{
    const auto content = io::parse_safetensors(data);
    const auto again = io::parse_safetensors(io::format_safetensors(content));
    require(again.metadata == content.metadata && again.tensors.size() == content.tensors.size());
    for (const auto& one : content.tensors)
    {
        if (one.type == io::number_type::float32)
        {
            require(one.values<float>().size() * sizeof(float) == one.data.size());
        }
    }
}

std::vector<io::bytes> fuzz::seeds()
{
    const std::vector<float> floats{1, 2, 3, 4, 5, 6};
    const std::vector<double> doubles{0.5};
    io::named_tensors some{{io::named_tensor::of<float>("0.weight_ih_l0", {2, 3}, floats), io::named_tensor::of<double>("number", {}, doubles),
                            io::named_tensor::of<float>("none", {0, 3}, {})},
                           {{"format", "dni 1"}, {"a \"text\"", "\n"}}};
    const std::string text = R"({"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[1,1],"data_offsets":[4,6]}} )";
    return {io::format_safetensors(some), io::format_safetensors({}), bytes_of(std::string{static_cast<char>(text.size()), 0, 0, 0, 0, 0, 0, 0} + text + "123456")};
}
