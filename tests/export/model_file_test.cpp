// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/damage.hpp"
#include "support/same_bits.hpp"
#include "support/zip.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/core/error.hpp>
#include <dni/export/model_file.hpp>
#include <dni/io/bytes.hpp>
#include <dni/io/npy.hpp>
#include <dni/io/safetensors.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>

namespace model_file_test
{
using namespace dni;
using support::contains;

namespace
{
using analog = policies<noise::gaussian<snr_db>>;
using analog_network = network<recurrent<cell::lstm, analog>, last_step, dense<analog>>;

const sizes tiny{.inputs = 2, .hidden = 2, .outputs = 2};

analog_network make(std::uint64_t s)
{
    analog_network net(tiny, seed{s});
    net.noise_level(snr_db{7});
    return net;
}

std::filesystem::path file_name()
{
    return std::filesystem::temp_directory_path() / "dni_model_file_test.safetensors";
}

struct file_at_end
{
    ~file_at_end() { std::filesystem::remove(file_name()); }
};
}

TEST_CASE("model file: a saved network comes back to the bit, notes too")
{
    const file_at_end cleaned;
    const auto net = make(1);
    save_model(net, file_name(), {{"trained at", "0 … 10 dB"}});
    auto other = make(2);
    other.noise_level(snr_db{20});
    const auto texts = load_model(other, file_name());
    CHECK(support::same_bits(std::as_const(other).weights(), net.weights()));
    CHECK(store(other) == store(net));
    CHECK(texts.at("trained at") == "0 … 10 dB");
    CHECK(texts.at("layer 0") == "recurrent lstm: 2 -> 2");

    // the same network is the same bytes
    const auto first = io::read_file(file_name());
    save_model(other, file_name(), {{"trained at", "0 … 10 dB"}});
    CHECK(io::read_file(file_name()) == first);
}

TEST_CASE("model file: a state dict in the files of NumPy gives weights")
{
    const file_at_end cleaned;
    const auto net = make(1);
    const auto npy = [&](const parameter& p)
    {
        const auto values = net.weights().subspan(p.offset, p.size());
        const auto array = [&]<std::size_t N>(std::integral_constant<std::size_t, N>)
        {
            std::array<std::size_t, N> shape;
            std::ranges::copy(p.shape, shape.begin());
            auto filled = tensor<float, N>::from_shape(shape);
            std::ranges::copy(values, filled.begin());
            return io::format_npy(filled);
        };
        return p.shape.size() == 2 ? array(std::integral_constant<std::size_t, 2>{}) : array(std::integral_constant<std::size_t, 1>{});
    };
    std::vector<support::member> members;
    const auto folder = file_name();
    std::filesystem::create_directory(folder);
    for (const auto& p : net.parameters())
    {
        const auto file = npy(p);
        io::write_file(folder / (p.name + ".npy"), file);
        members.push_back({p.name + ".npy", std::string(io::as_text(file))});
    }

    auto other = make(2);
    CHECK(load_model(other, folder).empty());
    CHECK(store(other) == store(net));
    std::filesystem::remove_all(folder);

    other = make(2);
    io::write_file(file_name(), support::zip(members));
    CHECK(load_model(other, file_name()).empty());
    CHECK(store(other) == store(net));

    members.pop_back();
    io::write_file(file_name(), support::zip(members));
    CHECK_THROWS_WITH(load_model(other, file_name()), contains("1 difference:\n  2.bias: expected float32 [2], found none"));
    CHECK(store(other) == store(net));
}

TEST_CASE("model file: a note cannot take the name of something else")
{
    const file_at_end cleaned;
    CHECK_THROWS_WITH(save_model(make(1), file_name(), {{"layer 0", "x"}}), contains("a note under a name of its own, found \"layer 0\""));
    CHECK_THROWS_AS(save_model(make(1), file_name(), {{"format", "x"}}), value_error);
    CHECK(!std::filesystem::exists(file_name()));
}

TEST_CASE("model file: what cannot be read or written says so and changes nothing")
{
    const file_at_end cleaned;
    auto net = make(1);
    CHECK_THROWS_WITH(load_model(net, file_name()), contains("dni_model_file_test.safetensors: expected a readable file"));
    CHECK_THROWS_WITH(save_model(net, file_name() / "below"), contains("a file that can be written"));
    io::write_file(file_name(), io::as_bytes("not a model"));
    CHECK_THROWS_AS(load_model(net, file_name()), parse_error);

    save_model(network<recurrent<cell::gru>, last_step, dense<>>(tiny, seed{1}), file_name());
    CHECK_THROWS_WITH(load_model(net, file_name()), contains("dni_model_file_test.safetensors: expected what the network has, found 7 differences:\n")
                                                        && contains("0.weight_ih_l0: expected float32 [8, 2], found float32 [6, 2]"));
    CHECK(store(net) == store(make(1)));
}

TEST_CASE("model file: cut or damaged anywhere, it is refused, or read with other numbers, but never taken in part")
{
    const auto good = make(1);
    const auto file = io::format_safetensors(store(good));
    auto net = make(2);
    const auto untouched = store(net);
    for (std::size_t size = 0; size < file.size(); ++size)
    {
        CHECK_THROWS_AS(restore(net, io::parse_safetensors(std::span(file).first(size)), "file"), error);
    }
    CHECK(store(net) == untouched);

    std::size_t taken = 0;
    support::damage(file,
                    [&](std::span<const std::byte> damaged)
                    {
                        auto victim = make(2);
                        try
                        {
                            restore(victim, io::parse_safetensors(damaged), "file");
                            ++taken;
                        }
                        catch (const error&)
                        {
                            REQUIRE(store(victim) == untouched);
                        }
                    });
    CHECK(taken > 0);
}
}
