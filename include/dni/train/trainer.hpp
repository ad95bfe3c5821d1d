// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <dni/core/differences.hpp>
#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/core/workspace.hpp>
#include <dni/data/batch.hpp>
#include <dni/data/fingerprint.hpp>
#include <dni/data/sequences.hpp>
#include <dni/eval/predict.hpp>
#include <dni/layer/pass_context.hpp>
#include <dni/loss/loss.hpp>
#include <dni/noise/chip.hpp>
#include <dni/optim/clipping.hpp>
#include <dni/optim/optimizer.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>
#include <dni/train/callback.hpp>
#include <dni/train/fit_options.hpp>
#include <dni/train/history.hpp>
#include <dni/train/non_finite.hpp>
#include <dni/train/progress_bar.hpp>
#include <dni/train/training_state.hpp>
#include <dni/train/validation.hpp>

namespace dni
{
//! @brief Trains a network by gradient descent through its noise: deep noise injection.
//! @details A step: draw the noise level, run the batch forward with fresh noise (and on a new chip, if so wanted), take the loss, go backward through the same noise, clip, let the
//!          optimizer change the weights; of chunks, one after the other. Everything random is a pure function of (seed, epoch, step, sample): the same seed
//!          gives the same bits on any number of threads. Afterwards the network has the level of the last step. A second fit goes on with the optimizer's
//!          state of the first.
//!          Callbacks are plain objects with any of these members: `augment(span<float> values, features, stream&)`, `on_step(net, step_record)`,
//!          `on_epoch(net, epoch_record)`, `on_state(net, training_state)`; on_step and on_epoch may return bool: true stops training.
//! @source Qin and Vucinic 2018, arXiv 1807.06555
//! @verified tests/train/trainer_test.cpp, tests/train/validation_test.cpp, tests/reproducibility
template <class Network, optimizer Optimizer, loss_function<typename Network::value_type> Loss>
class trainer
{
public:
    using T = typename Network::value_type;
    using state_type = training_state<T, typename Optimizer::template state<T>>;

    trainer(Network& net, Optimizer method, Loss loss)
        : net_{net}, optimizer_{std::move(method)}, loss_{std::move(loss)}, state_{optimizer_.template make_state<T>(net.parameters().size())}
    {
    }

    Network& network() const noexcept { return net_; }

    //! @brief Where the training stands.
    const state_type& state() const noexcept { return state_; }

    //! @brief The next fit goes on from this state, which some trainer had at the end of an epoch, with the weights the network had then: weights and
    //!        history end as if there had been no interruption.
    //! @errors shape_error for a state of another network; later from fit value_error for other options or data than those the state belongs to
    void resume(state_type state)
    {
        if (!state.best_weights.empty() && state.best_weights.size() != net_.parameters().size())
        {
            throw shape_error("trainer::resume", std::to_string(net_.parameters().size()) + " weights", std::to_string(state.best_weights.size()));
        }
        state_ = std::move(state);
        resumed_ = true;
    }

    //! @brief Trains on a data set, a fraction of which may be kept for validation.
    //! @errors value_error for options or data that make no sense; shape_error where data and network do not fit; numeric_error when loss or gradient stop
    //!         being finite: the message says where (a sample by its index in the part trained on), the weights are those before that step, history() has
    //!         the epochs before
    template <training_callback<Network, state_type>... Callbacks>
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
    template <training_callback<Network, state_type>... Callbacks>
    const dni::history& fit(const data::sequences& data, const data::sequences& held_out, const fit_options& options, Callbacks&&... callbacks)
    {
        if (options.validation != 0)
        {
            throw value_error("fit: validation", "0 where validation data are given", number(options.validation));
        }
        return run(data, &held_out, options, callbacks...);
    }

    const dni::history& history() const noexcept { return state_.history; }

private:
    template <class... Callbacks>
    const dni::history& run(const data::sequences& data, const data::sequences* held_out, const fit_options& options, Callbacks&... callbacks)
    {
        check(data, held_out, options);
        begin_run(job_in_words(data, held_out, options));
        const key root{options.seed};
        std::optional<dni::validation<Network>> judge;
        if (held_out)
        {
            judge.emplace(net_, *held_out, options.noise, options.new_chips, options.validation_passes, root.with(purpose::validation));
        }
        std::optional<progress_bar> bar;
        if (options.progress)
        {
            bar.emplace();
        }
        const std::size_t batch = std::min(options.batch, data.size());
        const std::size_t steps_of_epoch = (data.size() + batch - 1) / batch;
        const std::size_t steps = steps_of_epoch * options.epochs;
        check_position(steps_of_epoch);
        auto& past = state_.history;
        for (std::size_t epoch = past.epochs.size() + 1; epoch <= options.epochs && !past.stopped_early; ++epoch)
        {
            bool stop = false;
            const auto begin = std::chrono::steady_clock::now();
            const auto order = shuffled(data.size(), root.with(purpose::shuffling).with(epoch));
            epoch_record record{.epoch = epoch, .epochs = options.epochs};
            std::size_t step = (epoch - 1) * steps_of_epoch + state_.epoch_steps;
            for (std::size_t first = state_.epoch_steps * batch; first < order.size() && !stop; first += batch)
            {
                step_record now{.step = ++step, .steps = steps, .epoch = epoch};
                take_step(data, std::span(order).subspan(first, std::min(batch, order.size() - first)), options, now, callbacks...);
                state_.epoch_loss += now.loss;
                ++state_.epoch_steps;
                record.noise_level = now.noise_level;
                record.rate = now.rate;
                if (bar)
                {
                    bar->on_step(net_, now);
                }
                ((stop = detail::after_step(callbacks, net_, now) || stop), ...);
                if (options.keep_every > 0 && step % options.keep_every == 0 && state_.epoch_steps < steps_of_epoch && !stop)
                {
                    (detail::keep_state(callbacks, std::as_const(net_), std::as_const(state_)), ...);
                }
            }
            record.train_loss = state_.epoch_loss / static_cast<double>(state_.epoch_steps);
            state_.epoch_steps = 0;
            state_.epoch_loss = 0;
            if (bar)
            {
                bar->clear();  // callbacks may write
            }
            if (judge)
            {
                const auto score = judge->measure(loss_, "fit: validation after epoch " + std::to_string(epoch));
                record.validation_loss = score.loss;
                record.validation_accuracy = score.accuracy;
                if (score.better_than(state_.best))
                {
                    state_.best = score;
                    past.best_epoch = epoch;
                    if (options.keep_best)
                    {
                        const auto weights = std::as_const(net_).weights();
                        state_.best_weights.assign(weights.begin(), weights.end());
                    }
                }
            }
            record.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            past.epochs.push_back(record);
            ((stop = detail::after_epoch(callbacks, net_, record) || stop), ...);
            stop = stop || (options.patience > 0 && epoch - past.best_epoch >= options.patience);
            past.stopped_early = stop && step < steps;
            (detail::keep_state(callbacks, std::as_const(net_), std::as_const(state_)), ...);
        }
        if (!state_.best_weights.empty())
        {
            std::ranges::copy(state_.best_weights, net_.weights().begin());
        }
        return past;
    }

    //! All that decides what comes of a run, but for the code of callbacks.
    std::map<std::string, std::string> job_in_words(const data::sequences& data, const data::sequences* held_out, const fit_options& options) const
    {
        auto job = dni::in_words(options);
        const auto add_description = [&](const std::string& name, const auto& of)
        {
            if constexpr (requires { of.describe(); })
            {
                job[name] = of.describe();
            }
        };
        add_description("optimizer", optimizer_);
        add_description("loss", loss_);
        net_.for_each_layer(
            [&](std::size_t i, const auto& layer)
            {
                if constexpr (requires { layer.chosen().dropout; })
                {
                    job["dropout of layer " + std::to_string(i)] = exact_number(layer.chosen().dropout);
                }
            });
        const auto print = [](const data::sequences& set)
        { return std::to_string(set.size()) + " sequences with fingerprint " + std::to_string(data::fingerprint(set)); };
        job["training data"] = print(data);
        job["validation data"] = held_out ? print(*held_out) : "none";
        return job;
    }

    //! A run of its own, or, once resumed, the same run as before.
    void begin_run(std::map<std::string, std::string>&& job)
    {
        if (resumed_)
        {
            differences found;
            found.compare(state_.job, job);
            found.refuse("fit: resume", "the options and data of the run that is gone on with");
            resumed_ = false;
            return;
        }
        state_ = {.optimizer = std::move(state_.optimizer), .job = std::move(job)};
    }

    //! A state from a file may say anything.
    void check_position(std::size_t steps_of_epoch) const
    {
        if (state_.epoch_steps >= steps_of_epoch)
        {
            throw value_error("fit: resume", "less than the " + std::to_string(steps_of_epoch) + " steps of an epoch done of it",
                              std::to_string(state_.epoch_steps));
        }
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
        const on_chip there(net_, options.new_chips ? chip{root.with(purpose::chip).with(now.step).value()} : net_.chip());
        train_batch(options, root.with(purpose::training).with(now.step), now);
    }

    //! The network on another chip, and at the end back on its own.
    class on_chip
    {
    public:
        on_chip(Network& net, chip other) : net_{net}, own_{net.chip()} { net.chip(other); }
        on_chip(const on_chip&) = delete;
        on_chip& operator=(const on_chip&) = delete;
        ~on_chip() { net_.chip(own_); }

    private:
        Network& net_;
        chip own_;
    };

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
        if (options.new_chips)
        {
            detail::check_differs_by_chip(net_, "fit: new_chips");
        }
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
        if constexpr (requires { optimizer_.step(net_.weights(), std::span<const T>(gradient), state_.optimizer, now.rate, net_.parameters()); })
        {
            optimizer_.step(net_.weights(), std::span<const T>(gradient), state_.optimizer, now.rate, net_.parameters());
        }
        else
        {
            optimizer_.step(net_.weights(), std::span<const T>(gradient), state_.optimizer, now.rate);
        }
        net_.follow();
        return loss;
    }

    static std::string in_words(const step_record& now)
    {
        return "fit: epoch " + std::to_string(now.epoch) + ", training step " + std::to_string(now.step);
    }

    Network& net_;
    Optimizer optimizer_;
    Loss loss_;
    state_type state_;
    bool resumed_ = false;
    data::batch<T> batch_;
    workspace_matrix<T> d_outputs_;
};
}
