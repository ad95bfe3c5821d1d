// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

#include <dni/cell/policies_of_cell.hpp>
#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>
#include <dni/core/table.hpp>
#include <dni/crossbar/memory_array.hpp>
#include <dni/layer/cell_step.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/mean_over_time.hpp>
#include <dni/layer/noisy_cell_step.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/layer/row_normalization.hpp>
#include <dni/noise/lifetime.hpp>

namespace dni
{
//! @brief The greatest sizes of a streaming network whose memory is part of the object; by default sizes are free and memory is on the heap.
struct bounds
{
    std::size_t inputs = unbounded;
    std::size_t hidden = unbounded;
    std::size_t outputs = unbounded;
    std::size_t layers = unbounded;

    constexpr bool fixed() const noexcept { return inputs != unbounded; }
};

//! @brief What a layer becomes when a sequence comes step by step, batch 1. Specialise it for a layer of your own.
//! @details
//!   | expression                        | meaning                                                                      |
//!   |-----------------------------------|------------------------------------------------------------------------------|
//!   | `layer_stream<L, T, I, Most>(options, inputs)` | built from the layer's options, for at most I inputs             |
//!   | `weights()`                       | how many numbers of the flat vector are its own                               |
//!   | `program(weights, now)`           | takes them; `now` names pass and chip                                         |
//!   | `outputs()`                       | width of what it gives                                                        |
//!   | `step(x, now)`                    | span of its outputs; noexcept, no heap; noise keyed as in `network::infer`    |
//!   | `reset()`                         | before the first step again                                                   |
//!   | `for_each_array(f)`               | f(memory_array) in the order of the layer's crossbars                         |
//!   | `differs_by_pass`                 | whether steps draw anything fresh; a key is asked for where it is true, or not there |
//!   Layers that need the end of the sequence first, as bidirectional ones do, have none: they do not compile.
template <class Layer, class T, std::size_t Inputs, bounds Most>
class layer_stream;

namespace detail
{
// A product of n = a · b elements has room for as many where the greatest sizes are known.
template <bounds Most>
constexpr std::size_t room(std::size_t elements) noexcept
{
    return Most.fixed() ? elements : unbounded;
}

template <class T, bounds Most>
constexpr packed_size packed_room(const wiring& wires) noexcept
{
    return Most.fixed() ? packed_size::of<T>(wires.forward()) : packed_size::any();
}

template <class Cell, class T, std::size_t Inputs, bounds Most>
constexpr packed_size room_of_walk() noexcept
{
    if constexpr (!Most.fixed())
    {
        return packed_size::any();
    }
    else
    {
        return max(packed_room<T, Most>(cell_layout<Cell>{Inputs, Most.hidden}.wires()),
                   packed_room<T, Most>(cell_layout<Cell>{Most.hidden, Most.hidden}.wires()));
    }
}

inline void check_room(const char* what, std::size_t wanted, std::size_t most)
{
    if (wanted > most)
    {
        throw shape_error("streaming", "at most " + std::to_string(most) + " " + what, std::to_string(wanted));
    }
}

template <class T>
matrix_view<T> one_row(T* data, std::size_t columns) noexcept
{
    return {data, 1, columns, columns};
}

// A stream has one sample.
inline row_keys keys_of_step(const noise::moment& now) noexcept
{
    static constexpr std::uint64_t id = 0;
    return {now.pass, &id, now.step, now.chip};
}

constexpr auto in_turn = [](std::size_t count, const auto& task)
{
    for (std::size_t i = 0; i < count; ++i)
    {
        task(i);
    }
};
}

template <cell::recurrent_cell Cell, hardware Policies, class T, std::size_t Inputs, bounds Most>
class layer_stream<recurrent_stack<Cell, Policies, directions::forward>, T, Inputs, Most>
{
    using layout = detail::cell_layout<Cell>;
    using array = memory_array<policies_of_cell<Policies, Cell>, detail::room_of_walk<Cell, T, Inputs, Most>()>;
    using normalization = detail::row_normalization<Cell, T>;
    static constexpr std::size_t noisy_count = detail::noisy_points<Cell, typename array::noise_sources>::count;

public:
    static constexpr std::size_t most_outputs = Most.hidden;
    static constexpr bool differs_by_pass = array::noise_sources::differs_by_pass;

    layer_stream(const recurrent_options& chosen, std::size_t inputs) : hidden_{chosen.hidden}
    {
        detail::check_room("hidden units", chosen.hidden, Most.hidden);
        detail::check_room("layers", chosen.layers, Most.layers);
        for (std::size_t l = 0; l < chosen.layers; ++l)
        {
            levels_.push_back(level(layout{l == 0 ? inputs : hidden_, hidden_, weights()}));
        }
    }

    std::size_t weights() const noexcept { return levels_.empty() ? 0 : levels_.back().where().end() + array::noise_sources::parameters; }
    std::size_t outputs() const noexcept { return hidden_; }

    void program(const T* weights, const noise::moment& now)
    {
        for (std::size_t l = 0; l < levels_.size(); ++l)
        {
            levels_[l].program(weights, now.of_part(l));
        }
    }

    std::span<const T> step(std::span<const T> x, const noise::moment& now) noexcept
    {
        for (std::size_t l = 0; l < levels_.size(); ++l)
        {
            x = levels_[l].step(x, detail::keys_of_step(now.of_part(l)));
        }
        return x;
    }

    void reset() noexcept
    {
        for (auto& one : levels_)
        {
            one.reset();
        }
    }

    template <class F>
    void for_each_array(F&& f)
    {
        for (auto& one : levels_)
        {
            f(one.product);
        }
    }

private:
    struct no_gain_and_shift
    {
        void assign(std::size_t, T) noexcept {}
        static constexpr std::size_t size() noexcept { return 0; }
        static constexpr T* data() noexcept { return nullptr; }
    };

    using gain_and_shift = std::conditional_t<layout::normalized == 0, no_gain_and_shift, table<T, detail::room<Most>(normalization::parameters(Most.hidden))>>;

    class level
    {
    public:
        level() : level(layout{}) {}

        explicit level(const layout& where) : product{where.wires()}, where_{where}
        {
            fed_.assign(where.inputs + where.hidden, T{0});
            products_.assign(std::max(product.width(), (layout::products + noisy_count) * where.hidden), T{0});
            tape_.assign(Cell::h * where.hidden, T{0});
            h_.assign(where.hidden, T{0});
            normal_.assign(normalization::parameters(where.hidden), T{0});
        }

        const layout& where() const noexcept { return where_; }

        void program(const T* weights, const noise::moment& now)
        {
            product.noise().take_parameters(weights + where_.end());
            product.program([&](std::size_t k, std::size_t n) { return weights[where_.weight(k, where_.column_at(n))]; },
                            [&](std::size_t n) { return where_.bias(weights, where_.column_at(n)); }, now, detail::in_turn, [](const auto&) {});
            std::copy_n(weights + where_.normalization(), normal_.size(), normal_.data());
        }

        std::span<const T> step(std::span<const T> x, const row_keys& keys) noexcept
        {
            std::copy_n(h_.data(), where_.hidden, std::copy_n(x.data(), where_.inputs, fed_.data()));
            product.forward(detail::one_row(fed_.data(), fed_.size()), {}, detail::one_row(products_.data(), layout::products * where_.hidden), {}, keys);
            detail::carried_rows<Cell, const T> before;
            for (std::size_t i = 0; i < before.size(); ++i)
            {
                before[i] = i == 0 ? h_.data() : tape_.data() + Cell::carried[i] * where_.hidden;
            }
            const normalization normal(normal_.data(), where_.hidden, nullptr, nullptr);
            normal.forward_products(products_.data());
            detail::forward_cells<Cell, T>(product.noise(), keys[0], normal, where_.hidden, products_.data(), before, tape_.data(), h_.data(),
                                           products_.data() + layout::products * where_.hidden, nullptr);
            return {h_.data(), where_.hidden};
        }

        void reset() noexcept
        {
            std::ranges::fill(h_, T{0});
            std::ranges::fill(tape_, T{0});
        }

        array product;

    private:
        layout where_;
        table<T, detail::room<Most>(std::max(Inputs, Most.hidden) + Most.hidden)> fed_;  // [x, h] as it enters the product
        table<T, detail::room<Most>((layout::products + noisy_count) * Most.hidden)> products_;  // and the noisy rows of the cell
        table<T, detail::room<Most>((Cell::h + 1) * Most.hidden)> tape_;  // the cell's rows but h, carried ones among them
        table<T, detail::room<Most>(Most.hidden)> h_;
        [[no_unique_address]] gain_and_shift normal_;
    };

    std::size_t hidden_;
    table<level, Most.layers> levels_;
};

template <hardware Policies, class T, std::size_t Inputs, bounds Most>
class layer_stream<dense<Policies>, T, Inputs, Most>
{
public:
    static constexpr std::size_t most_outputs = Most.outputs;
    static constexpr bool differs_by_pass = product_sources<Policies>::differs_by_pass;

    layer_stream(const dense_options& chosen, std::size_t inputs)
        : inputs_{inputs}, outputs_{chosen.outputs}
    {
        detail::check_room("outputs", outputs_, Most.outputs);
        product_ = decltype(product_){wiring{inputs, 0, chosen.outputs, 0, 0}};
        fed_.assign(inputs_, T{0});
        y_.assign(product_.width(), T{0});
    }

    std::size_t weights() const noexcept { return outputs_ * (inputs_ + 1) + decltype(product_)::noise_sources::parameters; }
    std::size_t outputs() const noexcept { return outputs_; }

    void program(const T* weights, const noise::moment& now)
    {
        product_.noise().take_parameters(weights + outputs_ * (inputs_ + 1));
        product_.program([&](std::size_t k, std::size_t n) { return weights[n * inputs_ + k]; },
                         [&](std::size_t n) { return weights[outputs_ * inputs_ + n]; }, now, detail::in_turn, [](const auto&) {});
    }

    std::span<const T> step(std::span<const T> x, const noise::moment& now) noexcept
    {
        std::copy_n(x.data(), inputs_, fed_.data());
        product_.forward(detail::one_row(fed_.data(), inputs_), {}, detail::one_row(y_.data(), y_.size()), {}, detail::keys_of_step(now));
        return {y_.data(), outputs_};
    }

    void reset() noexcept {}

    template <class F>
    void for_each_array(F&& f)
    {
        f(product_);
    }

private:
    std::size_t inputs_, outputs_;
    memory_array<Policies, detail::packed_room<T, Most>(wiring{Inputs, 0, Most.outputs, 0, 0})> product_;
    table<T, Inputs> fed_;
    table<T, Most.outputs> y_;
};

//! The last step so far.
template <class T, std::size_t Inputs, bounds Most>
class layer_stream<last_step, T, Inputs, Most>
{
public:
    static constexpr std::size_t most_outputs = Inputs;
    static constexpr bool differs_by_pass = false;

    layer_stream(const last_step::options&, std::size_t inputs) : outputs_{inputs} {}

    std::size_t weights() const noexcept { return 0; }
    void program(const T*, const noise::moment&) noexcept {}
    std::size_t outputs() const noexcept { return outputs_; }
    std::span<const T> step(std::span<const T> x, const noise::moment&) noexcept { return x; }
    void reset() noexcept {}

    template <class F>
    void for_each_array(F&&) noexcept
    {
    }

private:
    std::size_t outputs_;
};

//! The mean over the steps so far.
template <class T, std::size_t Inputs, bounds Most>
class layer_stream<mean_over_time, T, Inputs, Most>
{
public:
    static constexpr std::size_t most_outputs = Inputs;
    static constexpr bool differs_by_pass = false;

    layer_stream(const mean_over_time::options&, std::size_t inputs)
    {
        sum_.assign(inputs, T{0});
        mean_.assign(inputs, T{0});
    }

    std::size_t weights() const noexcept { return 0; }
    void program(const T*, const noise::moment&) noexcept {}
    std::size_t outputs() const noexcept { return sum_.size(); }

    std::span<const T> step(std::span<const T> x, const noise::moment&) noexcept
    {
        ++steps_;
        for (std::size_t f = 0; f < sum_.size(); ++f)
        {
            sum_[f] += x[f];
            mean_[f] = sum_[f] / static_cast<T>(steps_);
        }
        return {mean_.data(), mean_.size()};
    }

    void reset() noexcept
    {
        std::ranges::fill(sum_, T{0});
        steps_ = 0;
    }

    template <class F>
    void for_each_array(F&&) noexcept
    {
    }

private:
    table<T, Inputs> sum_, mean_;
    std::size_t steps_ = 0;
};
}
