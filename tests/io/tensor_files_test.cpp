// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/error.hpp>
#include <dni/core/xtensor.hpp>
#include <dni/io/bytes.hpp>
#include <dni/io/npy.hpp>
#include <dni/io/safetensors.hpp>
#include <dni/io/tensor_files.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/zip.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace tensor_files_test
{
using namespace dni;
using support::contains;

TEST_CASE("tensor files: safetensors, npz and a folder of npy are told apart by what they are")
{
    const auto path = std::filesystem::temp_directory_path() / "dni_tensor_files_test";
    std::filesystem::remove_all(path);
    const tensor<float, 1> a{1, 2};
    const tensor<double, 1> b{3};
    const io::named_tensors expected{{io::named_tensor::of<float>("0.a", {2}, a), io::named_tensor::of<double>("b", {1}, b)}, {}};
    const auto text = [](const io::bytes& data) { return std::string(io::as_text(data)); };

    io::write_file(path, support::zip({{"0.a.npy", text(io::format_npy(a))}, {"b.npy", text(io::format_npy(b))}}));
    CHECK(io::load_tensors(path) == expected);
    io::write_file(path, io::format_safetensors({{expected.tensors[1], expected.tensors[0]}, {{"about", "x"}}}));
    CHECK(io::load_tensors(path).tensors == std::vector{expected.tensors[1], expected.tensors[0]});
    CHECK(io::load_tensors(path).metadata.at("about") == "x");

    io::save_npy(path, a);
    CHECK_THROWS_WITH(io::load_tensors(path), contains("dni_tensor_files_test: expected arrays with names") && contains("found a single array"));
    io::write_file(path, io::as_bytes("text"));
    CHECK_THROWS_AS(io::load_tensors(path), parse_error);
    io::write_file(path, {});
    CHECK_THROWS_AS(io::load_tensors(path), parse_error);
    std::filesystem::remove(path);
    CHECK_THROWS_WITH(io::load_tensors(path), contains("dni_tensor_files_test: expected a readable file"));

    std::filesystem::create_directory(path);
    CHECK_THROWS_WITH(io::load_tensors(path), contains("expected a folder of .npy files, found none"));
    io::save_npy(path / "b.npy", b);
    io::save_npy(path / "0.a.npy", a);
    io::write_file(path / "readme", io::as_bytes("nothing to read here"));
    CHECK(io::load_tensors(path) == expected);
    io::write_file(path / "b.npy", io::as_bytes("text"));
    CHECK_THROWS_WITH(io::load_tensors(path), contains("b.npy"));
    std::filesystem::remove_all(path);
}
}
