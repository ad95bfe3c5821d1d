// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <fstream>
#include <functional>
#include <map>
#include <numeric>
#include <span>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/normalized.hpp>
#include <dni/cell/rnn.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/io/npy.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>

using namespace dni;

namespace
{
//! A case of make_golden.py: named arrays of any shape.
class golden_case
{
public:
    struct array
    {
        std::vector<std::size_t> shape;
        std::span<const double> values;
    };

    explicit golden_case(const std::string& name) : numbers_{io::load_npy<double, 1>(folder() + name + ".npy")}
    {
        std::ifstream index(folder() + name + ".txt");
        std::size_t offset = 0;
        for (std::string line; std::getline(index, line);)
        {
            std::istringstream words(line);
            std::string what;
            words >> what;
            array entry;
            for (std::size_t extent = 0; words >> extent;)
            {
                entry.shape.push_back(extent);
            }
            const std::size_t size = std::accumulate(entry.shape.begin(), entry.shape.end(), std::size_t{1}, std::multiplies<>{});
            REQUIRE(offset + size <= numbers_.size());
            entry.values = {numbers_.data() + offset, size};
            offset += size;
            arrays_[what] = entry;
        }
        REQUIRE(offset == numbers_.size());
    }

    const array& operator[](const std::string& name) const { return arrays_.at(name); }
    bool has(const std::string& name) const { return arrays_.contains(name); }

private:
    static std::string folder() { return DNI_TEST_DATA_DIR "/"; }

    tensor<double, 1> numbers_;
    std::map<std::string, array> arrays_;
};

//! The largest |found − expected| / (1 + |expected|).
template <class Found>
double difference(const Found& found, std::span<const double> expected)
{
    REQUIRE(found.size() == expected.size());
    double worst = 0;
    auto at = expected.begin();
    for (const auto value : found)
    {
        const double error = std::abs(static_cast<double>(value) - *at) / (1 + std::abs(*at));
        worst = error > worst || std::isnan(error) ? error : worst;
        ++at;
    }
    return worst;
}

template <class T>
tensor<T, 3> cube(const golden_case::array& from)
{
    auto to = tensor<T, 3>::from_shape({from.shape[0], from.shape[1], from.shape[2]});
    std::transform(from.values.begin(), from.values.end(), to.begin(), [](double v) { return static_cast<T>(v); });
    return to;
}

//! The carried rows of the library — for layer and direction in turn h and c, samples by length — from PyTorch's initial_h and initial_c [L·D, B, H].
template <class T>
recurrent_state<T> initial_state(const golden_case& golden, const data::packing& shape, const std::vector<std::string>& carried)
{
    recurrent_state<T> state;
    for (std::size_t walk = 0; golden.has("initial_h") && walk < golden["initial_h"].shape[0]; ++walk)
    {
        for (const auto& name : carried)
        {
            const auto values = cube<T>(golden["initial_" + name]);
            const auto rows = state.emplace_back().resize(values.shape(1), values.shape(2));
            for (std::size_t b = 0; b < rows.rows; ++b)
            {
                std::copy_n(&values(walk, shape.original(b), 0), rows.columns, rows.row(b).begin());
            }
        }
    }
    return state;
}

template <class Stack>
void compare(const std::string& name, std::vector<std::string> carried, std::size_t layers, std::size_t threads)
{
    using T = typename Stack::T;
    const double bound = std::is_same_v<T, double> ? 1e-10 : 1e-5;
    INFO(name << ", " << (sizeof(T) == 8 ? "double" : "float") << ", " << threads << " threads");
    const golden_case golden(name);

    const auto& x = golden["x"];
    const std::vector<std::size_t> lengths(golden["lengths"].values.begin(), golden["lengths"].values.end());
    const auto batch = data::pack<T>(cube<T>(x), lengths);
    network<Stack> net(x.shape[2], seed{1}, {golden["weight_hh_l0"].shape[1], layers, 0.0}, true);
    net.threads(threads);

    std::size_t named = 0;
    for (const auto& parameter : net.parameters())
    {
        const auto& weights = golden[parameter.name.substr(2)]; // behind the layer's "0."
        CHECK(parameter.shape == weights.shape);
        CHECK(parameter.offset == named); // the order of net.parameters() in PyTorch
        named += parameter.size();
        std::transform(weights.values.begin(), weights.values.end(), net.weights().begin() + static_cast<std::ptrdiff_t>(parameter.offset),
                       [](double v) { return static_cast<T>(v); });
    }
    CHECK(named == net.weights().size());

    auto state = initial_state<T>(golden, batch.shape, carried);
    const auto output = net.forward(batch, key{}, &state);
    CHECK(difference(data::unpack<T>(output, batch.shape), golden["output"].values) <= bound);
    for (std::size_t i = 0; i < carried.size(); ++i)
    {
        std::vector<T> final;
        for (std::size_t walk = 0; walk < state.size() / carried.size(); ++walk)
        {
            const auto rows = data::unpack_samples<T>(state[walk * carried.size() + i].view(), batch.shape);
            final.insert(final.end(), rows.begin(), rows.end());
        }
        CHECK(difference(final, golden["final_" + carried[i]].values) <= bound);
    }

    const auto coefficients = data::pack<T>(cube<T>(golden["coefficients"]), lengths);
    net.backward(coefficients.values.view());
    CHECK(difference(data::unpack<T>(net.input_gradient(), batch.shape), golden["d_x"].values) <= bound);
    for (const auto& parameter : net.parameters())
    {
        INFO(parameter.name);
        const auto found = std::as_const(net).gradient().subspan(parameter.offset, parameter.size());
        CHECK(difference(found, golden["d_" + parameter.name.substr(2)].values) <= bound);
    }

    auto inferred_state = initial_state<T>(golden, batch.shape, carried);
    CHECK(difference(data::unpack<T>(net.infer(batch, key{}, &inferred_state), batch.shape), golden["output"].values) <= bound);
}

template <class Cell, class Precision>
void compare_shapes(const std::string& name, const std::vector<std::string>& carried)
{
    using exact = policies<noise::none, Precision>;
    for (const std::size_t threads : {1u, 2u})
    {
        compare<recurrent<Cell, exact>>(name + "_one_layer", carried, 1, threads);
        compare<recurrent<Cell, exact>>(name + "_wide", carried, 1, threads);
        compare<recurrent<Cell, exact>>(name + "_two_layers", carried, 2, threads);
        compare<recurrent<Cell, exact>>(name + "_two_layers_with_state", carried, 2, threads);
        compare<bidirectional<Cell, exact>>(name + "_bidirectional", carried, 2, threads);
    }
}

template <class Cell>
void compare_precisions(const std::string& name, const std::vector<std::string>& carried)
{
    compare_shapes<Cell, precision::float64>(name, carried);
    compare_shapes<Cell, precision::float32>(name, carried);
}
}

TEST_CASE("rnn<tanh>: values and gradients are those of PyTorch's nn.RNN")
{
    compare_precisions<cell::rnn<cell::tanh>>("rnn_tanh", {"h"});
}

TEST_CASE("rnn<relu>: values and gradients are those of PyTorch's nn.RNN")
{
    compare_precisions<cell::rnn<cell::relu>>("rnn_relu", {"h"});
}

TEST_CASE("gru: values and gradients are those of PyTorch's nn.GRU")
{
    compare_precisions<cell::gru>("gru", {"h"});
}

TEST_CASE("lstm: values and gradients are those of PyTorch's nn.LSTM")
{
    compare_precisions<cell::lstm>("lstm", {"h", "c"});
}

TEST_CASE("normalized lstm: values and gradients are those of one written with PyTorch's layer_norm")
{
    compare<recurrent<cell::normalized<cell::lstm>, policies<noise::none, precision::float64>>>("normalized_lstm_one_layer", {"h", "c"}, 1, 1);
}
