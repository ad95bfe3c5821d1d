// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <dni/cell/normalized.hpp>
#include <dni/core/simd.hpp>
#include <dni/layer/cell_step.hpp>

//! Layer normalisation of the rows of a cell, of one sample at one step: y = gain ⊙ x + shift with x = (a − mean(a)) / sqrt(var(a) + ε), and its adjoint
//!     ∂L/∂a = (g − mean(g) − x mean(g ⊙ x)) / sqrt(var(a) + ε),   g = gain ⊙ ∂L/∂y.
namespace dni::detail
{
// Sums of the row's distances from one of its elements, which they all are near, and of their squares.
template <class T>
struct sums_of_row
{
    const T* row;
    simd::batch<T> origin = simd::batch<T>(row[0]);
    simd::batch<T> sum = simd::batch<T>(T{0});
    simd::batch<T> squares = simd::batch<T>(T{0});

    [[gnu::always_inline]] void operator()(std::size_t j, auto lanes) noexcept
    {
        const auto distance = lanes.keep(lanes.load(row + j) - origin);
        sum = sum + distance;
        squares = simd::multiply_add(distance, distance, squares);
    }
};

// Σ g and Σ g x of one row, and what it adds to the gradient of gain and shift.
template <class T>
struct sums_of_adjoint
{
    const T* gradient;
    const T* x;
    const T* gain;
    T* d_gain;
    T* d_shift;
    simd::batch<T> sum = simd::batch<T>(T{0});
    simd::batch<T> products = simd::batch<T>(T{0});

    [[gnu::always_inline]] void operator()(std::size_t j, auto lanes) noexcept
    {
        const auto d = lanes.load(gradient + j);
        const auto value = lanes.load(x + j);
        const auto g = lanes.load(gain + j) * d;
        sum = sum + g;
        products = simd::multiply_add(g, value, products);
        lanes.store(d_gain + j, simd::multiply_add(d, value, lanes.load(d_gain + j)));
        lanes.store(d_shift + j, lanes.load(d_shift + j) + d);
    }
};

//! Of a cell that is not normalised there is nothing to do, and nothing of this.
template <class Cell, class T>
class row_normalization
{
public:
    static constexpr std::size_t parameters(std::size_t) noexcept { return 0; }
    static constexpr std::size_t kept(std::size_t) noexcept { return 0; }

    row_normalization(const T*, std::size_t, T*, T*) noexcept {}

    void forward_products(T*) const noexcept {}
    void adjoint_products(T*) const noexcept {}
    void forward(std::size_t, T*) const noexcept {}
    void adjoint(std::size_t, T*) const noexcept {}
};

template <class Cell, class T>
    requires(cell::detail::normalized_rows<Cell> > 0)
class row_normalization<Cell, T>
{
    static constexpr std::size_t rows = cell::detail::normalized_rows<Cell>;

public:
    //! Numbers in the flat vector: a gain for each unit of each row, then a shift.
    static constexpr std::size_t parameters(std::size_t hidden) noexcept { return 2 * rows * hidden; }

    //! Numbers that forward keeps for the adjoint: x of each row, then 1 / sqrt(var + ε) of each.
    static constexpr std::size_t kept(std::size_t hidden) noexcept { return rows * (hidden + 1); }

    //! @param kept      receives what the adjoint needs, or is null
    //! @param gradient  that of the parameters, to which the adjoint adds
    row_normalization(const T* parameters, std::size_t hidden, T* kept, T* gradient) noexcept
        : parameters_{parameters}, hidden_{hidden}, kept_{kept}, gradient_{gradient}
    {
    }

    //! The products of a step [P · H], in place.
    void forward_products(T* products) const noexcept
    {
        for (std::size_t p = 0; p < Cell::products.size(); ++p)
        {
            forward(p, products + product_positions<Cell>[p] * hidden_);
        }
    }

    void adjoint_products(T* gradient) const noexcept
    {
        for (std::size_t p = 0; p < Cell::products.size(); ++p)
        {
            adjoint(p, gradient + product_positions<Cell>[p] * hidden_);
        }
    }

    //! One row [H], in place.
    void forward(std::size_t which, T* row) const noexcept
    {
        using V = simd::batch<T>;
        const T count = static_cast<T>(hidden_);
        const T origin = row[0];
        const auto sums = simd::for_each_batch<T>(hidden_, sums_of_row<T>{row});
        const T distance = simd::sum<T>(sums.sum) / count;
        const T variance = std::max(simd::sum<T>(sums.squares) / count - distance * distance, T{0});
        const T scale = T{1} / std::sqrt(variance + static_cast<T>(Cell::variance_floor));
        const T* const gain = gain_of(which);
        const T* const shift = shift_of(which);
        T* const x = kept_ ? kept_ + which * hidden_ : nullptr;
        simd::for_each_batch<T>(hidden_,
                                [&](std::size_t j, auto lanes)
                                {
                                    const V value = V(scale) * (lanes.load(row + j) - V(origin) - V(distance));
                                    if (x)
                                    {
                                        lanes.store(x + j, value);
                                    }
                                    lanes.store(row + j, simd::multiply_add(lanes.load(gain + j), value, lanes.load(shift + j)));
                                });
        if (kept_)
        {
            kept_[rows * hidden_ + which] = scale;
        }
    }

    //! ∂L/∂a from ∂L/∂y, in place.
    void adjoint(std::size_t which, T* gradient) const noexcept
    {
        using V = simd::batch<T>;
        const T* const gain = gain_of(which);
        const T* const x = kept_ + which * hidden_;
        T* const d_gain = gradient_ + which * hidden_;
        const auto sums = simd::for_each_batch<T>(hidden_, sums_of_adjoint<T>{gradient, x, gain, d_gain, d_gain + rows * hidden_});
        const T count = static_cast<T>(hidden_);
        const V mean(simd::sum<T>(sums.sum) / count);
        const V along(simd::sum<T>(sums.products) / count);
        const V scale(kept_[rows * hidden_ + which]);
        simd::for_each_batch<T>(hidden_,
                                [&](std::size_t j, auto lanes)
                                {
                                    const V g = lanes.load(gain + j) * lanes.load(gradient + j);
                                    lanes.store(gradient + j, scale * (g - mean - lanes.load(x + j) * along));
                                });
    }

private:
    const T* gain_of(std::size_t which) const noexcept { return parameters_ + which * hidden_; }
    const T* shift_of(std::size_t which) const noexcept { return gain_of(rows + which); }

    const T* parameters_;
    std::size_t hidden_;
    T* kept_;
    T* gradient_;
};
}
