// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>

#include <dni/core/fixed_point.hpp>
#include <dni/crossbar/fixed_array.hpp>
#include <dni/export/fixed_layer.hpp>

namespace dni
{
//! @brief A layer can run in fixed point: it needs no step that has not come yet, and its products are exact in float.
template <class Layer>
concept runs_in_fixed_point = requires { sizeof(fixed_layer<Layer, std::int16_t, 12>); };

namespace detail
{
template <class Layers>
inline constexpr bool all_run_in_fixed_point = false;

template <class... Layers>
inline constexpr bool all_run_in_fixed_point<std::tuple<Layers...>> = (runs_in_fixed_point<Layers> && ...);
}

//! @brief All layers of a network can run in fixed point.
template <class Network>
concept network_for_fixed_point = detail::all_run_in_fixed_point<typename Network::layers>;

//! @brief A network that takes a sequence step by step in integers alone, batch 1: x [I] → y [O], integers n of numbers n / 2^Fraction.
//! @details Weights are rounded once, here, to Q15 (`std::int16_t`) or Q7 (`std::int8_t`) with a power of two for each output; products are those of
//!          `fixed_array`, the rest is the cell's own source run on `fixed_point`. It has the same bits on every processor, and `export_c<Weight>` writes it in C.
//!          A step takes no memory and cannot throw. Inputs, pre-activations, carried rows and outputs share one format, ±2^(15 − Fraction):
//!              dni::fixed_streaming live(net);                             // Q15
//!              dni::fixed_streaming<model, std::int8_t> small(net);        // Q7
//!              x[i] = decltype(live)::number(value).integer();             // and back: float(number::of(y[o]))
//!          A network with noise runs without: `with_noise<noise::none>(net)`. One thread at a time uses an object.
//! @tparam Fraction more for finer steps, fewer where what the network computes leaves ±8
//! @cost a step of an LSTM 4·H·(I + H) multiply-adds of integers
//! @verified tests/export/fixed_streaming_test.cpp, tests/export_c
template <network_for_fixed_point Network, fixed_weight Weight = std::int16_t, int Fraction = 12>
class fixed_streaming
{
public:
    using number = fixed_point<Fraction>;

    //! @errors value_error for weights and biases that no integer stands for
    explicit fixed_streaming(const Network& net) : inputs_{net.inputs()}, layers_{make(net)} {}

    std::size_t inputs() const noexcept { return inputs_; }
    std::size_t outputs() const noexcept { return std::get<count - 1>(layers_).outputs(); }

    //! @brief One step.
    //! @return y [O], valid until the next call
    std::span<const std::int16_t> step(std::span<const std::int16_t> x) noexcept
    {
        const std::int16_t* row = x.data();
        std::apply([&](auto&... layer) { ((row = layer.step(row)), ...); }, layers_);
        return {row, outputs()};
    }

    //! @brief Before the first step of another sequence.
    void reset() noexcept
    {
        std::apply([](auto&... layer) { (layer.reset(), ...); }, layers_);
    }

    //! @brief Layer I.
    template <std::size_t I>
    const auto& layer() const noexcept
    {
        return std::get<I>(layers_);
    }

private:
    using layers = typename Network::layers;
    static constexpr std::size_t count = std::tuple_size_v<layers>;

    template <class Layers>
    struct in_fixed_point;

    template <class... Layers>
    struct in_fixed_point<std::tuple<Layers...>>
    {
        using type = std::tuple<fixed_layer<Layers, Weight, Fraction>...>;
    };

    using fixed_layers = typename in_fixed_point<layers>::type;

    // Layers in their order, each as wide as the one before it gives.
    static fixed_layers make(const Network& net)
    {
        std::size_t inputs = net.inputs();
        const float* weights = net.weights().data();
        return [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            const auto one = [&](auto i)
            {
                std::tuple_element_t<i, fixed_layers> made(net.template layer<i>().chosen(), inputs, weights);
                inputs = made.outputs();
                return made;
            };
            return fixed_layers{one(std::integral_constant<std::size_t, I>{})...};  // braces: from first to last
        }(std::make_index_sequence<count>{});
    }

    std::size_t inputs_;
    fixed_layers layers_;
};
}
