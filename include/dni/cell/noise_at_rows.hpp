// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include <dni/cell/cell.hpp>
#include <dni/noise/lifetime.hpp>
#include <dni/noise/site.hpp>

//! Noise inside a cell: at the outputs of its non-linearities, at its products, and at what it writes back.
namespace dni::noise
{
//! @brief Which points of a cell: those of a role, or the one of a row's name. Models: `points_of<role>`, `point_at<cell::lstm::f>`, or your own.
template <class Points>
concept chooses_points = std::default_initializable<Points> && requires { Points::template has<void>(cell::point{}); };

template <cell::role Role>
struct points_of
{
    template <class Cell>
    static constexpr bool has(const cell::point& p) noexcept
    {
        return p.is == Role;
    }
};

template <auto Row>
struct point_at
{
    template <class Cell>
    static constexpr bool has(const cell::point& p) noexcept
    {
        if constexpr (requires { requires std::same_as<std::remove_cv_t<decltype(Cell::h)>, std::remove_cv_t<decltype(Row)>>; })
        {
            return p.row == Row;
        }
        return false;  // the name of another cell's row
    }
};

//! @brief A model at chosen points of a cell, at each with draws of its own. The vector it acts on is one row of H units, of one sample at one step: what a
//!        relative level is relative to. A layer that has no such point has no such noise, and no code for it.
//! @details What the cell computes from a value sees it with the noise: at the hidden state that is the next step, the layer above, and what the layer gives.
//! @cost a pass over H units for each point, forward; backward as well where the gradient changes; in training a row of memory for each point and step
//! @verified tests/gradient/rows_test.cpp, tests/statistical/rows_test.cpp
template <class Model, chooses_points Points, lifetime_at<Model, site::row> Lifetime = usual_lifetime<Model, site::row>>
    requires model_at<Model, site::row>
struct at_points
{
};

//! @brief At the outputs of the non-linearities: i, f, g, o and tanh c of an LSTM, r, z and n of a GRU.
template <class Model>
using at_gates = at_points<Model, points_of<cell::role::gate>>;

//! @brief At the products of two values: f c and i g of an LSTM, r a_h and z (h − n) of a GRU. An LSTM's o tanh c is its hidden state.
template <class Model>
using at_hadamard = at_points<Model, points_of<cell::role::hadamard>>;

//! @brief At the cell state as it is written back: c of an LSTM.
template <class Model>
using at_cell_state = at_points<Model, points_of<cell::role::cell_state>>;

//! @brief At the hidden state as it is written back.
template <class Model>
using at_hidden_state = at_points<Model, points_of<cell::role::hidden_state>>;

//! @brief At one row alone: at_row<gaussian<sigma>, cell::lstm::f>.
template <class Model, auto Row>
using at_row = at_points<Model, point_at<Row>>;

//! @brief A model at point I of a cell: what at_points becomes there.
template <class Model, class Cell, std::size_t I, class Lifetime>
struct at_point : Model
{
    using lives = Lifetime;
    static constexpr noise::site where = site_of_row(Cell::points[I].row);
    static constexpr const char* row = Cell::points[I].name;
};

namespace detail
{
// At products alone there is nothing of it.
template <class Model, class Points, class Lifetime>
struct parts<at_points<Model, Points, Lifetime>>
{
    using type = std::tuple<>;
};

template <class Model, class Cell, std::size_t I, class Lifetime>
struct parts<at_point<Model, Cell, I, Lifetime>>
{
    using type = std::tuple<at_point<Model, Cell, I, Lifetime>>;
};

template <class Model, class Points, class Before, class Lifetime>
struct living<at_points<Model, Points, Before>, Lifetime>
{
    using type = at_points<Model, Points, Lifetime>;
};

// How many points a cell has.
template <class Cell>
inline constexpr std::size_t point_count = 0;

template <class Cell>
    requires requires { Cell::points.size(); }
inline constexpr std::size_t point_count<Cell> = Cell::points.size();

// Whether some noise may act inside a cell.
template <class Noise>
inline constexpr bool acts_inside = false;

template <class... Noises>
inline constexpr bool acts_inside<all<Noises...>> = (acts_inside<Noises> || ...);

template <class Model, class Points, class Lifetime>
inline constexpr bool acts_inside<at_points<Model, Points, Lifetime>> = true;

// The same noise, of this cell: each of its points by itself.
template <class Noise, class Cell>
struct inside
{
    using type = Noise;
};

template <class... Noises, class Cell>
struct inside<all<Noises...>, Cell>
{
    using type = all<typename inside<Noises, Cell>::type...>;
};

template <class Model, class Points, class Lifetime, class Cell>
struct inside<at_points<Model, Points, Lifetime>, Cell>
{
    template <std::size_t I>
    using one = std::conditional_t<Points::template has<Cell>(Cell::points[I]), at_point<Model, Cell, I, Lifetime>, none>;

    template <std::size_t... I>
    static all<one<I>...> each(std::index_sequence<I...>);

    using type = decltype(each(std::make_index_sequence<point_count<Cell>>{}));
};
}
}
