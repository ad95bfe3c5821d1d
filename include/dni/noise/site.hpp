// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <dni/noise/level.hpp>
#include <dni/random/stream.hpp>

//! @brief Noise of a product in a memory-cell array. A *model* says what happens to one vector of numbers; a *site* says to which.
namespace dni::noise
{
//! @brief Where in y = W·x + b noise enters.
//! @details output: y, afresh for each sample and step (the default) · input: x, likewise · weights: the matrix W as one vector, once
//!          per pass, shared by the batch.
enum class site
{
    input,
    weights,
    output
};

//! @brief A noise model can be applied to a vector, drawing from a stream.
template <class M>
concept can_apply = requires(const M model, std::span<float> values, stream& random) { model.apply(values, random); };

//! @brief A noise model tells in words what it does, at which level.
template <class M>
concept can_describe = requires(const M model) {
    {
        model.describe()
    } -> std::convertible_to<std::string>;
};

//! @brief The adjoint of a noise model that depends on the draws alone, as a gain error's does.
template <class M>
concept has_adjoint = requires(const M model, std::span<float> gradient, stream& random) { model.adjoint(gradient, random); };

//! @brief The adjoint of a noise model that depends on the values before the noise too, which are then stored.
template <class M>
concept has_signal_adjoint =
    requires(const M model, std::span<float> gradient, std::span<const float> signal, stream& random) { model.adjoint(gradient, signal, random); };

//! @brief A noise model: a small copyable type with these members, templates over float and double.
//! @details
//!   | expression                       | meaning                                                                                 |
//!   |----------------------------------|-----------------------------------------------------------------------------------------|
//!   | `apply(span<T> y, stream&)`      | adds the noise to the vector in place                                                   |
//!   | `describe()`                     | one line with the level in real units                                                   |
//!   | `adjoint(span<T> g, stream&)`    | optional: g ← ∂L/∂y from g = ∂L/∂y', with the same draws; absent: the gradient passes   |
//!   | `adjoint(g, span<const T> y, stream&)` | optional, instead: the same for a model whose noise depends on the clean y        |
//!   | `level`                          | optional: `snr_db` or `sigma`, which network::noise_level and schedules set             |
//!   Models: gaussian<snr_db>, gaussian<sigma>. Example: examples/07_write_your_own_noise.cpp.
template <class M>
concept model = std::copyable<M> && can_apply<M> && can_describe<M>;

//! @brief A model at a site.
template <model Model, site Site>
struct at : Model
{
    static constexpr noise::site where = Site;
};

template <model Model>
using at_input = at<Model, site::input>;
template <model Model>
using at_weights = at<Model, site::weights>;
template <model Model>
using at_output = at<Model, site::output>;

//! @brief Exact: no noise, and no code for it.
struct none
{
};

namespace detail
{
template <class N>
struct parts
{
};

template <>
struct parts<none>
{
    using type = std::tuple<>;
};

template <model Model>
struct parts<Model>
{
    using type = std::tuple<at_output<Model>>;
};

template <model Model, site Site>
struct parts<at<Model, Site>>
{
    using type = std::tuple<at<Model, Site>>;
};
}

//! @brief What a network takes as its noise: `none`, a model (at the output), a model at a site, or `all<…>` of them.
template <class N>
concept policy = std::default_initializable<N> && requires { typename detail::parts<N>::type; };

//! @brief Several noises in one product; those at one site act one after the other.
template <policy... Noises>
struct all
{
};

namespace detail
{
template <class... Noises>
struct parts<all<Noises...>>
{
    using type = decltype(std::tuple_cat(std::declval<typename parts<Noises>::type>()...));
};
}

//! @brief The noises of one product, kept by its crossbar: applies those of a site and their adjoints.
//! @details Part k draws from key.with(site).with(k), so no two parts share a stream and backward draws what forward drew.
template <policy Noise>
class sources
{
public:
    using tuple = typename detail::parts<Noise>::type;

    //! @brief Whether any noise acts at the site; where none does, no code is generated.
    template <site Site>
    static constexpr bool acts = []<class... Part>(std::tuple<Part...>*) { return ((Part::where == Site) || ...); }(static_cast<tuple*>(nullptr));

    //! @brief Whether a backward pass needs the values before the noise of the site.
    template <site Site>
    static constexpr bool needs_signal = []<class... Part>(std::tuple<Part...>*)
    { return ((Part::where == Site && has_signal_adjoint<Part>) || ...); }(static_cast<tuple*>(nullptr));

    //! @brief Whether a gradient changes on its way back through the noise of the site.
    template <site Site>
    static constexpr bool changes_gradient = []<class... Part>(std::tuple<Part...>*)
    { return ((Part::where == Site && (has_adjoint<Part> || has_signal_adjoint<Part>)) || ...); }(static_cast<tuple*>(nullptr));

    template <site Site, class T>
    [[gnu::always_inline]] void apply(std::span<T> values, key k) const noexcept
    {
        apply_first<Site>(std::tuple_size_v<tuple>, values, k);
    }

    //! @param gradient in: ∂L/∂(values after the noise), out: ∂L/∂(values before)
    //! @param signal   values before the noise, if needs_signal
    //! @param scratch  as many values again, used only where several noises act at the site
    template <site Site, class T>
    void adjoint(std::span<T> gradient, std::span<const T> signal, std::span<T> scratch, key k) const noexcept
    {
        [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            (adjoint_part<Site, sizeof...(I) - 1 - I>(gradient, signal, scratch, k), ...);
        }(std::make_index_sequence<std::tuple_size_v<tuple>>{});
    }

    //! @brief f(part) for each model in place, whatever its site.
    template <class F>
    void for_each(F&& f)
    {
        std::apply([&](auto&... part) { (f(part), ...); }, parts_);
    }

    template <class F>
    void for_each(F&& f) const
    {
        std::apply([&](const auto&... part) { (f(part), ...); }, parts_);
    }

private:
    template <std::size_t I>
    static stream draws(key k)
    {
        using part = std::tuple_element_t<I, tuple>;
        return stream{k.with(static_cast<std::uint64_t>(part::where)).with(I)};
    }

    template <site Site, class T>
    [[gnu::always_inline]] void apply_first(std::size_t count, std::span<T> values, key k) const noexcept
    {
        [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline))
        {
            [[maybe_unused]] const auto one = [&]<std::size_t J>(std::integral_constant<std::size_t, J>) __attribute__((always_inline))
            {
                if constexpr (std::tuple_element_t<J, tuple>::where == Site)
                {
                    if (J < count)
                    {
                        stream random = draws<J>(k);
                        std::get<J>(parts_).apply(values, random);
                    }
                }
            };
            (one(std::integral_constant<std::size_t, I>{}), ...);
        }(std::make_index_sequence<std::tuple_size_v<tuple>>{});
    }

    template <site Site, std::size_t I, class T>
    void adjoint_part(std::span<T> gradient, std::span<const T> signal, std::span<T> scratch, key k) const noexcept
    {
        using part = std::tuple_element_t<I, tuple>;
        if constexpr (part::where == Site && has_signal_adjoint<part>)
        {
            stream random = draws<I>(k);
            if constexpr (is_first<Site, I>)
            {
                std::get<I>(parts_).adjoint(gradient, signal, random);
            }
            else
            {
                // what this part saw is the signal after the parts before it: draw them again
                std::copy(signal.begin(), signal.end(), scratch.begin());
                apply_first<Site>(I, scratch, k);
                std::get<I>(parts_).adjoint(gradient, std::span<const T>(scratch), random);
            }
        }
        else if constexpr (part::where == Site && has_adjoint<part>)
        {
            stream random = draws<I>(k);
            std::get<I>(parts_).adjoint(gradient, random);
        }
    }

    template <site Site, std::size_t I>
    static constexpr bool is_first = []<std::size_t... Before>(std::index_sequence<Before...>)
    { return ((std::tuple_element_t<Before, tuple>::where != Site) && ...); }(std::make_index_sequence<I>{});

    [[no_unique_address]] tuple parts_;
};
}
