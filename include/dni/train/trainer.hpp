// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/core/workspace.hpp>
#include <dni/data/batch.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/batches.hpp>
#include <dni/eval/metrics.hpp>
#include <dni/layer/network.hpp>
#include <dni/loss/loss.hpp>
#include <dni/noise/schedule.hpp>
#include <dni/optim/clipping.hpp>
#include <dni/optim/optimizer.hpp>
#include <dni/optim/rate_schedule.hpp>
#include <dni/random/key.hpp>
#include <dni/train/history.hpp>
#include <dni/train/progress_bar.hpp>

namespace dni
{
//! @brief How a trainer fits a network.
struct fit_options
{
    std::size_t epochs = 10;
    std::size_t batch = 64;                //!< sequences in a step
    noise::any_schedule noise = {};        //!< level over training; default: as set in the network
    rate_schedule rate = {};               //!< factor of the optimizer's rate over training; default: constant
    double clip_norm = 0;                  //!< largest norm of the gradient; 0: none
    double clip_value = 0;                 //!< largest size of an element of the gradient; 0: none
    std::size_t truncate = 0;              //!< truncated back-propagation: steps in a chunk, whose state is carried on; 0: whole sequences
    double validation = 0;                 //!< fraction of the training data kept for validation; 0: none
    std::size_t validation_passes = 3;     //!< noisy passes a validation is the mean of, always at the final training level
    std::size_t patience = 0;              //!< epochs without a better validation until training stops; 0: never
    bool keep_best = false;                //!< end with the weights of the best validation
    dni::seed seed = {1};                  //!< order of the data, noise, dropout, augmentation
    bool progress = true;                  //!< a bar, if the standard error stream is a terminal
};

//! @brief Trains a network by gradient descent through its noise: deep noise injection.
//! @details A step: draw the noise level, run the batch forward with fresh noise, take the loss, go backward through the same noise, clip, let the
//!          optimizer change the weights. Everything random is a pure function of (seed, epoch, step, sample): the same seed gives the same bits
//!          on any number of threads.
//!          Callbacks are plain objects with any of these members: `augment(span<float> values, features, stream&)`, `on_step(net, step_record)`,
//!          `on_epoch(net, epoch_record)`; the latter two may return bool: true stops training. What a callback lacks costs nothing.
//! @source Qin and Vucinic 2018, arXiv 1807.06555
//! @verified tests/train/trainer_test.cpp, tests/reproducibility
template <class Network, optimizer Optimizer, class Loss>
class trainer
{
public:
    using T = typename Network::value_type;

    trainer(Network& net, Optimizer method, Loss loss)
        : net_{net}, optimizer_{std::move(method)}, loss_{std::move(loss)}, state_{optimizer_.template make_state<T>(net.parameters().size())}
    {
    }

    //! @brief Trains on a data set, a fraction of which may be kept for validation.
    //! @errors value_error for options or data that make no sense; shape_error where data and network do not fit; numeric_error when
    //!         the loss stops being finite: the message says where
    template <class... Callbacks>
    const dni::history& fit(const data::sequences& data, const fit_options& options, Callbacks&&... callbacks)
    {
        if (options.validation == 0)
        {
            return run(data, nullptr, options, callbacks...);
        }
        if (!(options.validation > 0 && options.validation < 1))
        {
            throw value_error("fit: validation", "a fraction in [0, 1)", number(options.validation));
        }
        const auto [kept, held_out] = data.split(1 - options.validation, options.seed);
        return run(kept, &held_out, options, callbacks...);
    }

    //! @brief Trains on a data set with another for validation.
    template <class... Callbacks>
    const dni::history& fit(const data::sequences& data, const data::sequences& validation, const fit_options& options, Callbacks&&... callbacks)
    {
        return run(data, &validation, options, callbacks...);
    }

    const dni::history& history() const noexcept { return history_; }

private:
    template <class... Callbacks>
    const dni::history& run(const data::sequences& data, const data::sequences* validation, const fit_options& options, Callbacks&&... callbacks)
    {
        check(data, validation, options);
        const key root{options.seed};
        const std::size_t batches = (data.size() + options.batch - 1) / options.batch;
        const std::size_t steps = batches * options.epochs;
        std::optional<evaluation_batches<T>> held_out;
        if (validation)
        {
            held_out.emplace(*validation);
        }
        progress_bar bar;
        const bool show = options.progress && on_terminal();
        history_ = {};
        double best = std::numeric_limits<double>::infinity();
        aligned_vector<T> best_weights;
        std::size_t without_gain = 0;
        std::size_t step = 0;
        for (std::size_t epoch = 1; epoch <= options.epochs; ++epoch)
        {
            const auto begin = std::chrono::steady_clock::now();
            const auto order = shuffled(data.size(), root.with(purpose::shuffling).with(epoch));
            epoch_record record{.epoch = epoch, .epochs = options.epochs};
            bool stop = false;
            for (std::size_t b = 0; b < batches && !stop; ++b)
            {
                const std::size_t first = b * options.batch;
                const auto chosen = std::span<const std::size_t>(order).subspan(first, std::min(options.batch, order.size() - first));
                batch_.fill(data, chosen,
                            [&]([[maybe_unused]] std::span<float> values, [[maybe_unused]] std::size_t features, std::uint64_t id)
                            {
                                stream random{root.with(purpose::augmentation).with(epoch).with(id)};
                                (augment(callbacks, values, features, random), ...);
                            });
                const double progress = static_cast<double>(step) / static_cast<double>(steps);
                ++step;
                step_record now{.step = step, .steps = steps, .epoch = epoch};
                now.noise_level = options.noise.apply(net_, progress, root.with(purpose::schedule).with(step));
                now.rate = optimizer_.rate * options.rate(progress);
                train_batch(options, root.with(purpose::training).with(step), now);
                record.train_loss += now.loss / static_cast<double>(batches);
                record.noise_level = now.noise_level;
                record.rate = now.rate;
                if (show)
                {
                    bar.on_step(net_, now);
                }
                stop = (after_step(callbacks, now) || ... || false);
            }
            if (held_out)
            {
                validate(*held_out, options, root.with(purpose::validation), record);
                const double score = std::isnan(record.validation_accuracy) ? record.validation_loss : -record.validation_accuracy;
                ++without_gain;
                if (score < best)
                {
                    best = score;
                    history_.best_epoch = epoch;
                    without_gain = 0;
                    if (options.keep_best)
                    {
                        const auto weights = std::as_const(net_).weights();
                        best_weights.assign(weights.begin(), weights.end());
                    }
                }
            }
            record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            history_.epochs.push_back(record);
            stop = (after_epoch(callbacks, record) || ... || false) || stop;
            history_.stopped_early = stop || (options.patience > 0 && without_gain >= options.patience);
            if (history_.stopped_early)
            {
                break;
            }
        }
        if (!best_weights.empty())
        {
            std::ranges::copy(best_weights, net_.weights().begin());
        }
        return history_;
    }

    void check(const data::sequences& data, const data::sequences* validation, const fit_options& options) const
    {
        if (options.epochs == 0 || options.batch == 0)
        {
            throw value_error("fit", "at least one epoch and one sequence in a batch",
                              std::to_string(options.epochs) + " epochs, batch " + std::to_string(options.batch));
        }
        if (data.size() == 0)
        {
            throw value_error("fit", "at least one sequence to train on", "none");
        }
        if (!validation && (options.patience > 0 || options.keep_best))
        {
            throw value_error("fit", "validation data, which patience and keep_best look at", "none");
        }
        if (validation && options.validation_passes == 0)
        {
            throw value_error("fit: validation_passes", "at least one pass", "0");
        }
        if (!(options.clip_norm >= 0) || !(options.clip_value >= 0))
        {
            throw value_error("fit: clipping", "bounds >= 0", number(options.clip_norm) + " and " + number(options.clip_value));
        }
        if (options.truncate > 0 && data.per == data::per::sequence)
        {
            throw value_error("fit: truncate", "labels or targets for each step", "labels or targets for each sequence");
        }
        optimizer_.check();
        data.check();
        if (validation)
        {
            validation->check();
        }
    }

    static std::vector<std::size_t> shuffled(std::size_t count, key k)
    {
        std::vector<std::size_t> order(count);
        std::iota(order.begin(), order.end(), std::size_t{0});
        stream random{k};
        shuffle(std::span<std::size_t>(order), random);
        return order;
    }

    void train_batch(const fit_options& options, key pass, step_record& now)
    {
        if (options.truncate == 0)
        {
            now.loss = train_part(batch_, pass, nullptr, options, now);
            return;
        }
        recurrent_state<T> state;
        double rows = 0;
        for (std::size_t first = 0; first < batch_.shape.steps(); first += options.truncate)
        {
            part_ = batch_.steps(first, options.truncate);
            const double weight = static_cast<double>(part_.shape.rows());
            now.loss += weight * train_part(part_, pass, &state, options, now);
            rows += weight;
        }
        now.loss /= rows;
    }

    double train_part(const data::batch<T>& part, key pass, recurrent_state<T>* state, const fit_options& options, step_record& now)
    {
        const auto outputs = net_.forward(part, pass, state);
        const auto d_outputs = d_outputs_.resize(outputs.rows, outputs.columns);
        const double loss = loss_(outputs, part, d_outputs);
        if (!std::isfinite(loss))
        {
            explain_non_finite(part, now);
        }
        net_.backward(d_outputs);
        const auto gradient = net_.gradient();
        if (options.clip_value > 0)
        {
            clip_by_value(gradient, options.clip_value);
        }
        now.gradient_norm = clip_by_norm(gradient, options.clip_norm > 0 ? options.clip_norm : std::numeric_limits<double>::infinity());
        optimizer_.step(net_.weights(), std::span<const T>(gradient), state_, now.rate);
        return loss;
    }

    // The time loop checks nothing; what went wrong is found afterwards in the activations it left.
    [[noreturn]] void explain_non_finite(const data::batch<T>& part, const step_record& now) const
    {
        std::string where;
        const auto scan = [&](const std::string& name, matrix_view<const T> values)
        {
            for (std::size_t s = 0; where.empty() && s < part.shape.steps(); ++s)
            {
                const bool per_step = values.rows == part.shape.rows();
                for (std::size_t b = 0; b < part.shape.active(s); ++b)
                {
                    const auto row = values.row(per_step ? part.shape.row(s, b) : b);
                    if (!std::ranges::all_of(row, [](T v) { return std::isfinite(v); }))
                    {
                        where = name + (per_step ? ", step " + std::to_string(part.shape.first_step() + s) : "") + ", sample "
                                + std::to_string(part.shape.id(b));
                        return;
                    }
                }
            }
        };
        scan("the input", part.values.view());
        std::as_const(net_).for_each_layer(
            [&](std::size_t i, const auto& layer)
            {
                const std::string name = "layer " + std::to_string(i) + " (" + layer.name() + ")";
                if constexpr (requires { layer.for_each_inner_output(scan); })
                {
                    layer.for_each_inner_output([&](const std::string& inner, matrix_view<const T> values) { scan(name + ", " + inner, values); });
                }
                scan(name, net_.activation(i));
            });
        throw numeric_error("fit: epoch " + std::to_string(now.epoch) + ", step " + std::to_string(now.step), "a finite loss",
                            where.empty() ? "a loss that is not finite from finite outputs" : "the first value that is not finite in " + where);
    }

    void validate(evaluation_batches<T>& held_out, const fit_options& options, key root, epoch_record& record)
    {
        double loss = 0;
        double owners = 0;
        std::size_t right = 0;
        bool labelled = true;
        for (std::size_t pass = 0; pass < options.validation_passes; ++pass)
        {
            const key k = root.with(pass);
            options.noise.apply(net_, 1.0, k);
            for (const auto& batch : held_out)
            {
                const auto outputs = net_.infer(batch, k);
                const double weight = static_cast<double>(batch.owners());
                loss += weight * loss_(outputs, batch, d_outputs_.resize(outputs.rows, outputs.columns));
                owners += weight;
                labelled = labelled && !batch.labels.empty();
                right += labelled ? count_correct(outputs, std::span<const std::int32_t>(batch.labels)) : 0;
            }
        }
        record.validation_loss = loss / owners;
        if (labelled)
        {
            record.validation_accuracy = static_cast<double>(right) / owners;
        }
    }

    template <class Callback>
    static void augment(Callback& callback, std::span<float> values, std::size_t features, stream& random)
    {
        if constexpr (requires { callback.augment(values, features, random); })
        {
            callback.augment(values, features, random);
        }
    }

    template <class Callback>
    bool after_step(Callback& callback, const step_record& record)
    {
        if constexpr (requires { { callback.on_step(net_, record) } -> std::convertible_to<bool>; })
        {
            return callback.on_step(net_, record);
        }
        else if constexpr (requires { callback.on_step(net_, record); })
        {
            callback.on_step(net_, record);
        }
        return false;
    }

    template <class Callback>
    bool after_epoch(Callback& callback, const epoch_record& record)
    {
        if constexpr (requires { { callback.on_epoch(net_, record) } -> std::convertible_to<bool>; })
        {
            return callback.on_epoch(net_, record);
        }
        else if constexpr (requires { callback.on_epoch(net_, record); })
        {
            callback.on_epoch(net_, record);
        }
        return false;
    }

    Network& net_;
    Optimizer optimizer_;
    Loss loss_;
    typename Optimizer::template state<T> state_;
    dni::history history_;
    data::batch<T> batch_;
    data::batch<T> part_;
    workspace_matrix<T> d_outputs_;
};
}
