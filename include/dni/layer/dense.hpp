// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>
#include <dni/core/workspace.hpp>
#include <dni/crossbar/crossbar.hpp>
#include <dni/data/per.hpp>
#include <dni/layer/parameters.hpp>
#include <dni/layer/pass_context.hpp>
#include <dni/random/initializers.hpp>

namespace dni
{
struct dense_options
{
    std::size_t outputs = 0;  //!< O

    template <class Sizes>
    static dense_options from(const Sizes& sizes)
    {
        return {sizes.outputs};
    }
};

//! @brief A read-out y = W x + b on a crossbar of its own: [rows, K] → [rows, O], on each step or on each sample, as its input is.
//! @details Parameters `weight` [O, K] and `bias` [O], as PyTorch's nn.Linear; then those of policies.
//! @verified tests/golden, tests/gradient
template <hardware Policies = policies<>>
class dense
{
public:
    using T = typename Policies::value_type;

    using options = dense_options;

    template <noise::policy Noise>
    using with_noise = dense<with_noise_policy<Policies, Noise>>;

    static constexpr bool accepts(data::per) noexcept { return true; }
    static constexpr data::per gives(data::per rows) noexcept { return rows; }

    //! @errors value_error without outputs
    dense(const options& chosen, std::size_t inputs, bool with_input_gradient, parameter_table& table)
        : options_{chosen}, inputs_{inputs}, crossbar_{wiring{inputs, 0, chosen.outputs, 0, 0}, with_input_gradient},
          weight_{table.add("weight", {chosen.outputs, inputs})}, bias_{table.add("bias", {chosen.outputs})}
    {
        crossbar_.noise().add_parameters(table, "");
        if (chosen.outputs == 0)
        {
            throw value_error("dense", "at least one output", "0");
        }
    }

    const options& chosen() const noexcept { return options_; }
    std::size_t inputs() const noexcept { return inputs_; }
    std::size_t outputs() const noexcept { return options_.outputs; }
    std::string name() const { return "dense"; }
    std::size_t state_size() const noexcept { return 0; }

    void initialize(std::span<T> weights, key k) const
    {
        stream random{k};
        glorot_uniform(weights.subspan(weight_, inputs_ * options_.outputs), inputs_, options_.outputs, random);
        std::ranges::fill(weights.subspan(bias_, options_.outputs), T{0});
    }

    void forward(const pass_context<T>& context, matrix_view<const T> in, matrix_view<T> out, std::span<workspace_matrix<T>>)
    {
        program(context);
        const auto fed = fed_.resize(in.rows, inputs_);
        kept_inputs_.resize(context.training && Bar::keeps_inputs ? in.rows : 0, inputs_);
        kept_outputs_.resize(context.training && Bar::keeps_outputs ? in.rows : 0, crossbar_.width());
        const auto products = crossbar_.width() > out.columns ? products_.resize(in.rows, crossbar_.width()) : out;
        in_blocks(context, in.rows,
                  [&](std::size_t first, std::size_t count, const row_keys& keys)
                  {
                      for (std::size_t r = first; r < first + count; ++r)
                      {
                          std::ranges::copy(in.row(r), fed.row(r).begin());
                      }
                      crossbar_.forward(part(fed, first, count), part(kept_inputs_.view(), first, count), part(products, first, count),
                                        part(kept_outputs_.view(), first, count), keys);
                      if (products.data != out.data)
                      {
                          for (std::size_t r = first; r < first + count; ++r)
                          {
                              std::ranges::copy(products.row(r).first(out.columns), out.row(r).begin());
                          }
                      }
                  });
    }

    void backward(const pass_context<T>& context, matrix_view<const T>, matrix_view<const T> d_out, matrix_view<T> d_in, std::span<T> gradient)
    {
        const auto d_products = d_products_.resize(d_out.rows, crossbar_.width());
        const auto d_fed = d_in.data ? d_in : d_fed_.resize(d_out.rows, inputs_);
        scratch_.resize(d_out.rows, std::max(inputs_, crossbar_.width()));
        fill_zero(d_parameters_.resize(parameters > 0 ? d_out.rows : 0, parameters));
        in_blocks(context, d_out.rows,
                  [&](std::size_t first, std::size_t count, const row_keys& keys)
                  {
                      for (std::size_t r = first; r < first + count; ++r)
                      {
                          std::ranges::copy(d_out.row(r), d_products.row(r).begin());
                      }
                      crossbar_.adjoint(part(d_products, first, count), part(kept_outputs_.view(), first, count), part(d_fed, first, count),
                                        part(kept_inputs_.view(), first, count), part(fed_.view(), first, count), part(scratch_.view(), first, count), keys,
                                        part(d_parameters_.view(), first, count));
                  });
        crossbar_.accumulate(
            fed_.view(), d_products, [&](std::size_t k, std::size_t n, T value) { gradient[weight_ + n * inputs_ + k] += value; },
            [&](std::size_t n, T value) { gradient[bias_ + n] += value; }, context.pool);
        crossbar_.accumulate_parameters(d_parameters_.view(), d_out.rows, gradient.data() + of_policies());
    }

    template <class F>
    void for_each_crossbar(F&& f)
    {
        f(std::string("dense"), crossbar_);
    }

    template <class F>
    void for_each_crossbar(F&& f) const
    {
        f(std::string("dense"), crossbar_);
    }

private:
    using Bar = crossbar<Policies>;
    static constexpr std::size_t parameters = Bar::noise_sources::parameters;

    // Behind the bias: parameters of policies.
    std::size_t of_policies() const noexcept { return bias_ + options_.outputs; }

    void program(const pass_context<T>& context)
    {
        if (!Bar::has_weight_noise && programmed_ == context.version)
        {
            return;
        }
        const T* const w = context.weights.data();
        crossbar_.noise().take_parameters(w + of_policies());
        crossbar_.program([&](std::size_t k, std::size_t n) { return w[weight_ + n * inputs_ + k]; }, [&](std::size_t n) { return w[bias_ + n]; },
                          {context.pass, context.chip}, context.pool);
        programmed_ = context.version;
    }

    static matrix_view<T> part(matrix_view<T> m, std::size_t first, std::size_t count) noexcept
    {
        return m.rows == 0 ? matrix_view<T>{} : matrix_view<T>{m.data + first * m.stride, count, m.columns, m.stride};
    }

    // Rows of one step (or, after a reduction over time, of all samples) are neighbours.
    template <class F>
    void in_blocks(const pass_context<T>& context, std::size_t rows, F&& f)
    {
        const auto& shape = context.shape;
        ids_.resize(shape.samples());
        for (std::size_t b = 0; b < ids_.size(); ++b)
        {
            ids_[b] = shape.id(b);
        }
        if (rows == shape.rows())
        {
            context.pool.run(shape.steps(), [&](std::size_t s)
                             { f(shape.row(s, 0), shape.active(s), row_keys{context.pass, ids_.data(), shape.first_step() + s, context.chip}); });
            return;
        }
        constexpr std::size_t height = 48;
        context.pool.run((rows + height - 1) / height,
                         [&](std::size_t i)
                         {
                             const std::size_t first = i * height;
                             f(first, std::min(height, rows - first), row_keys{context.pass, ids_.data() + first, shape.first_step(), context.chip});
                         });
    }

    options options_;
    std::size_t inputs_;
    Bar crossbar_;
    std::size_t weight_, bias_;
    std::uint64_t programmed_ = 0;
    std::vector<std::uint64_t> ids_;
    workspace_matrix<T> fed_, kept_inputs_, products_, kept_outputs_, d_products_, d_fed_, scratch_, d_parameters_;
};
}
