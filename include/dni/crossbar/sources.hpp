// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
#include <string>
#include <tuple>

#include <dni/crossbar/policies.hpp>
#include <dni/noise/site.hpp>
#include <dni/precision/bound.hpp>
#include <dni/precision/converted.hpp>
#include <dni/precision/converter_settings.hpp>

namespace dni
{
namespace detail
{
template <class Converter, noise::site Site>
struct placed
{
    using type = noise::at<Converter, Site>;
};

template <noise::site Site>
struct placed<precision::infinite, Site>
{
    using type = noise::none;
};

// In the order in which they act: the DAC before the noise at the input, the ADC behind that at the output.
template <class Policies>
using chain = noise::all<typename placed<precision::dac_of<typename Policies::precision>, noise::site::input>::type, typename Policies::noise,
                         typename placed<precision::adc_of<typename Policies::precision>, noise::site::output>::type>;

template <class Part>
concept converts = requires(const Part part) { part.resolution; part.range; };

template <class Part>
concept has_bound_parameter = converts<Part> && precision::bound_with_parameter<decltype(Part::range)>;
}

//! @brief All that acts on the vectors of one product: its noises, and its converters, which are models at a site like them.
//! @verified tests/crossbar/crossbar_test.cpp
template <hardware Policies>
class product_sources : public noise::sources<detail::chain<Policies>>
{
    using all = noise::sources<detail::chain<Policies>>;

    static_assert(all::parameters == []<class... Part>(std::tuple<Part...>*) { return (0u + ... + (detail::has_bound_parameter<Part> ? 1u : 0u)); }(
                      static_cast<typename all::tuple*>(nullptr)),
                  "an adjoint gives a number only where the bound of a converter is a parameter");

public:
    //! @brief f(part) for each noise, whatever its site.
    template <class F>
    void for_each(F&& f)
    {
        each_noise(static_cast<all&>(*this), f);
    }

    template <class F>
    void for_each(F&& f) const
    {
        each_noise(static_cast<const all&>(*this), f);
    }

    //! @brief f(part) for the DAC and the ADC that are there.
    template <class F>
    void for_each_converter(F&& f)
    {
        each_converter(static_cast<all&>(*this), f);
    }

    template <class F>
    void for_each_converter(F&& f) const
    {
        each_converter(static_cast<const all&>(*this), f);
    }

    //! @brief f(part) for the converters whose bound is a parameter.
    template <class F>
    void for_each_parameter([[maybe_unused]] F&& f)
    {
        if constexpr (all::parameters > 0)
        {
            for_each_converter(
                [&]<class Part>(Part& part)
                {
                    if constexpr (detail::has_bound_parameter<Part>)
                    {
                        f(part);
                    }
                });
        }
    }

    //! @brief Makes bounds parameters of a network, in the order of for_each_parameter.
    //! @param suffix behind their names
    template <class Table>
    void add_parameters(Table& table, const std::string& suffix)
    {
        for_each_parameter(
            [&]<class Part>(Part& part)
            {
                const std::string name = Part::where == noise::site::input ? "dac" : "adc";
                part.range.place = table.add_beside_weights(name + "_" + part.range.parameter + suffix, {1}, part.range.number_of(part.range.limit));
            });
    }

    //! @brief Takes their values.
    //! @param own [parameters]: those of this product in the flat vector of weights
    template <class T>
    void take_parameters([[maybe_unused]] const T* own)
    {
        for_each_parameter([&](auto& part) { part.range.take(static_cast<double>(*own++)); });
    }

    //! @brief The converters of another product: those of the same kind are then set alike.
    template <class Others>
    void take_converters(const Others& others)
    {
        for_each_converter(
            [&]<class Part>(Part& part)
            {
                others.for_each_converter(
                    [&]<class Other>(const Other& other)
                    {
                        if constexpr (std::same_as<Part, Other>)
                        {
                            part = other;
                        }
                    });
            });
    }

    //! @brief Adds the settings these converters have.
    void add_settings(converter_settings& there) const
    {
        for_each_converter(
            [&]<class Part>(const Part& part)
            {
                there.*Part::resolution_setting = part.resolution;
                if constexpr (requires { part.range.limit; })
                {
                    there.*Part::full_scale_setting = part.range.limit;
                }
                if constexpr (requires { part.range.share; })
                {
                    there.running_share = part.range.share;
                }
            });
    }

    //! @brief Sets what is named, where there is such a converter and bound.
    void set(const converter_settings& chosen)
    {
        for_each_converter(
            [&]<class Part>(Part& part)
            {
                part.resolution = (chosen.*Part::resolution_setting).value_or(part.resolution);
                if constexpr (requires { part.range.limit; })
                {
                    part.range.limit = (chosen.*Part::full_scale_setting).value_or(part.range.limit);
                }
                if constexpr (requires { part.range.share; })
                {
                    part.range.share = chosen.running_share.value_or(part.range.share);
                }
            });
    }

private:
    template <class Sources, class F>
    static void each_noise(Sources& sources, F& f)
    {
        sources.for_each(
            [&]<class Part>(Part& part)
            {
                if constexpr (!detail::converts<Part>)
                {
                    f(part);
                }
            });
    }

    template <class Sources, class F>
    static void each_converter(Sources& sources, F& f)
    {
        sources.for_each(
            [&]<class Part>(Part& part)
            {
                if constexpr (detail::converts<Part>)
                {
                    f(part);
                }
            });
    }
};
}
