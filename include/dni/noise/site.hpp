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

#include <dni/noise/device_draws.hpp>
#include <dni/noise/level.hpp>
#include <dni/noise/lifetime.hpp>
#include <dni/noise/trajectory.hpp>
#include <dni/random/stream.hpp>

//! @brief Noise of a product in a memory-cell array. A *model* says what happens to one vector of numbers; a *site* says to which, a *lifetime* how long a
//!        draw is kept.
namespace dni::noise
{
//! @brief Where in y = W·x + b noise enters.
//! @details output: y (the default) · input: x · weights: the matrix W as one vector · row: a named row of a cell that is fed by y (cell/noise_at_rows.hpp);
//!          each row of a cell is a site of its own, from `row` on.
enum class site
{
    input,
    weights,
    output,
    row
};

//! @brief The site of a cell's row of this number.
constexpr site site_of_row(std::size_t number) noexcept { return static_cast<site>(static_cast<std::size_t>(site::row) + number); }

//! @brief A model is applied to a vector, drawing from this kind of source.
template <class M, class Source>
concept applies_from = requires(const M model, std::span<float> values, Source& source) { model.apply(values, source); };

//! @brief A model whose draws of different steps are related: it is given a place on a path instead of a stream.
template <class M>
concept correlated_in_time = !applies_from<M, stream> && applies_from<M, const trajectory>;

//! @brief A model of memory devices: it is given keys for what is written and for what is read.
template <class M>
concept of_devices = !applies_from<M, stream> && applies_from<M, const device_draws>;

//! @brief A model that depends on the inputs of the product too.
template <class M>
concept reads_inputs = requires(const M model, std::span<float> y, std::span<const float> u, stream& random) { model.apply(y, u, random); };

//! @brief One whose gradient reaches them: ∂L/∂u += pull · u.
template <class M>
concept pulls_inputs = reads_inputs<M> && requires(const M model, std::span<const float> u, stream& random) {
    {
        model.pull(u, u, random)
    } -> std::same_as<float>;
};

//! @brief A noise model can be applied to a vector.
template <class M>
concept can_apply = applies_from<M, stream> || correlated_in_time<M> || of_devices<M> || reads_inputs<M>;

//! @brief What a model draws from.
template <can_apply M>
using source_of = std::conditional_t<correlated_in_time<M>, const trajectory, std::conditional_t<of_devices<M>, const device_draws, stream>>;

//! @brief A noise model tells in words what it does, at which level.
template <class M>
concept can_describe = requires(const M model) {
    {
        model.describe()
    } -> std::convertible_to<std::string>;
};

//! @brief The adjoint of a noise model that depends on the draws alone, as a gain error's does.
template <class M>
concept has_adjoint = requires(const M model, std::span<float> gradient, source_of<M>& source) { model.adjoint(gradient, source); };

//! @brief The adjoint of a noise model that depends on the values before the noise too, which are then stored.
template <class M>
concept has_signal_adjoint = requires(const M model, std::span<float> gradient, std::span<const float> signal, source_of<M>& source) {
    model.adjoint(gradient, signal, source);
};

//! @brief A model with a number among the parameters of the network, as a converter with a learned bound: its adjoint gives the gradient of that number, or
//!        what else moves it.
template <class M>
concept has_parameter = requires(const M model, std::span<float> gradient, std::span<const float> signal, source_of<M>& source) {
    {
        model.adjoint(gradient, signal, source)
    } -> std::same_as<float>;
};

//! @brief Whether a model draws: one with `random = false` does the same each time.
template <class M>
inline constexpr bool is_random = []
{
    if constexpr (requires { M::random; })
    {
        return M::random;
    }
    else
    {
        return true;
    }
}();

//! @brief A noise model whose level is in units of the largest weight.
template <class M>
concept knows_w_max = requires(M model) { model.w_max = 1.0; };

//! @brief A noise model: a small copyable type with these members, templates over float and double.
//! @details
//!   | expression                       | meaning                                                                                 |
//!   |----------------------------------|-----------------------------------------------------------------------------------------|
//!   | `apply(span<T> y, stream&)`      | adds the noise to the vector in place                                                   |
//!   | `apply(span<T> y, const trajectory&)` | instead: draws of different steps are related                                      |
//!   | `apply(span<T> w, const device_draws&)` | instead: weights as devices that are written and read                            |
//!   | `apply(span<T> y, span<const T> u, stream&)` | instead: depends on the inputs u of the product too                          |
//!   | `pull(span<const T> g, u, stream&)`  | optional, with those inputs and in place of `adjoint`: the factor of ∂L/∂u += pull · u |
//!   | `describe()`                     | one line with the level in real units                                                   |
//!   | `adjoint(span<T> g, source)`     | optional: g ← ∂L/∂y from g = ∂L/∂y', with the same draws; absent: the gradient passes   |
//!   | `adjoint(g, span<const T> y, source)` | optional, instead: the same for a model whose noise depends on the clean y; may return a T, for a bound that is a parameter |
//!   | `random`                         | optional: `static constexpr bool`, false for a model that draws nothing                                        |
//!   | `level`                          | optional: a level in a unit, which network::noise_level and schedules set               |
//!   | `check(where)`                   | optional: value_error for constants that make no sense                                  |
//!   | `w_max`                          | optional: a double, which the array sets to max |W| of its clean weights when they are written |
//!   Models: those of this folder; docs/reference/noise.md says when to use which. Example: examples/07_write_your_own_noise.cpp.
template <class M>
concept model = std::copyable<M> && can_apply<M> && can_describe<M>;

//! @brief Weights know no steps: what is correlated in time acts at inputs and outputs.
template <class Model, site Site>
concept steps_are_known_at = Site != site::weights || !correlated_in_time<Model>;

//! @brief Devices are weights.
template <class Model, site Site>
concept devices_are_at = Site == site::weights || !of_devices<Model>;

//! @brief Where the inputs of a product are known, its outputs are.
template <class Model, site Site>
concept inputs_are_known_at = Site == site::output || !reads_inputs<Model>;

//! @brief Where weights are, the largest of them is known.
template <class Model, site Site>
concept w_max_is_known_at = Site != site::row || !knows_w_max<Model>;

//! @brief A model that can act at the site.
template <class Model, site Site>
concept model_at = model<Model> && steps_are_known_at<Model, Site> && devices_are_at<Model, Site> && inputs_are_known_at<Model, Site> && w_max_is_known_at<Model, Site>;

//! @brief Weights are packed once a pass: what is drawn for them lives at least as long, a pass or a chip.
template <class Lifetime, site Site>
concept weights_are_drawn_once_a_pass = Site != site::weights || (!Lifetime::by_sample && !Lifetime::by_step);

//! @brief A path goes on from step to step: its lifetime is a sequence, a pass or a chip.
template <class Lifetime, class Model>
concept a_path_outlives_its_steps = !Lifetime::by_step || !correlated_in_time<Model>;

//! @brief A lifetime that draws of the model can have at the site.
template <class Lifetime, class Model, site Site>
concept lifetime_at = draw_lifetime<Lifetime> && weights_are_drawn_once_a_pass<Lifetime, Site> && a_path_outlives_its_steps<Lifetime, Model>;

//! @brief Where a model acts when nothing else is said.
template <model Model>
inline constexpr site usual_site = of_devices<Model> ? site::weights : site::output;

//! @brief How long draws live where nothing else is said: devices a chip, other weights a pass, paths a sequence, else a product.
template <class Model, site Site>
using usual_lifetime = std::conditional_t<
    of_devices<Model>, lifetime::chip,
    std::conditional_t<Site == site::weights, lifetime::pass, std::conditional_t<correlated_in_time<Model>, lifetime::sequence, lifetime::product>>>;

//! @brief A model at a site, whose draws live so long.
template <class Model, site Site, lifetime_at<Model, Site> Lifetime = usual_lifetime<Model, Site>>
    requires model_at<Model, Site>
struct at : Model
{
    using lives = Lifetime;
    static constexpr noise::site where = Site;
};

template <class Model>
using at_input = at<Model, site::input>;
template <class Model>
using at_weights = at<Model, site::weights>;
template <class Model>
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
    using type = std::tuple<at<Model, usual_site<Model>>>;
};

template <class Model, site Site, class Lifetime>
struct parts<at<Model, Site, Lifetime>>
{
    using type = std::tuple<at<Model, Site, Lifetime>>;
};
}

//! @brief What a network takes as its noise: `none`, a model (at the output, devices at the weights), a model at a site, or `all<…>` of them.
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
    using type = at<Model, usual_site<Model>, Lifetime>;
};

template <class Model, site Site, class Before, class Lifetime>
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
    if constexpr (Part::where >= site::row)
    {
        return std::string("at the row ") + Part::row + ", " + Part::lives::name;
    }
    else
    {
        constexpr const char* sites[] = {"input", "weights", "output"};
        return std::string("at the ") + sites[static_cast<std::size_t>(Part::where)] + ", " + Part::lives::name;
    }
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

    //! @brief Whether a gradient reaches the inputs through noise at the output.
    static constexpr bool pulls = []<class... Part>(std::tuple<Part...>*) { return (pulls_inputs<Part> || ...); }(static_cast<tuple*>(nullptr));

    //! @brief Whether a gradient changes on its way back through the noise of the site.
    template <site Site>
    static constexpr bool changes_gradient = []<class... Part>(std::tuple<Part...>*)
    {
        return ((Part::where == Site && (has_adjoint<Part> || has_signal_adjoint<Part> || pulls_inputs<Part>)) || ...);
    }(static_cast<tuple*>(nullptr));

    //! @brief How many parts have a number among the parameters.
    static constexpr std::size_t parameters = []<class... Part>(std::tuple<Part...>*)
    { return (std::size_t{0} + ... + (has_parameter<Part> ? 1u : 0u)); }(static_cast<tuple*>(nullptr));

    //! @brief Whether a noise is one of devices, which may ask where a weight stands.
    static constexpr bool has_devices = []<class... Part>(std::tuple<Part...>*) { return (of_devices<Part> || ...); }(static_cast<tuple*>(nullptr));

    //! @brief Whether a pass has draws of its own: of anything that does not live as long as a chip, or of reading devices.
    static constexpr bool differs_by_pass = []<class... Part>(std::tuple<Part...>*)
    {
        return ((is_random<Part> && (of_devices<Part> || !std::same_as<typename Part::lives, lifetime::chip>)) || ...);
    }(static_cast<tuple*>(nullptr));

    //! @brief Whether a noise has its level in units of the largest weight.
    static constexpr bool needs_w_max = []<class... Part>(std::tuple<Part...>*) { return (knows_w_max<Part> || ...); }(static_cast<tuple*>(nullptr));

    void w_max(double value) noexcept
    {
        for_each(
            [value]<class Part>([[maybe_unused]] Part& part)
            {
                if constexpr (knows_w_max<Part>)
                {
                    part.w_max = value;
                }
            });
    }

    //! @param inputs as they entered the product, of noise at the output
    template <site Site, class T>
    [[gnu::always_inline]] void apply(std::span<T> values, const moment& now, std::span<const T> inputs = {}) const noexcept
    {
        apply_first<Site>(std::tuple_size_v<tuple>, values, now, inputs);
    }

    //! @param gradient in: ∂L/∂(values after the noise), out: ∂L/∂(values before)
    //! @param signal   values before the noise, if needs_signal
    //! @param scratch  as many values again, used only where several noises act at the site
    //! @param d_parameters [parameters], if there are such parts: what their adjoints give is added
    //! @return p: if `pulls`, p · inputs is added to their gradient
    template <site Site, class T>
    T adjoint(std::span<T> gradient, std::span<const T> signal, std::span<T> scratch, const moment& now, std::span<const T> inputs = {},
              T* d_parameters = nullptr) const noexcept
    {
        T pull{0};
        [&]<std::size_t... I>(std::index_sequence<I...>)
        {
            ((pull += adjoint_part<Site, sizeof...(I) - 1 - I>(gradient, signal, scratch, now, inputs, d_parameters)), ...);  // from last to first
        }(std::make_index_sequence<std::tuple_size_v<tuple>>{});
        return pull;
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
    static auto draws(const moment& now) noexcept
    {
        using part = std::tuple_element_t<I, tuple>;
        const auto own = [](key k) { return k.with(static_cast<std::uint64_t>(part::where)).with(I); };
        const key drawn = own(part::lives::of(now));
        if constexpr (correlated_in_time<part>)
        {
            return trajectory{drawn, now.step};
        }
        else if constexpr (of_devices<part>)
        {
            return device_draws{drawn, own(now.pass), now.crossings};
        }
        else
        {
            return stream{drawn};
        }
    }

    template <site Site, class T>
    [[gnu::always_inline]] void apply_first(std::size_t count, std::span<T> values, const moment& now, std::span<const T> inputs) const noexcept
    {
        [&]<std::size_t... I>(std::index_sequence<I...>) __attribute__((always_inline))
        {
            [[maybe_unused]] const auto one = [&]<std::size_t J>(std::integral_constant<std::size_t, J>) __attribute__((always_inline))
            {
                using part = std::tuple_element_t<J, tuple>;
                if constexpr (part::where == Site)
                {
                    if (J < count)
                    {
                        auto random = draws<J>(now);
                        if constexpr (reads_inputs<part>)
                        {
                            std::get<J>(parts_).apply(values, inputs, random);
                        }
                        else
                        {
                            std::get<J>(parts_).apply(values, random);
                        }
                    }
                }
            };
            (one(std::integral_constant<std::size_t, I>{}), ...);
        }(std::make_index_sequence<std::tuple_size_v<tuple>>{});
    }

    template <site Site, std::size_t I, class T>
    T adjoint_part(std::span<T> gradient, std::span<const T> signal, std::span<T> scratch, const moment& now, std::span<const T> inputs,
                   [[maybe_unused]] T* d_parameters) const noexcept
    {
        using part = std::tuple_element_t<I, tuple>;
        if constexpr (part::where == Site && pulls_inputs<part>)
        {
            auto random = draws<I>(now);
            return std::get<I>(parts_).pull(std::span<const T>(gradient), inputs, random);
        }
        else if constexpr (part::where == Site && has_signal_adjoint<part>)
        {
            auto random = draws<I>(now);
            std::span<const T> seen = signal;
            if constexpr (!is_first<Site, I>)
            {
                // what this part saw is the signal after the parts before it: draw them again
                std::copy(signal.begin(), signal.end(), scratch.begin());
                apply_first<Site>(I, scratch, now, inputs);
                seen = scratch;
            }
            if constexpr (has_parameter<part>)
            {
                d_parameters[parameters_before<I>] += std::get<I>(parts_).adjoint(gradient, seen, random);
            }
            else
            {
                std::get<I>(parts_).adjoint(gradient, seen, random);
            }
        }
        else if constexpr (part::where == Site && has_adjoint<part>)
        {
            auto random = draws<I>(now);
            std::get<I>(parts_).adjoint(gradient, random);
        }
        return T{0};
    }

    template <site Site, std::size_t I>
    static constexpr bool is_first = []<std::size_t... Before>(std::index_sequence<Before...>)
    { return ((std::tuple_element_t<Before, tuple>::where != Site) && ...); }(std::make_index_sequence<I>{});

    template <std::size_t I>
    static constexpr std::size_t parameters_before = []<std::size_t... Before>(std::index_sequence<Before...>)
    { return (std::size_t{0} + ... + (has_parameter<std::tuple_element_t<Before, tuple>> ? 1u : 0u)); }(std::make_index_sequence<I>{});

    [[no_unique_address]] tuple parts_;
};

//! @brief value_error unless level and constants of a model make sense.
template <model Model>
void check(const Model& chosen, const char* where)
{
    if constexpr (requires { dni::check(chosen.level, where); })
    {
        dni::check(chosen.level, where);
    }
    if constexpr (requires { chosen.check(where); })
    {
        chosen.check(where);
    }
    if constexpr (requires { chosen.draws.check(where); })
    {
        chosen.draws.check(where);
    }
}
}
