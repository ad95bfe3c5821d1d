// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/same_bits.hpp"

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include <dni/noise/gaussian.hpp>
#include <dni/noise/site.hpp>

namespace site_test
{
using namespace dni;
using noise::site;

namespace
{
struct times_two
{
    template <class T>
    void apply(std::span<T> y, stream&) const
    {
        for (T& v : y)
        {
            v *= 2;
        }
    }
    template <class T>
    void adjoint(std::span<T> g, stream&) const
    {
        for (T& v : g)
        {
            v *= 2;
        }
    }
    std::string describe() const { return "times two"; }
};

struct plus_one
{
    template <class T>
    void apply(std::span<T> y, stream&) const
    {
        for (T& v : y)
        {
            v += 1;
        }
    }
    std::string describe() const { return "plus one"; }
};

//! y' = y²: its adjoint needs what it saw.
struct square
{
    template <class T>
    void apply(std::span<T> y, stream&) const
    {
        for (T& v : y)
        {
            v *= v;
        }
    }
    template <class T>
    void adjoint(std::span<T> g, std::span<const T> y, stream&) const
    {
        for (std::size_t i = 0; i < g.size(); ++i)
        {
            g[i] *= 2 * y[i];
        }
    }
    std::string describe() const { return "square"; }
};

//! Puts its first draw where it acts, and again in the adjoint.
struct show_draw
{
    template <class T>
    void apply(std::span<T> y, stream& random) const
    {
        y[0] = 1000 * y[0] + random.normal<T>();
    }
    template <class T>
    void adjoint(std::span<T> g, stream& random) const
    {
        g[0] = random.normal<T>();
    }
    std::string describe() const { return "draw"; }
};

template <class Noise, site Site>
double applied(double to, key k = {})
{
    noise::sources<Noise> sources;
    std::vector<double> y{to};
    sources.template apply<Site, double>(y, {k});
    return y[0];
}

template <class Noise, site Site>
double derivative(double at, key k = {})
{
    noise::sources<Noise> sources;
    std::vector<double> g{1.0}, y{at}, scratch(1);
    sources.template adjoint<Site, double>(g, y, scratch, {k});
    return g[0];
}
}

TEST_CASE("sources: the parts of a site act one after the other, in the order they are written")
{
    CHECK(applied<noise::all<times_two, plus_one>, site::output>(5) == 11);
    CHECK(applied<noise::all<plus_one, times_two>, site::output>(5) == 12);
    CHECK(applied<noise::all<plus_one, noise::at_input<plus_one>, times_two, times_two>, site::output>(5) == 24);
    CHECK(applied<noise::all<noise::all<plus_one, times_two>, noise::all<plus_one>>, site::output>(5) == 13);
}

TEST_CASE("sources: a part acts at its site alone, a bare model at the output")
{
    CHECK(applied<noise::at_input<plus_one>, site::input>(5) == 6);
    CHECK(applied<noise::at_input<plus_one>, site::output>(5) == 5);
    CHECK(applied<noise::at_weights<plus_one>, site::weights>(5) == 6);
    CHECK(applied<plus_one, site::output>(5) == 6);
    CHECK(applied<plus_one, site::input>(5) == 5);
    CHECK(applied<noise::none, site::output>(5) == 5);
    CHECK(applied<noise::all<>, site::output>(5) == 5);
}

TEST_CASE("sources: which sites act and need their signal is known to the compiler")
{
    using many = noise::sources<noise::all<plus_one, noise::at_input<square>, noise::at_weights<times_two>>>;
    STATIC_REQUIRE(many::acts<site::output>);
    STATIC_REQUIRE(many::acts<site::input>);
    STATIC_REQUIRE(many::acts<site::weights>);
    STATIC_REQUIRE(many::needs_signal<site::input>);
    STATIC_REQUIRE(!many::needs_signal<site::output>);
    STATIC_REQUIRE(!many::needs_signal<site::weights>);
    STATIC_REQUIRE(!noise::sources<noise::none>::acts<site::output>);
    STATIC_REQUIRE(!noise::sources<noise::at_input<plus_one>>::acts<site::output>);
    STATIC_REQUIRE(noise::sources<noise::gaussian<snr_db>>::needs_signal<site::output>);
    STATIC_REQUIRE(!noise::sources<noise::gaussian<sigma>>::needs_signal<site::output>);
    STATIC_REQUIRE(std::is_empty_v<noise::sources<noise::none>>);
    STATIC_REQUIRE(std::is_empty_v<noise::sources<plus_one>>);
}

TEST_CASE("sources: adjoints go backward, each with the signal its part saw")
{
    // ((y · 2 + 1)²)·2 has the derivative 8 (2 y + 1)
    using chain = noise::all<times_two, plus_one, square, times_two>;
    CHECK(applied<chain, site::output>(3) == 98);
    CHECK(derivative<chain, site::output>(3) == 56);
    // (y²)²: 4 y³
    CHECK(derivative<noise::all<square, square>, site::output>(3) == 108);
    CHECK(derivative<noise::all<square, noise::at_input<times_two>, square>, site::output>(3) == 108);
    CHECK(derivative<noise::all<square, noise::at_input<times_two>>, site::input>(3) == 2);
    CHECK(derivative<plus_one, site::output>(3) == 1);
}

TEST_CASE("sources: each part of each site draws from a stream of its own, backward what forward drew")
{
    const key k = key{seed{1}}.with(2);
    const double at_input = applied<noise::at_input<show_draw>, site::input>(0, k);
    const double at_weights = applied<noise::at_weights<show_draw>, site::weights>(0, k);
    const double at_output = applied<show_draw, site::output>(0, k);
    const double second = applied<noise::all<plus_one, show_draw>, site::output>(-1, k);
    CHECK(at_input != at_output);
    CHECK(at_weights != at_output);
    CHECK(at_input != at_weights);
    CHECK(second != at_output);
    CHECK(at_output != applied<show_draw, site::output>(0, key{seed{1}}.with(3)));
    CHECK(derivative<show_draw, site::output>(0, k) == at_output);
    CHECK(derivative<noise::at_input<show_draw>, site::input>(0, k) == at_input);
    CHECK(derivative<noise::all<plus_one, show_draw>, site::output>(0, k) == second);
    // the stream belongs to the place in the list, not to the model before it
    CHECK(applied<noise::all<times_two, show_draw>, site::output>(0, k) == second);
}

TEST_CASE("sources: two gaussians at one site add their powers, and the adjoint is the derivative")
{
    using both = noise::all<noise::gaussian<snr_db>, noise::gaussian<sigma>, noise::gaussian<snr_db>>;
    noise::sources<both> sources;
    sources.for_each(
        [](auto& part)
        {
            if constexpr (std::is_same_v<decltype(part.level), snr_db>)
            {
                part.level = snr_db{4};
            }
            else
            {
                part.level = sigma{0.3};
            }
        });
    const key k{seed{9}};
    const std::vector<double> y{0.4, -1.2, 2.0, 0.1, 0.9};
    const std::vector<double> c{1.0, 0.5, -0.7, 2.0, 0.2};
    const auto loss = [&](std::vector<double> at)
    {
        sources.apply<site::output, double>(at, {k});
        double sum = 0;
        for (std::size_t i = 0; i < at.size(); ++i)
        {
            sum += c[i] * at[i];
        }
        return sum;
    };
    auto g = c;
    std::vector<double> scratch(5);
    sources.adjoint<site::output, double>(g, y, scratch, {k});
    for (std::size_t i = 0; i < y.size(); ++i)
    {
        auto up = y;
        auto down = y;
        up[i] += 1e-5;
        down[i] -= 1e-5;
        CHECK(std::abs((loss(up) - loss(down)) / 2e-5 - g[i]) < 1e-8);
    }
}
}
