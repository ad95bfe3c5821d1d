// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <dni/core/error.hpp>
#include <dni/core/table.hpp>
#include <dni/export/layer_stream.hpp>
#include <dni/layer/number_type.hpp>
#include <dni/layer/sizes.hpp>
#include <dni/noise/chip.hpp>
#include <dni/noise/level.hpp>
#include <dni/noise/lifetime.hpp>
#include <dni/precision/converter_settings.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief A list of layers by name, for those who stream a network that was trained elsewhere: it needs neither xtensor nor `network`.
template <class... Layers>
struct layer_list
{
    using layers = std::tuple<Layers...>;
};

//! @brief A layer can be streamed: it needs no step that has not come yet.
template <class Layer>
concept streamable = requires { sizeof(layer_stream<Layer, float, unbounded, bounds{}>); } || requires { sizeof(layer_stream<Layer, double, unbounded, bounds{}>); };

namespace detail
{
template <class Layers>
inline constexpr bool all_streamable = false;

template <class... Layers>
inline constexpr bool all_streamable<std::tuple<Layers...>> = (streamable<Layers> && ...);
}

//! @brief All layers of a network can be streamed.
template <class Network>
concept network_for_streaming = detail::all_streamable<typename Network::layers>;

namespace detail
{
template <class T, bounds Most, std::size_t Inputs, class Done, class... Rest>
struct stream_chain
{
    using type = Done;
};

template <class T, bounds Most, std::size_t Inputs, class... Done, class Layer, class... Rest>
struct stream_chain<T, Most, Inputs, std::tuple<Done...>, Layer, Rest...>
{
    using one = layer_stream<Layer, T, Inputs, Most>;
    using type = typename stream_chain<T, Most, one::most_outputs, std::tuple<Done..., one>, Rest...>::type;
};

template <class Stream>
concept draws_nothing_fresh = requires { requires !Stream::differs_by_pass; };

template <class Layers>
struct stream_of;

template <class... Layers>
struct stream_of<std::tuple<Layers...>>
{
    using T = typename number_type<Layers...>::type;

    template <bounds Most>
    using type = typename stream_chain<T, Most, Most.inputs, std::tuple<>, Layers...>::type;
};
}

//! @brief A network that takes a sequence step by step, batch 1: x [I] → y [O], the network's outputs as of this step.
//! @details `step` is the kernel of `network::infer` with one row and gives the same bits, noise included, for a sample of id 0: noexcept, without heap,
//!          locks or exceptions, so an audio callback may call it. The object owns packed copies of the weights; later changes of the network do
//!          not reach it. With `bounds` all of it is inside the object:
//!              dni::streaming live(net);                                       // any sizes, memory taken here
//!              dni::streaming<model, dni::bounds{4, 32, 10, 1}> fixed(net);    // at most these sizes, no heap at all
//!          A network that draws fresh noise does not compile so, for where it runs the hardware is what is noisy: stream with_noise<noise::none>(net), or name
//!          the draws of a simulation, those of stochastic rounding too, by a key:
//!              dni::streaming simulated(net, key);
//!          One thread at a time uses an object.
//! @tparam Network  a `network`, or `layer_list<Layers…>`
//! @cost a step of an LSTM 8·H·(I + H) operations; memory the packed weights and a few rows
//! @verified tests/export/streaming_test.cpp
template <network_for_streaming Network, bounds Most = bounds{}>
class streaming
{
    using stream_type = detail::stream_of<typename Network::layers>;

public:
    using T = typename stream_type::T;

    //! @brief Whether steps draw anything fresh; what lives as long as a chip is drawn once.
    static constexpr bool differs_by_pass = []<class... Stream>(std::tuple<Stream...>*)
    { return !(detail::draws_nothing_fresh<Stream> && ...); }(static_cast<typename stream_type::template type<Most>*>(nullptr));

    //! @brief The weights and sizes of a network, on its chip.
    //! @errors shape_error for sizes beyond the bounds
    explicit streaming(const Network& net)
        requires(requires { net.parameters(); } && !differs_by_pass)
        : streaming(net, key{})
    {
    }

    //! @brief The same with fresh noise, at the levels the network has. Weight noise is drawn once, here.
    //! @param pass names the draws; those of the chip are of the chip the network is on
    //! @errors shape_error for sizes beyond the bounds
    streaming(const Network& net, key pass)
        requires requires { net.parameters(); }
        : now_{pass, net.chip().draws()}, inputs_{net.inputs()}, streams_{make(net.inputs(), [&]<std::size_t I>(index<I>) { return net.template layer<I>().chosen(); })}
    {
        for_each([&]<std::size_t I>(index<I>, auto& stream) { copy_noise(net.template layer<I>(), stream); });
        program(net.weights());
    }

    //! @brief A network of these sizes from its flat weights, in the order of `network::parameters`, on a chip. Noise is off until `noise_level`, noise of the
    //!        weights, which are written here, for good.
    //! @errors shape_error for sizes beyond the bounds or another number of weights
    streaming(const sizes& chosen, std::span<const T> weights, chip on = {})
        requires(!differs_by_pass)
        : streaming(chosen, weights, key{}, on)
    {
    }

    //! @brief The same with fresh noise.
    //! @errors shape_error for sizes beyond the bounds or another number of weights
    streaming(const sizes& chosen, std::span<const T> weights, key pass, chip on = {})
        : now_{pass, on.draws()}, inputs_{chosen.inputs},
          streams_{make(chosen.inputs, [&]<std::size_t I>(index<I>) { return std::tuple_element_t<I, layers>::options::from(chosen); })}
    {
        program(weights);
    }

    std::size_t inputs() const noexcept { return inputs_; }
    std::size_t outputs() const noexcept { return std::get<count - 1>(streams_).outputs(); }

    //! @brief One step.
    //! @param x [I]
    //! @return y [O], valid until the next call
    std::span<const T> step(std::span<const T> x) noexcept
    {
        for_each([&]<std::size_t I>(index<I>, auto& stream) { x = stream.step(x, now_.of_part(I)); });
        ++now_.step;
        return x;
    }

    //! @brief Before the first step of another sequence.
    void reset() noexcept
        requires(!differs_by_pass)
    {
        reset(key{});
    }

    //! @brief The same, and what is fresh is drawn from `pass`.
    void reset(key pass) noexcept
    {
        for_each([](auto, auto& stream) { stream.reset(); });
        now_.pass = pass;
        now_.step = 0;
    }

    //! @brief Sets the level of every noise that has a level of this kind. Weight noise keeps what was drawn.
    //! @errors value_error when the level makes no sense
    template <level_in_a_unit Level>
    void noise_level(Level level)
    {
        check(level, "streaming::noise_level");
        const auto set = [level](auto& part)
        {
            if constexpr (requires { part.level = level; })
            {
                part.level = level;
            }
        };
        for_each([&](auto, auto& stream) { stream.for_each_array([&](auto& array) { array.noise().for_each(set); }); });
    }

    //! @brief Sets bits and bounds of the converters of every product that has them.
    //! @errors value_error when a number makes no sense
    void converters(const converter_settings& chosen)
    {
        check(chosen, "streaming::converters");
        for_each([&](auto, auto& stream) { stream.for_each_array([&](auto& array) { array.noise().set(chosen); }); });
    }

private:
    using layers = typename Network::layers;
    using streams = typename stream_type::template type<Most>;
    static constexpr std::size_t count = std::tuple_size_v<layers>;

    template <std::size_t I>
    using index = std::integral_constant<std::size_t, I>;

    // Layers in their order, each as wide as the one before it gives. options(index<I>) are those of layer I.
    template <class Options>
    static streams make(std::size_t inputs, const Options& options)
    {
        detail::check_room("inputs", inputs, Most.inputs);
        return [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            const auto one = [&](auto i)
            {
                std::tuple_element_t<i, streams> made(options(i), inputs);
                inputs = made.outputs();
                return made;
            };
            return streams{one(index<I>{})...};  // braces: from first to last
        }(std::make_index_sequence<count>{});
    }

    template <class Layer, class Stream>
    static void copy_noise(const Layer& layer, Stream& stream)
    {
        std::size_t wanted = 0;
        stream.for_each_array(
            [&](auto& array)
            {
                std::size_t found = 0;
                layer.for_each_crossbar(
                    [&](const std::string&, const auto& bar)
                    {
                        if (found++ == wanted)
                        {
                            array.noise() = bar.noise();
                        }
                    });
                ++wanted;
            });
    }

    void program(std::span<const T> weights)
    {
        std::size_t wanted = 0;
        for_each([&](auto, const auto& stream) { wanted += stream.weights(); });
        if (weights.size() != wanted)
        {
            throw shape_error("streaming", std::to_string(wanted) + " weights", std::to_string(weights.size()));
        }
        const T* from = weights.data();
        for_each(
            [&]<std::size_t I>(index<I>, auto& stream)
            {
                stream.program(from, now_.of_part(I));
                from += stream.weights();
            });
    }

    template <class F>
    void for_each(F&& f)
    {
        [&]<std::size_t... I>(std::index_sequence<I...>) { (f(index<I>{}, std::get<I>(streams_)), ...); }(std::make_index_sequence<count>{});
    }

    noise::moment now_;
    std::size_t inputs_;
    streams streams_;
};
}
