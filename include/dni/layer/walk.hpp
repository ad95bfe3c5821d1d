// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <dni/cell/cell.hpp>
#include <dni/cell/policies_of_cell.hpp>
#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>
#include <dni/core/simd.hpp>
#include <dni/core/thread_pool.hpp>
#include <dni/core/workspace.hpp>
#include <dni/crossbar/crossbar.hpp>
#include <dni/data/packing.hpp>
#include <dni/layer/cell_step.hpp>
#include <dni/layer/noisy_cell_step.hpp>
#include <dni/layer/parameters.hpp>
#include <dni/layer/pass_context.hpp>
#include <dni/layer/row_normalization.hpp>
#include <dni/random/initializers.hpp>

namespace dni::detail
{
//! How many samples of a batch go through time together. Few enough rows to stay in the cache with their scratch; a whole number of
//! blocks for each thread, twice as many where lengths differ. The choice changes no bit of a result.
inline std::size_t rows_in_block(const data::packing& shape, std::size_t threads)
{
    constexpr std::size_t most = 32;
    const std::size_t samples = shape.samples();
    const bool ragged = shape.rows() * 10 < shape.steps() * samples * 9;
    const std::size_t unit = threads == 1 ? 1 : ragged ? 2 * threads : threads;
    const std::size_t wanted = (samples + most - 1) / most;
    const std::size_t blocks = std::max<std::size_t>(1, std::min(samples, (wanted + unit - 1) / unit * unit));
    return std::max<std::size_t>(1, (samples + blocks - 1) / blocks);
}

//! One cell walked through time over one crossbar, in one direction, and back. A block of samples goes through all its steps on its own;
//! only the weight gradient sums over blocks, in the order of the packed rows.
template <cell::recurrent_cell Cell, hardware Policies>
class walk
{
public:
    using T = typename Policies::value_type;
    using layout = cell_layout<Cell>;
    static constexpr std::size_t product_count = layout::products;

    //! Parameters weight_ih [G·H, I], weight_hh [G·H, H], bias_ih and bias_hh [G·H], with the suffix, in PyTorch's order of gates; then what is trained beside
    //! weights: norm_weight and norm_bias [N·H] where N rows are normalised, and what policies have.
    walk(std::size_t inputs, std::size_t hidden, bool reverse, bool with_input_gradient, parameter_table& table, const std::string& suffix)
        : layout_{inputs, hidden, table.size()}, inputs_{inputs}, hidden_{hidden}, reverse_{reverse}, with_input_gradient_{with_input_gradient},
          crossbar_{layout_.wires(), with_input_gradient}, columns_(product_count * hidden), zeros_(hidden)
    {
        table.add("weight_ih_" + suffix, {layout::gates * hidden, inputs});
        table.add("weight_hh_" + suffix, {layout::gates * hidden, hidden});
        table.add("bias_ih_" + suffix, {layout::gates * hidden});
        table.add("bias_hh_" + suffix, {layout::gates * hidden});
        if constexpr (layout::normalized > 0)
        {
            if (hidden < 2)
            {
                throw value_error(Cell::name, "at least two units, since one is its own mean", std::to_string(hidden));
            }
            table.add_beside_weights("norm_weight_" + suffix, {layout::normalized * hidden}, 1);
            table.add_beside_weights("norm_bias_" + suffix, {layout::normalized * hidden}, 0);
        }
        crossbar_.noise().add_parameters(table, "_" + suffix);
        for (std::size_t p = 0; p < product_count; ++p)
        {
            for (std::size_t j = 0; j < hidden; ++j)
            {
                columns_[product_positions<Cell>[p] * hidden + j] = layout_.column_of(p, j);
            }
        }
    }

    auto& crossbar() noexcept { return crossbar_; }
    const auto& crossbar() const noexcept { return crossbar_; }

    //! Glorot for the inputs, an orthogonal matrix for each gate of the feedback, biases zero but for the open gate's. Where pre-activations are normalised
    //! it is their shift that opens the gate: a bias alike for all units is taken out with the mean.
    void initialize(std::span<T> weights, key k) const
    {
        for (std::size_t gate = 0; gate < layout::gates; ++gate)
        {
            stream random{k.with(gate)};
            glorot_uniform(weights.subspan(layout_.weight_ih + gate * hidden_ * inputs_, hidden_ * inputs_), inputs_, hidden_, random);
            orthogonal(weights.subspan(layout_.weight_hh() + gate * hidden_ * hidden_, hidden_ * hidden_), hidden_, hidden_, random);
        }
        std::ranges::fill(weights.subspan(layout_.bias_ih(), layout::gates * hidden_), T{0});
        std::ranges::fill(weights.subspan(layout_.bias_hh(), layout::gates * hidden_), T{0});
        if constexpr (requires { Cell::open_gate; })
        {
            std::ranges::fill(weights.subspan(layout_.start_of_open_gate(), hidden_), T{1});
        }
    }

    //! in [N, I], out [N, H]; `state` holds the carried rows [B, H] before the first step and receives those after the last, or is empty.
    void forward(const pass_context<T>& context, matrix_view<const T> in, matrix_view<T> out, std::span<workspace_matrix<T>> state)
    {
        const auto& shape = context.shape;
        program(context);
        const std::size_t rows = context.training ? shape.rows() : shape.samples();
        fed_.resize(rows, inputs_ + hidden_);
        tape_.resize(rows, std::max(tape_rows * hidden_ + (context.training ? noisy_count * hidden_ + normalization::kept(hidden_) : 0), crossbar_.width()));
        products_.resize(shape.samples(), std::max((product_count + noisy_count) * hidden_, crossbar_.width()));
        kept_inputs_.resize(Bar::keeps_inputs && context.training ? rows : 0, inputs_ + hidden_);
        kept_outputs_.resize(Bar::keeps_outputs && context.training ? rows : 0, crossbar_.width());
        set_initial(shape, state);
        collect_ids(shape);
        in_blocks(context, [&](std::size_t first, std::size_t last) { forward_block(context, in, out, first, last); });
        store_final(context, out, state);
    }

    //! d_out is ∂L/∂out [N, H], or [B, H] that of the last step of each sequence where that of the others is zero. Adds ∂L/∂in to d_in [N, I] if it was
    //! asked for, and the weight gradient to `gradient`.
    void backward(const pass_context<T>& context, matrix_view<const T> out, matrix_view<const T> d_out, matrix_view<T> d_in, std::span<T> gradient)
    {
        const auto& shape = context.shape;
        fed_gradient_.resize(shape.samples(), inputs_ + hidden_);
        scratch_.resize(shape.samples(), std::max({inputs_ + hidden_, crossbar_.width(), (noisy_count + 1) * hidden_}));
        fill_zero(d_parameters_.resize(parameters() > 0 ? shape.samples() : 0, parameters()));
        for (auto& carry : carry_)
        {
            fill_zero(carry.resize(shape.samples(), hidden_));
        }
        in_blocks(context, [&](std::size_t first, std::size_t last) { backward_block(context, out, d_out, d_in, first, last); });
        crossbar_.accumulate(
            fed_.view(), rows_of(tape_.view(), 0, shape.rows(), crossbar_.width()),
            [&](std::size_t k, std::size_t n, T value) { gradient[layout_.weight(k, columns_[n])] += value; },
            [&](std::size_t n, T value)
            {
                gradient[layout_.bias_ih() + columns_[n].gate_row] += columns_[n].by_inputs ? value : T{0};
                gradient[layout_.bias_hh() + columns_[n].gate_row] += columns_[n].by_feedback ? value : T{0};
            },
            context.pool);
        for (std::size_t b = 0; b < d_parameters_.view().rows; ++b)
        {
            add_to(gradient.data() + layout_.normalization(), d_parameters_.view().row(b).data(), normalization::parameters(hidden_));
        }
        crossbar_.accumulate_parameters(of_policies(d_parameters_.view()), shape.rows(), gradient.data() + layout_.end());
    }

private:
    using Bar = dni::crossbar<policies_of_cell<Policies, Cell>>;
    using normalization = row_normalization<Cell, T>;
    static constexpr std::size_t noisy_count = noisy_points<Cell, typename Bar::noise_sources>::count;
    static constexpr std::size_t carried_count = Cell::carried.size();
    // All rows but h are kept; the adjoint writes the gradients of the products over them.
    static constexpr std::size_t tape_rows = std::max<std::size_t>(Cell::h, product_count);

    static matrix_view<T> rows_of(matrix_view<T> m, std::size_t first, std::size_t count, std::size_t columns) noexcept
    {
        return m.rows == 0 ? matrix_view<T>{} : matrix_view<T>{m.data + first * m.stride, count, columns, m.stride};
    }

    void program(const pass_context<T>& context)
    {
        if (!Bar::has_weight_noise && programmed_ == context.version)
        {
            return;
        }
        const T* const w = context.weights.data();
        crossbar_.noise().take_parameters(w + layout_.end());
        crossbar_.program([&](std::size_t k, std::size_t n) { return w[layout_.weight(k, columns_[n])]; },
                          [&](std::size_t n) { return layout_.bias(w, columns_[n]); },
                          {context.pass, context.chip}, context.pool);
        programmed_ = context.version;
    }

    void set_initial(const data::packing& shape, std::span<workspace_matrix<T>> state)
    {
        for (std::size_t i = 0; i < carried_count; ++i)
        {
            const auto to = initial_[i].resize(shape.samples(), hidden_);
            fill_zero(to);
            if (!state.empty())
            {
                const auto from = state[i].view();
                if (from.rows > 0 && from.columns != hidden_)
                {
                    throw shape_error("carried state", "rows of " + std::to_string(hidden_) + " units", std::to_string(from.columns));
                }
                for (std::size_t b = 0; b < std::min(to.rows, from.rows); ++b)
                {
                    std::ranges::copy(from.row(b), to.row(b).begin());
                }
            }
        }
    }

    void store_final(const pass_context<T>& context, matrix_view<const T> out, std::span<workspace_matrix<T>> state)
    {
        if (state.empty())
        {
            return;
        }
        for (std::size_t i = 0; i < carried_count; ++i)
        {
            const auto to = state[i].resize(context.shape.samples(), hidden_);
            for (std::size_t b = 0; b < to.rows; ++b)
            {
                std::copy_n(before(context, out, i, context.shape.length(b), b), hidden_, to.row(b).begin());
            }
        }
    }

    void collect_ids(const data::packing& shape)
    {
        ids_.resize(shape.samples());
        for (std::size_t b = 0; b < ids_.size(); ++b)
        {
            ids_[b] = shape.id(b);
        }
    }

    // Where nothing is kept, there is no tape to keep it on.
    normalization normalization_of(const pass_context<T>& context, T* tape, T* gradient) const noexcept
    {
        return {context.weights.data() + layout_.normalization(), hidden_, tape ? tape + (tape_rows + noisy_count) * hidden_ : nullptr, gradient};
    }

    // Numbers of this walk in the flat vector that are no weights: gain and shift, then those of policies.
    std::size_t parameters() const noexcept { return normalization::parameters(hidden_) + Bar::noise_sources::parameters; }

    matrix_view<T> of_policies(matrix_view<T> d_parameters) const noexcept
    {
        const std::size_t before = normalization::parameters(hidden_);
        return d_parameters.data ? matrix_view<T>{d_parameters.data + before, d_parameters.rows, Bar::noise_sources::parameters, d_parameters.stride} : matrix_view<T>{};
    }

    template <class F>
    void in_blocks(const pass_context<T>& context, F&& f) const
    {
        const std::size_t samples = context.shape.samples();
        const std::size_t height = rows_in_block(context.shape, context.pool.threads());
        context.pool.run((samples + height - 1) / height, [&](std::size_t i) { f(i * height, std::min(samples, (i + 1) * height)); });
    }

    // The packed row of the sample's step in the input and output; a reversed walk begins at the sample's own end.
    std::size_t sequence_row(const data::packing& shape, std::size_t step, std::size_t b) const noexcept
    {
        return shape.row(reverse_ ? shape.length(b) - 1 - step : step, b);
    }

    // ∂L/∂out of a row, which is one of sample b.
    const T* gradient_of(matrix_view<const T> d_out, const data::packing& shape, std::size_t row, std::size_t b) const noexcept
    {
        if (d_out.rows == shape.rows())
        {
            return d_out.row(row).data();
        }
        return row == shape.row(shape.length(b) - 1, b) ? d_out.row(b).data() : zeros_.data();
    }

    // Without a backward pass the rows of one step are used again for the next.
    static std::size_t tape_row(const pass_context<T>& context, std::size_t step, std::size_t b) noexcept
    {
        return context.training ? context.shape.row(step, b) : b;
    }

    //! The i-th carried row as it was before a step.
    const T* before(const pass_context<T>& context, matrix_view<const T> out, std::size_t i, std::size_t step, std::size_t b) const noexcept
    {
        if (step == 0)
        {
            return initial_[i].view().row(b).data();
        }
        if (Cell::carried[i] == Cell::h)
        {
            return out.row(sequence_row(context.shape, step - 1, b)).data();
        }
        return tape_.view().row(tape_row(context, step - 1, b)).data() + Cell::carried[i] * hidden_;
    }

    carried_rows<Cell, const T> all_before(const pass_context<T>& context, matrix_view<const T> out, std::size_t step, std::size_t b) const noexcept
    {
        carried_rows<Cell, const T> rows;
        for (std::size_t i = 0; i < carried_count; ++i)
        {
            rows[i] = before(context, out, i, step, b);
        }
        return rows;
    }

    row_keys keys(const pass_context<T>& context, std::size_t step, std::size_t first) const noexcept
    {
        return {context.pass, ids_.data() + first, context.shape.first_step() + step, context.chip};
    }

    void forward_block(const pass_context<T>& context, matrix_view<const T> in, matrix_view<T> out, std::size_t first, std::size_t last) noexcept
    {
        const auto& shape = context.shape;
        for (std::size_t step = 0; step < shape.length(first); ++step)
        {
            const std::size_t count = std::min(last, shape.active(step)) - first;
            const std::size_t row = tape_row(context, step, first);
            const auto fed = rows_of(fed_.view(), row, count, inputs_ + hidden_);
            const auto products = rows_of(products_.view(), first, count, crossbar_.width());
            for (std::size_t r = 0; r < count; ++r)
            {
                simd::copy(in.row(sequence_row(shape, step, first + r)).data(), inputs_, fed.row(r).data());
                simd::copy(before(context, out, 0, step, first + r), hidden_, fed.row(r).data() + inputs_);
            }
            const row_keys now = keys(context, step, first);
            crossbar_.forward(fed, rows_of(kept_inputs_.view(), row, count, fed.columns), products,
                              rows_of(kept_outputs_.view(), row, count, products.columns), now);
            for (std::size_t r = 0; r < count; ++r)
            {
                T* const product = products.row(r).data();
                T* const tape = tape_.view().row(row + r).data();
                const auto normal = normalization_of(context, context.training ? tape : nullptr, nullptr);
                normal.forward_products(product);
                forward_cells<Cell, T>(crossbar_.noise(), now[r], normal, hidden_, product, all_before(context, out, step, first + r), tape,
                                       out.row(sequence_row(shape, step, first + r)).data(), product + product_count * hidden_,
                                       context.training ? tape + tape_rows * hidden_ : nullptr);
            }
        }
    }

    void backward_block(const pass_context<T>& context, matrix_view<const T> out, matrix_view<const T> d_out, matrix_view<T> d_in, std::size_t first,
                        std::size_t last) noexcept
    {
        const auto& shape = context.shape;
        for (std::size_t step = shape.length(first); step-- > 0;)
        {
            const std::size_t count = std::min(last, shape.active(step)) - first;
            const std::size_t row = shape.row(step, first);
            const row_keys now = keys(context, step, first);
            const auto d_parameters = rows_of(d_parameters_.view(), first, count, parameters());
            for (std::size_t r = 0; r < count; ++r)
            {
                const std::size_t at = sequence_row(shape, step, first + r);
                carried_rows<Cell, T> carry;
                for (std::size_t i = 0; i < carry.size(); ++i)
                {
                    carry[i] = carry_[i].view().row(first + r).data();
                }
                T* const tape = tape_.view().row(row + r).data();
                const auto normal = normalization_of(context, tape, d_parameters.data + r * d_parameters.stride);
                adjoint_cells<Cell, T>(crossbar_.noise(), now[r], normal, hidden_, out.row(at).data(), gradient_of(d_out, shape, at, first + r),
                                       all_before(context, out, step, first + r), tape, carry, scratch_.view().row(first + r).data(),
                                       tape + tape_rows * hidden_);
                normal.adjoint_products(tape);
            }
            const auto d_products = rows_of(tape_.view(), row, count, crossbar_.width());
            const auto d_fed = rows_of(fed_gradient_.view(), first, count, inputs_ + hidden_);
            crossbar_.adjoint(d_products, rows_of(kept_outputs_.view(), row, count, d_products.columns), d_fed,
                              rows_of(kept_inputs_.view(), row, count, d_fed.columns), rows_of(fed_.view(), row, count, d_fed.columns),
                              rows_of(scratch_.view(), first, count, scratch_.view().columns), now, of_policies(d_parameters));
            for (std::size_t r = 0; r < count; ++r)
            {
                add_to(carry_[0].view().row(first + r).data(), d_fed.row(r).data() + inputs_, hidden_);
                if (with_input_gradient_)
                {
                    add_to(d_in.row(sequence_row(shape, step, first + r)).data(), d_fed.row(r).data(), inputs_);
                }
            }
        }
    }

    static void add_to(T* to, const T* from, std::size_t count) noexcept
    {
        simd::for_each_batch<T>(count, [&](std::size_t j, auto lanes) { lanes.store(to + j, lanes.load(to + j) + lanes.load(from + j)); });
    }

    layout layout_;
    std::size_t inputs_, hidden_;
    bool reverse_, with_input_gradient_;
    Bar crossbar_;
    std::vector<typename layout::column> columns_;
    std::uint64_t programmed_ = 0;

    std::vector<std::uint64_t> ids_;
    workspace_matrix<T> fed_;       // [x, h] as it entered the products
    workspace_matrix<T> tape_;      // the cell's rows, noisy ones before the noise, normalised ones; backward: gradients of the products
    workspace_matrix<T> products_;  // and the noisy rows of the cell
    workspace_matrix<T> kept_inputs_, kept_outputs_;
    std::array<workspace_matrix<T>, carried_count> initial_;
    workspace_matrix<T> fed_gradient_, scratch_;
    aligned_vector<T> zeros_;  // [H]
    workspace_matrix<T> d_parameters_;  // of each sample, over its steps
    std::array<workspace_matrix<T>, carried_count> carry_;
};
}
