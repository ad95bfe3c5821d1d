// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>

#include <dni/cell/cell.hpp>
#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/rnn.hpp>
#include <dni/crossbar/mapping.hpp>
#include <dni/crossbar/policies.hpp>
#include <dni/crossbar/wiring.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/mean_over_time.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/noise/site.hpp>
#include <dni/precision/precision.hpp>

namespace concepts_test
{
using namespace dni;

//! Of each concept: its models, the least type that models it, and near misses, each of which lacks one requirement.
namespace archetypes
{
struct least_noise
{
    template <class T>
    void apply(std::span<T>, stream&) const
    {
    }
    std::string describe() const { return "least"; }
};

struct noise_without_apply
{
    std::string describe() const { return ""; }
};

struct noise_without_description
{
    template <class T>
    void apply(std::span<T>, stream&) const
    {
    }
};

struct noise_that_changes_itself
{
    template <class T>
    void apply(std::span<T>, stream&)
    {
    }
    std::string describe() const { return ""; }
};

struct noise_that_describes_by_number : least_noise
{
    int describe() const { return 1; }
};

struct noise_that_cannot_be_copied : least_noise
{
    std::unique_ptr<int> own;
};

struct noise_with_adjoint : least_noise
{
    template <class T>
    void adjoint(std::span<T>, stream&) const
    {
    }
};

struct noise_with_signal_adjoint : least_noise
{
    template <class T>
    void adjoint(std::span<T>, std::span<const T>, stream&) const
    {
    }
};

struct noise_without_default : least_noise
{
    explicit noise_without_default(int) {}
};

struct half_precision
{
    using value_type = short;
    static constexpr const char* name = "half";
};

struct nameless_precision
{
    using value_type = float;
};

struct untyped_precision
{
    static constexpr const char* name = "untyped";
};

struct precision_stored_in_more_bits
{
    using value_type = float;
    using storage_type = double;
    static constexpr const char* name = "more";
};

struct least_precision
{
    using value_type = float;
    static constexpr const char* name = "least";
};

struct least_cell
{
    static constexpr const char* name = "least";
    static constexpr std::array products{cell::by_both(0)};
    enum row : std::size_t { h, rows };
    static constexpr std::array<std::size_t, 1> carried{h};
    static void forward(auto& e) { e[h] = e.in[0]; }
    static void adjoint(const auto&, auto& d) { d.in[0] = d[h]; }
};

struct cell_without_products
{
    enum row : std::size_t { h, rows };
    static constexpr std::array<std::size_t, 1> carried{h};
};

struct cell_whose_last_row_is_not_h : least_cell
{
    enum row : std::size_t { h, c, rows };
    static constexpr std::array<std::size_t, 1> carried{h};
};

struct cell_that_carries_another_row_first : least_cell
{
    enum row : std::size_t { c, h, rows };
    static constexpr std::array<std::size_t, 2> carried{c, h};
};

struct cell_without_forward
{
    static constexpr std::array products{cell::by_both(0)};
    enum row : std::size_t { h, rows };
    static constexpr std::array<std::size_t, 1> carried{h};
    static void adjoint(const auto&, auto& d) { d.in[0] = d[h]; }
};

struct cell_without_adjoint
{
    static constexpr std::array products{cell::by_both(0)};
    enum row : std::size_t { h, rows };
    static constexpr std::array<std::size_t, 1> carried{h};
    static void forward(auto& e) { e[h] = e.in[0]; }
};

template <class Net>
concept takes_bare_level = requires(Net net) { net.noise_level(5.0); };

struct only_noise
{
    using noise = dni::noise::none;
};

struct only_precision
{
    using precision = dni::precision::float32;
};

struct noise_and_precision : only_noise, only_precision
{
};

struct mapping_without_size
{
    static std::size_t inputs_end(const wiring& wires, std::size_t) { return wires.rows(); }
};

struct mapping_without_end
{
    static constexpr std::size_t most_outputs = 8;
};

struct least_mapping : mapping_without_size, mapping_without_end
{
};

using f32 = policies<>;
using f64 = policies<noise::none, precision::float64>;
}

using namespace archetypes;

TEST_CASE("noise::model")
{
    STATIC_REQUIRE(noise::model<noise::gaussian<snr_db>>);
    STATIC_REQUIRE(noise::model<noise::gaussian<sigma>>);
    STATIC_REQUIRE(noise::model<least_noise>);
    STATIC_REQUIRE(noise::model<noise_with_adjoint>);
    STATIC_REQUIRE(noise::model<noise_with_signal_adjoint>);
    STATIC_REQUIRE(noise::model<noise::at_input<least_noise>>);
    STATIC_REQUIRE(!noise::model<noise_without_apply>);
    STATIC_REQUIRE(!noise::model<noise_without_description>);
    STATIC_REQUIRE(!noise::model<noise_that_changes_itself>);
    STATIC_REQUIRE(!noise::model<noise_that_describes_by_number>);
    STATIC_REQUIRE(!noise::model<noise_that_cannot_be_copied>);
    STATIC_REQUIRE(!noise::model<noise::none>);
    STATIC_REQUIRE(!noise::model<int>);
}

TEST_CASE("the adjoints of noise")
{
    STATIC_REQUIRE(!noise::has_adjoint<least_noise>);
    STATIC_REQUIRE(!noise::has_signal_adjoint<least_noise>);
    STATIC_REQUIRE(noise::has_adjoint<noise_with_adjoint>);
    STATIC_REQUIRE(!noise::has_signal_adjoint<noise_with_adjoint>);
    STATIC_REQUIRE(noise::has_signal_adjoint<noise_with_signal_adjoint>);
    STATIC_REQUIRE(!noise::has_adjoint<noise_with_signal_adjoint>);
    STATIC_REQUIRE(noise::has_signal_adjoint<noise::gaussian<snr_db>>);
    STATIC_REQUIRE(!noise::has_adjoint<noise::gaussian<sigma>>);
}

TEST_CASE("noise::policy")
{
    using relative = noise::gaussian<snr_db>;
    STATIC_REQUIRE(noise::policy<noise::none>);
    STATIC_REQUIRE(noise::policy<relative>);
    STATIC_REQUIRE(noise::policy<least_noise>);
    STATIC_REQUIRE(noise::policy<noise::at_weights<relative>>);
    STATIC_REQUIRE(noise::policy<noise::all<>>);
    STATIC_REQUIRE(noise::policy<noise::all<relative, noise::at_input<least_noise>, noise::none>>);
    STATIC_REQUIRE(noise::policy<noise::all<noise::all<relative>, relative>>);
    STATIC_REQUIRE(!noise::policy<noise_without_apply>);
    STATIC_REQUIRE(!noise::policy<noise_without_description>);
    STATIC_REQUIRE(!noise::policy<noise_without_default>);
    STATIC_REQUIRE(!noise::policy<snr_db>);
    STATIC_REQUIRE(!noise::policy<relative&>);
    STATIC_REQUIRE(!noise::policy<int>);
}

TEST_CASE("precision::policy")
{
    STATIC_REQUIRE(precision::policy<precision::float32>);
    STATIC_REQUIRE(precision::policy<precision::float64>);
    STATIC_REQUIRE(precision::policy<least_precision>);
    STATIC_REQUIRE(precision::policy<precision::stored_as<bfloat16>>);
    STATIC_REQUIRE(precision::policy<precision::stored_as<float16>>);
    STATIC_REQUIRE(precision::policy<precision::stored_as<std::int8_t>>);
    STATIC_REQUIRE(std::is_same_v<precision::storage_of_weights<least_precision>, float>);
    STATIC_REQUIRE(std::is_same_v<precision::storage_of_weights<precision::stored_as<float16>>, float16>);
    STATIC_REQUIRE(!precision::policy<precision_stored_in_more_bits>);
    STATIC_REQUIRE(!precision::policy<half_precision>);
    STATIC_REQUIRE(!precision::policy<nameless_precision>);
    STATIC_REQUIRE(!precision::policy<untyped_precision>);
    STATIC_REQUIRE(!precision::policy<float>);
}

TEST_CASE("hardware")
{
    STATIC_REQUIRE(hardware<f32>);
    STATIC_REQUIRE(hardware<policies<noise::gaussian<sigma>, precision::float64>>);
    STATIC_REQUIRE(!hardware<only_noise>);
    STATIC_REQUIRE(!hardware<only_precision>);
    STATIC_REQUIRE(!hardware<noise_and_precision>);
    STATIC_REQUIRE(!hardware<noise::none>);
    STATIC_REQUIRE(std::is_same_v<with_noise_policy<f64, noise::gaussian<sigma>>, policies<noise::gaussian<sigma>, precision::float64>>);
    using tiled = policies<noise::none, precision::float32, mapping::tiles<64, 64>>;
    STATIC_REQUIRE(hardware<tiled>);
    STATIC_REQUIRE(std::is_same_v<with_noise_policy<tiled, noise::gaussian<sigma>>, policies<noise::gaussian<sigma>, precision::float32, mapping::tiles<64, 64>>>);
}

TEST_CASE("mapping::policy")
{
    STATIC_REQUIRE(mapping::policy<mapping::whole>);
    STATIC_REQUIRE(mapping::policy<mapping::separate>);
    STATIC_REQUIRE(mapping::policy<mapping::tiles<64>>);
    STATIC_REQUIRE(mapping::policy<least_mapping>);
    STATIC_REQUIRE(!mapping::policy<mapping_without_size>);
    STATIC_REQUIRE(!mapping::policy<mapping_without_end>);
    STATIC_REQUIRE(!mapping::policy<int>);
}

TEST_CASE("cell::recurrent_cell")
{
    STATIC_REQUIRE(cell::recurrent_cell<cell::rnn<>>);
    STATIC_REQUIRE(cell::recurrent_cell<cell::rnn<cell::relu>>);
    STATIC_REQUIRE(cell::recurrent_cell<cell::gru>);
    STATIC_REQUIRE(cell::recurrent_cell<cell::lstm>);
    STATIC_REQUIRE(cell::recurrent_cell<least_cell>);
    STATIC_REQUIRE(!cell::recurrent_cell<cell_without_products>);
    STATIC_REQUIRE(!cell::recurrent_cell<cell_whose_last_row_is_not_h>);
    STATIC_REQUIRE(!cell::recurrent_cell<cell_that_carries_another_row_first>);
    STATIC_REQUIRE(!cell::recurrent_cell<cell_without_forward>);
    STATIC_REQUIRE(!cell::recurrent_cell<cell_without_adjoint>);
    STATIC_REQUIRE(!cell::recurrent_cell<cell::tanh>);
}

TEST_CASE("the joints of a network")
{
    STATIC_REQUIRE(joints_fit<recurrent<cell::lstm>, last_step, dense<>>);
    STATIC_REQUIRE(joints_fit<recurrent<cell::lstm>, dense<>, mean_over_time>);
    STATIC_REQUIRE(joints_fit<dense<>, recurrent<cell::gru>>);
    STATIC_REQUIRE(joints_fit<recurrent<cell::lstm>, mean_over_time, dense<>, dense<>>);
    STATIC_REQUIRE(!joints_fit<recurrent<cell::lstm>, last_step, last_step>);
    STATIC_REQUIRE(!joints_fit<recurrent<cell::lstm>, last_step, recurrent<cell::lstm>>);
    STATIC_REQUIRE(!joints_fit<recurrent<cell::lstm>, last_step, dense<>, mean_over_time>);
    STATIC_REQUIRE(share_one_number_type<recurrent<cell::lstm, f64>, last_step, dense<f64>>);
    STATIC_REQUIRE(!share_one_number_type<recurrent<cell::lstm, f64>, last_step, dense<f32>>);
}

TEST_CASE("a level has a unit")
{
    STATIC_REQUIRE(level_in_a_unit<snr_db>);
    STATIC_REQUIRE(level_in_a_unit<sigma>);
    STATIC_REQUIRE(!level_in_a_unit<double>);
    STATIC_REQUIRE(!level_in_a_unit<noise::none>);
    using net = network<recurrent<cell::lstm, policies<noise::gaussian<snr_db>>>, last_step, dense<>>;
    STATIC_REQUIRE(!takes_bare_level<net>);
    STATIC_REQUIRE(requires(net n) { n.noise_level(snr_db{5}); });
    STATIC_REQUIRE(requires(net n) { n.noise_level(sigma{5}); });
}
}
