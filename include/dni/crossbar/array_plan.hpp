// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include <dni/core/matrix.hpp>
#include <dni/core/packed_matrix.hpp>
#include <dni/crossbar/mapping.hpp>
#include <dni/crossbar/wiring.hpp>
#include <dni/random/key.hpp>

namespace dni
{
//! @brief Neighbouring inputs or outputs that meet noise and converters together: the index-th of them.
struct stretch
{
    std::size_t index = 0;
    std::size_t first = 0;
    std::size_t count = 0;

    template <class T>
    matrix_view<T> of(matrix_view<T> m) const noexcept
    {
        return m.data ? matrix_view<T>{m.data + first, m.rows, count, m.stride} : m;
    }

    //! @brief Its draws: the first stretch has those of the product, so a product that one array holds has the same bits under every mapping.
    constexpr key of(key product) const noexcept { return index == 0 ? product : product.with(index); }
};

//! @brief One array of a product: its inputs among those of the product, its outputs among those of all arrays, and which bits of the weights it holds.
struct placed_array
{
    stretch inputs;
    stretch outputs;
    std::size_t slice = 0;
};

//! @brief Where the arrays of a mapping stand: their outputs are the columns of one wide matrix [K, width].
//! @details Each array repeats the columns it feeds, and has zeros, neither stored nor multiplied, for the inputs it does not have. So one product gives all partial
//!          sums, and one transposed product the gradient of the inputs. A row of `width` elements has room for the N outputs of the product at its beginning:
//!          `add_up` leaves their sums there, `hand_out` takes their gradient from there. Wide columns stand in the order of inputs, then of slices, then of
//!          outputs.
//! @verified tests/crossbar/mapping_test.cpp
template <mapping::policy Mapping>
class array_plan
{
public:
    explicit array_plan(const wiring& wires) : wires_{wires}
    {
        std::size_t covered = 0;
        for (std::size_t k = 0, index = 0; k < wires.rows(); ++index)
        {
            const std::size_t end = Mapping::inputs_end(wires, k);
            const std::size_t first = k < wires.inputs || k == 0 ? 0 : wires.by_inputs;
            const std::size_t last = end > wires.inputs ? wires.columns() : wires.by_inputs + wires.by_both;
            for (std::size_t slice = 0; slice < slices; ++slice)
            {
                bands_.push_back({{index, k, end - k}, first, last, std::clamp(covered, first, last), width(), slice});
                for (std::size_t n = first; n < last; ++n)
                {
                    outputs_.push_back(n);
                }
            }
            covered = std::max(covered, last);
            k = end;
        }
    }

    const wiring& wires() const noexcept { return wires_; }

    //! @brief Columns of the wide matrix.
    std::size_t width() const noexcept { return outputs_.size(); }

    //! @brief The output that wide column v is a part of.
    std::size_t output(std::size_t v) const noexcept { return outputs_[v]; }

    //! @brief The wired part of the wide matrix, by columns.
    std::vector<column_group> forward() const
    {
        std::vector<column_group> groups;
        for (const auto& b : bands_)
        {
            for (const auto& g : wires_.forward())
            {
                const std::size_t first = std::max(g.first, b.first);
                const std::size_t last = std::min(g.last, b.last);
                if (first < last)
                {
                    const std::size_t row = std::max(g.row_first, b.inputs.first);
                    groups.push_back({b.wide(first), b.wide(last), row, std::max(row, std::min(g.row_last, b.inputs_end()))});
                }
            }
        }
        return groups;
    }

    //! @brief The wired part of its transpose, by columns; that of x is left out when no gradient of x is wanted. All slices of an array are one run of rows,
    //!        with what is not wired between them.
    std::vector<column_group> backward(bool with_inputs) const
    {
        std::vector<column_group> groups;
        for_each_first_slice(
            [&](const band& b)
            {
                const std::size_t of_x = std::clamp(wires_.inputs, b.inputs.first, b.inputs_end());
                const std::size_t to_last_slice = (slices - 1) * (b.last - b.first);
                if (with_inputs)
                {
                    groups.push_back({b.inputs.first, of_x, b.at, b.wide(std::min(b.last, wires_.by_inputs + wires_.by_both)) + to_last_slice});
                }
                groups.push_back({of_x, b.inputs_end(), b.wide(std::max(b.first, wires_.by_inputs)), b.wide(b.last) + to_last_slice});
            });
        return groups;
    }

    //! @brief f(stretch) for the inputs of the arrays, those side by side counted once.
    template <class F>
    void for_each_input(F&& f) const
    {
        for_each_first_slice([&](const band& b) { f(b.inputs); });
    }

    //! @brief f(placed_array) for each array.
    template <class F>
    void for_each_array(F&& f) const
    {
        std::size_t index = 0;
        for (const auto& b : bands_)
        {
            for (std::size_t n = b.first; n < b.last;)
            {
                const std::size_t count = std::min(Mapping::most_outputs, b.last - n);
                f(placed_array{b.inputs, {index++, b.wide(n), count}, b.slice});
                n += count;
            }
        }
    }

    //! @brief f(n, v) for each output and the wide column that has its bias, in each slice.
    template <class F>
    void for_each_output(F&& f) const
    {
        for (const auto& b : bands_)
        {
            for (std::size_t n = b.fresh; n < b.last; ++n)
            {
                f(n, b.wide(n));
            }
        }
    }

    //! @brief The sums of the arrays' outputs, in the order of the inputs; of slices each by its share. In place: output n is never behind its parts.
    template <class T>
    void add_up(matrix_view<T> rows) const noexcept
    {
        for (std::size_t r = 0; r < rows.rows; ++r)
        {
            T* const y = rows.row(r).data();
            for (const auto& b : bands_)
            {
                const std::size_t begun = b.slice == 0 ? b.fresh : b.last;
                for (std::size_t n = b.first; n < begun; ++n)
                {
                    y[n] += in_share(b, y[b.wide(n)]);
                }
                for (std::size_t n = begun; n < b.last && stands_elsewhere(b); ++n)
                {
                    y[n] = in_share(b, y[b.wide(n)]);
                }
            }
        }
    }

    //! @brief The adjoint of `add_up`: each array gets the gradient of the outputs it is a part of.
    template <class T>
    void hand_out(matrix_view<T> rows) const noexcept
    {
        for (std::size_t r = 0; r < rows.rows; ++r)
        {
            T* const y = rows.row(r).data();
            for (auto b = bands_.rbegin(); b != bands_.rend(); ++b)
            {
                for (std::size_t n = b->last; n > b->first && stands_elsewhere(*b); --n)
                {
                    y[b->wide(n - 1)] = in_share(*b, y[n - 1]);
                }
            }
        }
    }

    //! @brief The arrays and their sizes: "2 arrays: x 4 by 512, h 128 by 512"; "4 arrays: 4 of 20 by 300, a slice of 2 bits in each".
    std::string describe() const
    {
        std::size_t arrays = 0;
        std::string sizes;
        std::string before;
        std::size_t alike = 0;
        const auto close = [&] { sizes += before.empty() ? "" : (sizes.empty() ? "" : ", ") + (alike > 1 ? std::to_string(alike) + " of " : "") + before; };
        for_each_array(
            [&](const placed_array& one)
            {
                const bool of_x = one.inputs.first + one.inputs.count <= wires_.inputs;
                const std::string fed = wires_.feedback == 0 ? "" : of_x ? "x " : one.inputs.first >= wires_.inputs ? "h " : "[x, h] ";
                const std::string size = fed + std::to_string(one.inputs.count) + " by " + std::to_string(one.outputs.count);
                if (size != before)
                {
                    close();
                    alike = 0;
                    before = size;
                }
                ++alike;
                ++arrays;
            });
        close();
        if constexpr (mapping::sliced<Mapping>)
        {
            sizes += ", a slice of " + std::to_string(Mapping::bits) + (Mapping::bits == 1 ? " bit" : " bits") + " in each";
        }
        return std::to_string(arrays) + (arrays == 1 ? " array: " : " arrays: ") + sizes;
    }

private:
    static constexpr std::size_t slices = []
    {
        if constexpr (mapping::sliced<Mapping>)
        {
            return Mapping::slices;
        }
        else
        {
            return std::size_t{1};
        }
    }();

    // Arrays side by side: their inputs, the outputs [first, last) they feed, of which those from `fresh` on have no array before, their place, and the slice.
    struct band
    {
        stretch inputs;
        std::size_t first, last, fresh, at, slice;

        std::size_t inputs_end() const noexcept { return inputs.first + inputs.count; }
        std::size_t wide(std::size_t n) const noexcept { return at + n - first; }
    };

    template <class F>
    void for_each_first_slice(F&& f) const
    {
        for (std::size_t i = 0; i < bands_.size(); i += slices)
        {
            f(bands_[i]);
        }
    }

    // Whether values change on their way between an array and the outputs.
    static bool stands_elsewhere(const band& b) noexcept { return slices > 1 || b.at != b.first; }

    template <class T>
    static T in_share([[maybe_unused]] const band& b, T v) noexcept
    {
        if constexpr (mapping::sliced<Mapping>)
        {
            return static_cast<T>(Mapping::share(b.slice)) * v;
        }
        else
        {
            return v;
        }
    }

    wiring wires_;
    std::vector<band> bands_;
    std::vector<std::size_t> outputs_;
};

//! @brief One array: the wide matrix is that of the product, and nothing is added.
template <>
class array_plan<mapping::whole>
{
public:
    explicit array_plan(const wiring& wires) : wires_{wires} {}

    const wiring& wires() const noexcept { return wires_; }
    std::size_t width() const noexcept { return wires_.columns(); }
    static std::size_t output(std::size_t v) noexcept { return v; }
    std::array<column_group, 3> forward() const noexcept { return wires_.forward(); }
    std::array<column_group, 2> backward(bool with_inputs) const noexcept { return wires_.backward(with_inputs); }

    template <class F>
    void for_each_input(F&& f) const
    {
        f(stretch{0, 0, wires_.rows()});
    }

    template <class F>
    void for_each_array(F&& f) const
    {
        f(placed_array{{0, 0, wires_.rows()}, {0, 0, wires_.columns()}});
    }

    template <class F>
    void for_each_output(F&& f) const
    {
        for (std::size_t n = 0; n < wires_.columns(); ++n)
        {
            f(n, n);
        }
    }

    template <class T>
    void add_up(matrix_view<T>) const noexcept
    {
    }

    template <class T>
    void hand_out(matrix_view<T>) const noexcept
    {
    }

private:
    wiring wires_;
};
}
