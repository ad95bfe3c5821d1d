// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/core/workspace.hpp>
#include <dni/data/batch.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/predict.hpp>
#include <dni/layer/pass_context.hpp>
#include <dni/loss/loss.hpp>
#include <dni/noise/schedule.hpp>
#include <dni/optim/clipping.hpp>
#include <dni/optim/optimizer.hpp>
#include <dni/optim/rate_schedule.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>
#include <dni/train/callback.hpp>
#include <dni/train/history.hpp>
#include <dni/train/non_finite.hpp>
#include <dni/train/progress_bar.hpp>
#include <dni/train/validation.hpp>

namespace dni
{
//! @brief How a trainer fits a network.
//! @details Noise and rate follow one progress: steps done over steps planned, 0 for the first step.
struct fit_options
{
    std::size_t epochs = 10;
    std::size_t batch = 64;             //!< sequences in a step
    noise::any_schedule noise = {};     //!< level over training; default: as set in the network
    rate_schedule rate = {};            //!< factor of the optimizer's rate over training; default: constant
    double clip_norm = 0;               //!< largest norm of the gradient; 0: any
    double clip_value = 0;              //!< largest size of an element of the gradient, after clipping by norm; 0: any
    std::size_t truncate = 0;           //!< truncated back-propagation: steps in a chunk, whose state is carried on; 0: whole sequences
    double validation = 0;              //!< fraction of the training data kept for validation, chosen by the seed; 0: none
    std::size_t validation_passes = 3;  //!< noisy passes a validation is the mean of, always at the final training level
    std::size_t patience = 0;           //!< epochs without a better validation until training stops; 0: never
    bool keep_best = false;             //!< end with the weights of the best validation, the first of equals
    dni::seed seed = {1};               //!< order of the data, noise, dropout, augmentation
    bool progress = true;               //!< a bar, if the standard error stream is a terminal
};

//! @brief Trains a network by gradient descent through its noise: deep noise injection.
//! @details A step: draw the noise level, run the batch forward with fresh noise, take the loss, go backward through the same noise, clip, let the
//!          optimizer change the weights; of chunks, one after the other. Everything random is a pure function of (seed, epoch, step, sample): the same seed
//!          gives the same bits on any number of threads. Afterwards the network has the level of the last step. A second fit goes on with the optimizer's
//!          state of the first.
//!          Callbacks are plain objects with any of these members: `augment(span<float> values, features, stream&)`, `on_step(net, step_record)`,
//!          `on_epoch(net, epoch_record)`; the latter two may return bool: true stops training.
//! @source Qin and Vucinic 2018, arXiv 1807.06555
//! @verified tests/train/trainer_test.cpp, tests/reproducibility
template <class Network, optimizer Optimizer, loss_function<typename Network::value_type> Loss>
class trainer
{
public:
    using T = typename Network::value_type;

    trainer(Network& net, Optimizer method, Loss loss)
        : net_{net}, optimizer_{std::move(method)}, loss_{std::move(loss)}, state_{optimizer_.template make_state<T>(net.parameters().size())}
    {
    }

    //! @brief Trains on a data set, a fraction of which may be kept for validation.
    //! @errors value_error for options or data that make no sense; shape_error where data and network do not fit; numeric_error when loss or gradient stop
    //!         being finite: the message says where (a sample by its index in the part trained on), the weights are those before that step, history() has
    //!         the epochs before
    template <training_callback<Network>... Callbacks>
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
    //! @errors as above
    template <training_callback<Network>... Callbacks>
    const dni::history& fit(const data::sequences& data, const data::sequences& held_out, const fit_options& options, Callbacks&&... callbacks)
    {
        if (options.validation != 0)
        {
            throw value_error("fit: validation", "0 where validation data are given", number(options.validation));
        }
        return run(data, &held_out, options, callbacks...);
    }

    const dni::history& history() const noexcept { return history_; }

private:
    template <class... Callbacks>
    const dni::history& run(const data::sequences& data, const data::sequences* held_out, const fit_options& options, Callbacks&... callbacks)
    {
        check(data, held_out, options);
        history_ = {};
        const key root{options.seed};
        std::optional<dni::validation<Network>> judge;
        if (held_out)
        {
            judge.emplace(net_, *held_out, options.noise, options.validation_passes, root.with(purpose::validation));
        }
        std::optional<progress_bar> bar;
        if (options.progress)
        {
            bar.emplace();
        }
        const std::size_t batch = std::min(options.batch, data.size());
        const std::size_t steps = (data.size() + batch - 1) / batch * options.epochs;
        std::size_t step = 0;
        bool stop = false;
        validation_score best{std::numeric_limits<double>::infinity(), -1};
        aligned_vector<T> best_weights;
        for (std::size_t epoch = 1; epoch <= options.epochs && !stop; ++epoch)
        {
            const auto begin = std::chrono::steady_clock::now();
            const auto order = shuffled(data.size(), root.with(purpose::shuffling).with(epoch));
            epoch_record record{.epoch = epoch, .epochs = options.epochs};
            const std::size_t before = step;
            for (std::size_t first = 0; first < order.size() && !stop; first += batch)
            {
                step_record now{.step = ++step, .steps = steps, .epoch = epoch};
                take_step(data, std::span(order).subspan(first, std::min(batch, order.size() - first)), options, now, callbacks...);
                record.train_loss += now.loss;
                record.noise_level = now.noise_level;
                record.rate = now.rate;
                if (bar)
                {
                    bar->on_step(net_, now);
                }
                ((stop = detail::after_step(callbacks, net_, now) || stop), ...);
            }
            record.train_loss /= static_cast<double>(step - before);
            if (bar)
            {
                bar->clear();  // callbacks may write
            }
            if (judge)
            {
                const auto score = judge->measure(loss_, "fit: validation after epoch " + std::to_string(epoch));
                record.validation_loss = score.loss;
                record.validation_accuracy = score.accuracy;
                if (score.better_than(best))
                {
                    best = score;
                    history_.best_epoch = epoch;
                    if (options.keep_best)
                    {
                        const auto weights = std::as_const(net_).weights();
                        best_weights.assign(weights.begin(), weights.end());
                    }
                }
            }
            record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            history_.epochs.push_back(record);
            ((stop = detail::after_epoch(callbacks, net_, record) || stop), ...);
            stop = stop || (options.patience > 0 && epoch - history_.best_epoch >= options.patience);
        }
        history_.stopped_early = step < steps;
        if (!best_weights.empty())
        {
            std::ranges::copy(best_weights, net_.weights().begin());
        }
        return history_;
    }

    //! Fills the batch, draws the level, trains; what comes of it goes to `now`, which knows step and epoch.
    template <class... Callbacks>
    void take_step(const data::sequences& data, std::span<const std::size_t> chosen, const fit_options& options, step_record& now, Callbacks&... callbacks)
    {
        const key root{options.seed};
        batch_.fill(data, chosen,
                    [&]([[maybe_unused]] std::span<float> values, [[maybe_unused]] std::size_t features, std::uint64_t id)
                    {
                        stream random{root.with(purpose::augmentation).with(now.epoch).with(id)};
                        (detail::augment(callbacks, values, features, random), ...);
                    });
        const double progress = static_cast<double>(now.step - 1) / static_cast<double>(now.steps);
        now.noise_level = options.noise.apply(net_, progress, root.with(purpose::schedule).with(now.step));
        now.rate = optimizer_.rate * options.rate(progress);
        train_batch(options, root.with(purpose::training).with(now.step), now);
    }

    void check(const data::sequences& data, const data::sequences* held_out, const fit_options& options) const
    {
        if (options.epochs == 0 || options.batch == 0)
        {
            throw value_error("fit", "at least one epoch and one sequence in a batch",
                              std::to_string(options.epochs) + " epochs, batch " + std::to_string(options.batch));
        }
        if (!held_out && (options.patience > 0 || options.keep_best))
        {
            throw value_error("fit", "validation data, which patience and keep_best look at", "none");
        }
        if (held_out && options.validation_passes == 0)
        {
            throw value_error("fit: validation_passes", "at least one", "0");
        }
        detail::check_bound("fit: clip_norm", options.clip_norm);
        detail::check_bound("fit: clip_value", options.clip_value);
        optimizer_.check();
        if (options.truncate > 0)
        {
            check_truncation(data);
        }
        check_data(data, "fit: training data");
        if (held_out)
        {
            check_data(*held_out, "fit: validation data");
        }
    }

    void check_truncation(const data::sequences& data) const
    {
        if (data.per == data::per::sequence)
        {
            throw value_error("fit: truncate", "labels or targets for each step", "labels or targets for each sequence");
        }
        net_.for_each_layer(
            []<class Layer>(std::size_t, [[maybe_unused]] const Layer& layer)
            {
                if constexpr (requires { requires Layer::reads_ahead; })
                {
                    throw value_error("fit: truncate", "layers that read forward in time", "a " + layer.name());
                }
            });
    }

    void check_data(const data::sequences& data, const std::string& where) const
    {
        if (data.size() == 0)
        {
            throw value_error(where, "at least one sequence", "none");
        }
        if (data.features() != net_.inputs())
        {
            throw shape_error(where, std::to_string(net_.inputs()) + " features, as the network has inputs", std::to_string(data.features()));
        }
        if (!data.labels.empty() || data.targets.size() > 0)
        {
            detail::check_owners<Network>(data, where);
        }
        data.check(detail::has_labels_alone(data) ? net_.outputs() : 0);
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
        for (std::size_t first = 0; first < batch_.shape.steps(); first += std::min(options.truncate, batch_.shape.steps()))
        {
            const auto part = batch_.steps(first, options.truncate);
            const double share = static_cast<double>(part.shape.rows()) / static_cast<double>(batch_.shape.rows());
            now.loss += share * train_part(part, pass, &state, options, now);
        }
    }

    double train_part(const data::batch<T>& part, key pass, recurrent_state<T>* state, const fit_options& options, step_record& now)
    {
        const auto outputs = net_.forward(part, pass, state);
        const auto d_outputs = d_outputs_.resize(outputs.rows, outputs.columns);
        const double loss = loss_(outputs, part, d_outputs);
        if (!std::isfinite(loss))
        {
            throw_not_finite(in_words(now), loss, net_, part);
        }
        net_.backward(d_outputs);
        const auto gradient = net_.gradient();
        const double norm = clip_by_norm(gradient, options.clip_norm > 0 ? options.clip_norm : std::numeric_limits<double>::infinity());
        if (!std::isfinite(norm))
        {
            throw numeric_error(in_words(now), "a finite gradient",
                                "a norm of " + number(norm) + ", first in " + first_non_finite(net_.parameters(), std::span<const T>(gradient)));
        }
        if (options.clip_value > 0)
        {
            clip_by_value(gradient, options.clip_value);
        }
        now.gradient_norm = std::max(now.gradient_norm, norm);
        optimizer_.step(net_.weights(), std::span<const T>(gradient), state_, now.rate);
        return loss;
    }

    static std::string in_words(const step_record& now)
    {
        return "fit: epoch " + std::to_string(now.epoch) + ", training step " + std::to_string(now.step);
    }

    Network& net_;
    Optimizer optimizer_;
    Loss loss_;
    typename Optimizer::template state<T> state_;
    dni::history history_;
    data::batch<T> batch_;
    workspace_matrix<T> d_outputs_;
};
}
