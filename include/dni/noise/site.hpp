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
#include <dni/noise/lifetime.hpp>
#include <dni/random/stream.hpp>

//! @brief Noise of a product in a memory-cell array. A *model* says what happens to one vector of numbers; a *site* says to which, a *lifetime* how long a
//!        draw is kept.
namespace dni::noise
{
//! @brief Where in y = W·x + b noise enters.
//! @details output: y (the default) · input: x · weights: the matrix W as one vector.
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

//! @brief Weights are packed once a pass: what is drawn for them lives at least as long, a pass or a chip.
template <class Lifetime, site Site>
concept weights_are_drawn_once_a_pass = Site != site::weights || (!Lifetime::by_sample && !Lifetime::by_step);

//! @brief A lifetime that draws at the site can have.
template <class Lifetime, site Site>
concept lifetime_at = draw_lifetime<Lifetime> && weights_are_drawn_once_a_pass<Lifetime, Site>;

//! @brief How long draws live where nothing else is said: a pass for weights, else a product.
template <site Site>
using usual_lifetime = std::conditional_t<Site == site::weights, lifetime::pass, lifetime::product>;

//! @brief A model at a site, whose draws live so long.
template <model Model, site Site, lifetime_at<Site> Lifetime = usual_lifetime<Site>>
struct at : Model
{
    using lives = Lifetime;
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

template <model Model, site Site, class Lifetime>
struct parts<at<Model, Site, Lifetime>>
{
    using type = std::tuple<at<Model, Site, Lifetime>>;
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

template <class Noise, class Lifetime>
struct living;

template <class Lifetime>
struct living<none, Lifetime>
{
    using type = none;
};

template <model Model, class Lifetime>
struct living<Model, Lifetime>
{
    using type = at<Model, site::output, Lifetime>;
};

template <model Model, site Site, class Before, class Lifetime>
struct living<at<Model, Site, Before>, Lifetime>
{
    using type = at<Model, Site, Lifetime>;
};

template <class... Noises, class Lifetime>
struct living<all<Noises...>, Lifetime>
{
    using type = all<typename living<Noises, Lifetime>::type...>;
};
}

//! @brief The same noise with draws of another lifetime: per_chip<at_weights<M>>, per_sequence<all<…>>.
template <policy Noise>
using per_product = typename detail::living<Noise, lifetime::product>::type;
template <policy Noise>
using per_step = typename detail::living<Noise, lifetime::step>::type;
template <policy Noise>
using per_sequence = typename detail::living<Noise, lifetime::sequence>::type;
template <policy Noise>
using per_pass = typename detail::living<Noise, lifetime::pass>::type;
template <policy Noise>
using per_chip = typename detail::living<Noise, lifetime::chip>::type;

//! @brief Where a part acts and how long its draws live, in words: "at the output, fresh for each sample and step".
template <class Part>
std::string place_in_words()
{
    constexpr const char* sites[] = {"input", "weights", "output"};
    return std::string("at the ") + sites[static_cast<std::size_t>(Part::where)] + ", " + Part::lives::name;
}

//! @brief The noises of one product, kept by its crossbar: applies those of a site and their adjoints.
//! @details Part k draws from the key of its lifetime, with(site).with(k): no two parts share a stream, and backward draws what forward drew.
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
    [[gnu::always_inline]] void apply(std::span<T> values, const moment& now) const noexcept
    {
        apply_first<Site>(std::tuple_size_v<tuple>, values, now);
    }

    //! @param gradient in: ∂L/∂(values after the noise), out: ∂L/∂(values before)
    //! @param signal   values before the noise, if needs_signal
    //! @param scratch  as many values again, used only where several noises act at the site
    template <site Site, class T>
    void adjoint(std::span<T> gradient, std::span<const T> signal, std::span<T> scratch, const moment& now) const noexcept
    {
        [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            (adjoint_part<Site, sizeof...(I) - 1 - I>(gradient, signal, scratch, now), ...);
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
    static stream draws(const moment& now)
    {
        using part = std::tuple_element_t<I, tuple>;
        return stream{part::lives::of(now).with(static_cast<std::uint64_t>(part::where)).with(I)};
    }

    template <site Site, class T>
    [[gnu::always_inline]] void apply_first(std::size_t count, std::span<T> values, const moment& now) const noexcept
    {
        [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline))
        {
            [[maybe_unused]] const auto one = [&]<std::size_t J>(std::integral_constant<std::size_t, J>) __attribute__((always_inline))
            {
                if constexpr (std::tuple_element_t<J, tuple>::where == Site)
                {
                    if (J < count)
                    {
                        stream random = draws<J>(now);
                        std::get<J>(parts_).apply(values, random);
                    }
                }
            };
            (one(std::integral_constant<std::size_t, I>{}), ...);
        }(std::make_index_sequence<std::tuple_size_v<tuple>>{});
    }

    template <site Site, std::size_t I, class T>
    void adjoint_part(std::span<T> gradient, std::span<const T> signal, std::span<T> scratch, const moment& now) const noexcept
    {
        using part = std::tuple_element_t<I, tuple>;
        if constexpr (part::where == Site && has_signal_adjoint<part>)
        {
            stream random = draws<I>(now);
            if constexpr (is_first<Site, I>)
            {
                std::get<I>(parts_).adjoint(gradient, signal, random);
            }
            else
            {
                // what this part saw is the signal after the parts before it: draw them again
                std::copy(signal.begin(), signal.end(), scratch.begin());
                apply_first<Site>(I, scratch, now);
                std::get<I>(parts_).adjoint(gradient, std::span<const T>(scratch), random);
            }
        }
        else if constexpr (part::where == Site && has_adjoint<part>)
        {
            stream random = draws<I>(now);
            std::get<I>(parts_).adjoint(gradient, random);
        }
    }

    template <site Site, std::size_t I>
    static constexpr bool is_first = []<std::size_t... Before>(std::index_sequence<Before...>)
    { return ((std::tuple_element_t<Before, tuple>::where != Site) && ...); }(std::make_index_sequence<I>{});

    [[no_unique_address]] tuple parts_;
};
}
