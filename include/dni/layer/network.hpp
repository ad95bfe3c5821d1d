// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>
#include <dni/core/shape.hpp>
#include <dni/core/thread_pool.hpp>
#include <dni/core/workspace.hpp>
#include <dni/crossbar/sources.hpp>
#include <dni/data/batch.hpp>
#include <dni/layer/joints.hpp>
#include <dni/layer/number_type.hpp>
#include <dni/layer/parameters.hpp>
#include <dni/layer/pass_context.hpp>
#include <dni/layer/sizes.hpp>
#include <dni/noise/chip.hpp>
#include <dni/noise/level.hpp>
#include <dni/noise/lifetime.hpp>
#include <dni/noise/site.hpp>
#include <dni/precision/bound.hpp>
#include <dni/precision/converter_settings.hpp>
#include <dni/random/key.hpp>

namespace dni
{
namespace detail
{
template <class Layer, class Noise>
struct rebind_noise
{
    using type = Layer;
};

template <class Layer, class Noise>
    requires requires { typename Layer::template with_noise<Noise>; }
struct rebind_noise<Layer, Noise>
{
    using type = typename Layer::template with_noise<Noise>;
};

// Shared by a network and its views under other noise.
template <class T>
struct weight_store
{
    aligned_vector<T> values;
    std::uint64_t version = 0;
};
}

//! @brief A network: layers in a row, whose joints are checked when it is compiled, over one flat vector of weights.
//! @details Copying copies the weights. `with_noise<Noise>(net)` makes a network of other noise that shares them. Levels are run-time
//!          values: noise_level(snr_db{5}). Results depend on weights, data, level and key alone: not on threads or batches.
//! @thread_safety one thread at a time uses a network object; it shares its work among `threads`. Networks that share weights may infer at the
//!          same time if each has threads of its own and nobody writes the weights.
//! @verified tests/layer/network_test.cpp, tests/gradient, tests/golden, tests/reproducibility
template <class... Layers>
    requires(share_one_number_type<Layers...> && joints_fit<Layers...>)
class network
{
public:
    using value_type = typename detail::number_type<Layers...>::type;
    using T = value_type;
    using layers = std::tuple<Layers...>;
    static constexpr data::per output_rows = detail::joints<Layers...>().back();

    //! @brief Layers with options of their own, first to last; widths between them follow.
    //! @param with_input_gradient whether `backward` gives ∂L/∂x too (`input_gradient`)
    //! @errors value_error, shape_error from a layer whose options make no sense
    network(std::size_t inputs, seed s, const typename Layers::options&... chosen, bool with_input_gradient = false)
        : network(inputs, std::make_shared<store>(), std::make_shared<thread_pool>(), with_input_gradient, chosen...)
    {
        initialize(s);
    }

    //! @brief One width for all recurrent layers: network({.inputs = 4, .hidden = 128, .outputs = 10}, seed{1}).
    network(const sizes& chosen, seed s) : network(chosen.inputs, s, Layers::options::from(chosen)...) {}

    network(const network& other) : network(other, std::make_shared<store>(*other.store_), std::make_shared<thread_pool>(other.threads())) {}
    network& operator=(const network& other)
    {
        *this = network(other);
        return *this;
    }
    network(network&&) noexcept = default;
    network& operator=(network&&) noexcept = default;
    ~network() = default;

    //! @brief Draws all weights anew; what stands beside weights starts anew, where its layer says nothing else.
    void initialize(seed s)
    {
        for (const auto& p : table_)
        {
            if (!p.is_weight)
            {
                std::ranges::fill(weights().subspan(p.offset, p.size()), static_cast<T>(p.start));
            }
        }
        const key k = key{s}.with(purpose::initialization);
        for_each_layer([&](std::size_t i, auto& layer) { layer.initialize(weights(), k.with(i)); });
    }

    std::size_t inputs() const noexcept { return std::get<0>(layers_).inputs(); }
    std::size_t outputs() const noexcept { return std::get<sizeof...(Layers) - 1>(layers_).outputs(); }

    const parameter_table& parameters() const noexcept { return table_; }

    //! @brief All weights, to be changed: call it again for each change, since packed copies are renewed when it was called.
    std::span<T> weights() noexcept
    {
        ++store_->version;
        return store_->values;
    }

    std::span<const T> weights() const noexcept { return store_->values; }

    //! @brief ∂L/∂weights of the last `backward`.
    std::span<const T> gradient() const noexcept { return gradient_; }
    std::span<T> gradient() noexcept { return gradient_; }

    //! @brief ∂L/∂x [N, F] of the last `backward`, if asked for when the network was made.
    matrix_view<const T> input_gradient() const noexcept { return d_activations_[0].view(); }

    //! @brief Threads that share the work, the calling one included. The results do not depend on them.
    void threads(std::size_t count) { pool_ = std::make_shared<thread_pool>(count); }
    std::size_t threads() const noexcept { return pool_->threads(); }

    //! @brief Sets the level of every noise that has a level of this kind.
    //! @errors value_error when the level makes no sense, or when no noise of this network has such a level
    template <level_in_a_unit Level>
    void noise_level(Level level)
    {
        check(level, "network::noise_level");
        std::size_t found = 0;
        for_each_noise(
            [&](auto& part)
            {
                if constexpr (requires { part.level = level; })
                {
                    part.level = level;
                    ++found;
                }
            });
        if (found == 0 && level != Level::none())
        {
            throw value_error("network::noise_level", "a noise policy that has such a level", describe(level) + " for a network without");
        }
    }

    //! @brief Gives every noise of this kind, at whatever site, these constants and this level: set_noise(noise::impulse<sigma>{sigma{0.1}, {probability{0.05}}}).
    //! @errors value_error when constants or level make no sense, or when no noise of this network is of this kind
    template <noise::model Model>
    void set_noise(const Model& chosen)
    {
        constexpr const char* where = "network::set_noise";
        noise::check(chosen, where);
        std::size_t found = 0;
        for_each_noise(
            [&](auto& part)
            {
                if constexpr (requires { static_cast<Model&>(part); })
                {
                    static_cast<Model&>(part) = chosen;
                    ++found;
                }
            });
        if (found == 0)
        {
            throw value_error(where, "a noise of this kind in the network", chosen.describe() + " for a network without");
        }
        ++store_->version;  // what the array wrote into its noise is written again
    }

    //! @brief The chip the network is on: what is drawn for a chip is drawn from its number. A new network is on chip{0}; copies and views stay on the chip.
    void chip(dni::chip one) noexcept { chip_ = one; }
    dni::chip chip() const noexcept { return chip_; }

    //! @brief Whether chips differ: some noise of the network is drawn for a chip.
    bool differs_by_chip() const
    {
        bool found = false;
        for_each_noise([&]<class Part>(const Part&)
                       { found = found || (noise::is_random<Part> && std::is_same_v<typename Part::lives, noise::lifetime::chip>); });
        return found;
    }

    //! @brief Sets bits and bounds of the converters of every product.
    //! @errors value_error when a number makes no sense, or when no converter of this network has such a setting; then nothing has changed
    void converters(const converter_settings& chosen)
    {
        check(chosen, "network::converters");
        converter_settings there;
        for_each_crossbar([&](std::size_t, const std::string&, const auto& bar) { bar.noise().add_settings(there); });
        check_there(chosen, there, "network::converters");
        for_each_crossbar([&](std::size_t, const std::string&, auto& bar) { bar.noise().set(chosen); });
        const auto start = [&]<class Converter>(Converter& one)
        {
            if (const auto limit = chosen.*Converter::full_scale_setting)
            {
                bound(one, *limit);
            }
        };
        for_each_crossbar([&](std::size_t, const std::string&, auto& bar) { bar.noise().for_each_parameter(start); });
    }

    //! @brief Sets the bound of one converter of this network (`for_each_converter`). One that is a parameter goes on, and in `initialize` starts, from there.
    //! @param limit in the unit of the vector; 0 converts nothing, which is for measurements
    //! @errors value_error when it is negative or not finite
    template <class Converter>
    void bound(Converter& one, full_scale limit)
    {
        if (limit.value != 0)
        {
            check(limit, "network::bound");
        }
        one.range.limit = limit;
        if constexpr (dni::detail::has_bound_parameter<Converter>)
        {
            const double start = one.range.number_of(limit);
            weights()[one.range.place] = static_cast<T>(start);
            table_.starts_from(one.range.place, start);
        }
    }

    //! @brief Moves what follows the data, running bounds, by what the last `backward` saw. A trainer calls it after each step of the optimizer.
    void follow()
    {
        const auto move = [&](auto& one)
        {
            if constexpr (precision::following_bound<decltype(one.range)>)
            {
                if (!(one.range.reached >= 0) || !std::isfinite(one.range.reached))
                {
                    return;  // nothing seen yet, or nothing to follow
                }
                T& b = weights()[one.range.place];
                b = static_cast<T>((1 - one.range.share) * static_cast<double>(b) + one.range.share * one.range.reached);
            }
        };
        for_each_crossbar([&](std::size_t, const std::string&, auto& bar) { bar.noise().for_each_parameter(move); });
    }

    //! @brief f(layer index, name, crossbar) for each crossbar.
    template <class F>
    void for_each_crossbar(F&& f)
    {
        for_each_layer([&](std::size_t i, auto& layer)
                       { layer.for_each_crossbar([&](const std::string& name, auto& bar) { f(i, name, bar); }); });
    }

    template <class F>
    void for_each_crossbar(F&& f) const
    {
        for_each_layer([&](std::size_t i, const auto& layer)
                       { layer.for_each_crossbar([&](const std::string& name, const auto& bar) { f(i, name, bar); }); });
    }

    //! @brief f(model) for each noise of each crossbar.
    template <class F>
    void for_each_noise(F&& f)
    {
        for_each_crossbar([&](std::size_t, const std::string&, auto& bar) { bar.noise().for_each(f); });
    }

    template <class F>
    void for_each_noise(F&& f) const
    {
        for_each_crossbar([&](std::size_t, const std::string&, const auto& bar) { bar.noise().for_each(f); });
    }

    //! @brief f(converter) for each DAC and ADC of each crossbar.
    template <class F>
    void for_each_converter(F&& f)
    {
        for_each_crossbar([&](std::size_t, const std::string&, auto& bar) { bar.noise().for_each_converter(f); });
    }

    template <class F>
    void for_each_converter(F&& f) const
    {
        for_each_crossbar([&](std::size_t, const std::string&, const auto& bar) { bar.noise().for_each_converter(f); });
    }

    //! @brief Whether nothing is random: every noise that draws has a level, and it is none, and converters round to nearest.
    bool exact() const
    {
        bool off = true;
        for_each_noise(
            [&]<class Part>(const Part& part)
            {
                if constexpr (requires { part.level == part.level.none(); })
                {
                    off = off && part.level == part.level.none();
                }
                else
                {
                    off = off && !noise::is_random<Part>;
                }
            });
        for_each_converter([&](const auto& part) { off = off && !part.random; });
        return off;
    }

    //! @brief Layer I.
    template <std::size_t I>
    const auto& layer() const noexcept
    {
        return std::get<I>(layers_);
    }

    //! @brief f(index, layer) for each layer.
    template <class F>
    void for_each_layer(F&& f)
    {
        each_layer(*this, f);
    }

    template <class F>
    void for_each_layer(F&& f) const
    {
        each_layer(*this, f);
    }

    //! @brief The outputs [B, O] or [N, O] for a batch, in the order of its rows; noise is drawn from `pass`. Valid until the next pass.
    //! @param state carried rows, in and out; null for none, an empty one for zeros at first
    //! @errors shape_error when the batch has other features than the network has inputs
    matrix_view<const T> infer(const data::batch<T>& batch, key pass, recurrent_state<T>* state = nullptr) { return run(batch, pass, false, state); }

    //! @brief `infer`, and keeps what `backward` needs. The batch must stay until then. Dropout is active.
    matrix_view<const T> forward(const data::batch<T>& batch, key pass, recurrent_state<T>* state = nullptr)
    {
        forward_batch_ = &batch;
        forward_pass_ = pass;
        return run(batch, pass, true, state);
    }

    //! @brief The gradient of the noisy forward pass, from d_output = ∂L/∂outputs. Replaces `gradient()`.
    //! @errors shape_error unless d_output has the shape of the outputs
    void backward(matrix_view<const T> d_output)
    {
        const auto outputs = activation(sizeof...(Layers) - 1);
        if (d_output.rows != outputs.rows || d_output.columns != outputs.columns)
        {
            throw shape_error("network::backward", describe_shape(std::array{outputs.rows, outputs.columns}),
                              describe_shape(std::array{d_output.rows, d_output.columns}));
        }
        std::ranges::fill(gradient_, T{0});
        const auto run_layer = [&]<std::size_t I>(std::integral_constant<std::size_t, I>)
        {
            if constexpr (!is_passed_by<I>)
            {
                constexpr std::size_t above = is_passed_by<I + 1> ? I + 2 : I + 1;
                const auto out = std::as_const(activations_[I]).view();
                const auto d_out = above == sizeof...(Layers) ? d_output : matrix_view<const T>(d_activations_[above].view());
                const auto& shape = forward_batch_->shape;
                const std::size_t rows = detail::joints<Layers...>()[I] == data::per::step ? shape.rows() : shape.samples();
                auto& layer = std::get<I>(layers_);
                const auto d_in = I > 0 || with_input_gradient_ ? d_activations_[I].resize(rows, layer.inputs()) : matrix_view<T>{};
                layer.backward(context(*forward_batch_, forward_pass_, I, true), out, d_out, d_in, std::span<T>(gradient_));
            }
        };
        [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            (run_layer(std::integral_constant<std::size_t, sizeof...(I) - 1 - I>{}), ...);
        }(std::index_sequence_for<Layers...>{});
    }

    //! @brief What layer i gave in the last pass [rows, outputs].
    matrix_view<const T> activation(std::size_t i) const noexcept { return activations_[i].view(); }

    //! @brief A network of the same layers and levels that shares these weights and these threads: its levels can be set freely.
    network sharing() const { return network(*this, store_, pool_); }

    //! @brief A network of the same layers under another noise that shares these weights and these threads. Its levels start at none, its converters
    //!        are as here.
    template <noise::policy Noise>
    auto sharing_with() const
    {
        using other = network<typename detail::rebind_noise<Layers, Noise>::type...>;
        auto view = std::apply([&](const auto&... layer) { return other(inputs(), store_, pool_, with_input_gradient_, layer.chosen()...); }, layers_);
        view.chip_ = chip_;
        view.table_ = table_;  // where bounds start, too
        view.take_converters(*this);
        return view;
    }

private:
    template <class... Others>
        requires(share_one_number_type<Others...> && joints_fit<Others...>)
    friend class network;

    // Whether the gradient passes layer I by: the layer below takes that of the last steps as it is.
    template <std::size_t I>
    static constexpr bool is_passed_by = []
    {
        if constexpr (I > 0 && I < sizeof...(Layers))
        {
            using all = std::tuple<Layers...>;
            return detail::is_the_last_steps<std::tuple_element_t<I, all>> && detail::backward_takes_last_steps<std::tuple_element_t<I - 1, all>>;
        }
        else
        {
            return false;
        }
    }();

    using store = detail::weight_store<T>;

    network(std::size_t inputs, std::shared_ptr<store> weights, std::shared_ptr<thread_pool> pool, bool with_input_gradient,
            const typename Layers::options&... chosen)
        : store_{std::move(weights)}, pool_{std::move(pool)}, with_input_gradient_{with_input_gradient},
          layers_{make_layers(inputs, with_input_gradient, table_, chosen...)}
    {
        store_->values.resize(table_.size());
        gradient_.resize(table_.size());
    }

    network(const network& other, std::shared_ptr<store> weights, std::shared_ptr<thread_pool> pool)
        : store_{std::move(weights)}, pool_{std::move(pool)}, with_input_gradient_{other.with_input_gradient_}, table_{other.table_},
          layers_{other.layers_}, chip_{other.chip_}, gradient_{other.gradient_}
    {
    }

    static std::tuple<Layers...> make_layers(std::size_t inputs, bool with_input_gradient, parameter_table& table,
                                             const typename Layers::options&... chosen)
    {
        std::size_t i = 0;
        std::size_t width = inputs;
        const auto make = [&]<class Layer>(std::type_identity<Layer>, const typename Layer::options& options)
        {
            table.prefix(std::to_string(i) + ".");
            Layer layer(options, width, i > 0 || with_input_gradient, table);
            width = layer.outputs();
            ++i;
            return layer;
        };
        return std::tuple<Layers...>{make(std::type_identity<Layers>{}, chosen)...};  // braces: from first to last
    }

    // Of the same crossbars, whatever their noise.
    template <class Network>
    void take_converters(const Network& from)
    {
        std::size_t wanted = 0;
        for_each_crossbar(
            [&](std::size_t, const std::string&, auto& bar)
            {
                std::size_t found = 0;
                from.for_each_crossbar(
                    [&](std::size_t, const std::string&, const auto& other)
                    {
                        if (found++ == wanted)
                        {
                            bar.noise().take_converters(other.noise());
                        }
                    });
                ++wanted;
            });
    }

    template <class Network, class F>
    static void each_layer(Network& net, F&& f)
    {
        [&]<std::size_t... I>(std::index_sequence<I...>) { (f(I, std::get<I>(net.layers_)), ...); }(std::index_sequence_for<Layers...>{});
    }

    pass_context<T> context(const data::batch<T>& batch, key pass, std::size_t layer, bool training) const
    {
        return {batch.shape, pass.with(layer), chip_.draws().with(layer), training, store_->values, store_->version, *pool_};
    }

    matrix_view<const T> run(const data::batch<T>& batch, key pass, bool training, recurrent_state<T>* state)
    {
        if (batch.features() != inputs() || batch.shape.samples() == 0)
        {
            throw shape_error("network", "a batch of at least one sequence with " + std::to_string(inputs()) + " features",
                              std::to_string(batch.shape.samples()) + " sequences with " + std::to_string(batch.features()) + " features");
        }
        matrix_view<const T> in = batch.values.view();
        std::size_t carried = 0;
        for_each_layer(
            [&](std::size_t i, auto& layer)
            {
                const std::size_t rows = detail::joints<Layers...>()[i + 1] == data::per::step ? batch.shape.rows() : batch.shape.samples();
                const auto out = activations_[i].resize(rows, layer.outputs());
                std::span<workspace_matrix<T>> part;
                if (state)
                {
                    state->resize(std::max(state->size(), carried + layer.state_size()));
                    part = std::span<workspace_matrix<T>>(*state).subspan(carried, layer.state_size());
                }
                carried += layer.state_size();
                layer.forward(context(batch, pass, i, training), in, out, part);
                in = out;
            });
        return in;
    }

    std::shared_ptr<store> store_;
    std::shared_ptr<thread_pool> pool_;
    bool with_input_gradient_;
    parameter_table table_;
    std::tuple<Layers...> layers_;
    dni::chip chip_;
    aligned_vector<T> gradient_;
    std::array<workspace_matrix<T>, sizeof...(Layers)> activations_;
    std::array<workspace_matrix<T>, sizeof...(Layers)> d_activations_;
    const data::batch<T>* forward_batch_ = nullptr;
    key forward_pass_;
};

//! @brief The same weights under another noise, without copying them: with_noise<noise::none>(net).
template <noise::policy Noise, class... Layers>
auto with_noise(const network<Layers...>& net)
{
    return net.template sharing_with<Noise>();
}
}
