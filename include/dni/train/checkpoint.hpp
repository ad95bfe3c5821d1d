// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <dni/core/differences.hpp>
#include <dni/core/error.hpp>
#include <dni/core/shape.hpp>
#include <dni/core/workspace.hpp>
#include <dni/io/atomic_file.hpp>
#include <dni/io/named_tensor.hpp>
#include <dni/io/number_type.hpp>
#include <dni/io/safetensors.hpp>
#include <dni/layer/stored_network.hpp>
#include <dni/train/history.hpp>
#include <dni/train/training_state.hpp>

namespace dni
{
//! @brief What an optimizer keeps can be stored: for_each_part(state, f) calls f(name, part) for its vectors and its integers.
template <class OptimizerState>
concept storable = requires(OptimizerState& state) { OptimizerState::for_each_part(state, [](const char*, auto&) {}); };

namespace detail
{
// What the names of all tensors and texts begin with that are not the network's.
inline constexpr std::string_view of_training = "training ";

inline constexpr std::array epoch_columns{&epoch_record::train_loss,  &epoch_record::validation_loss, &epoch_record::validation_accuracy,
                                          &epoch_record::noise_level, &epoch_record::rate,            &epoch_record::seconds};

// f(name, part) for the numbers and the vectors of numbers in a state. The epochs and the job have forms of their own.
template <class State>
void for_each_training_part(State& state, auto&& f)
{
    using optimizer_state = std::remove_cvref_t<decltype(state.optimizer)>;
    optimizer_state::for_each_part(state.optimizer, [&](const std::string& name, auto& part) { f("optimizer " + name, part); });
    f("epoch steps", state.epoch_steps);
    f("epoch loss", state.epoch_loss);
    f("best epoch", state.history.best_epoch);
    f("stopped early", state.history.stopped_early);
    f("best loss", state.best.loss);
    f("best accuracy", state.best.accuracy);
    if (!state.best_weights.empty())
    {
        f("best weights", state.best_weights);
    }
}

template <class T>
io::named_tensor training_tensor(const std::string& name, std::vector<std::size_t> shape, std::span<const T> values)
{
    return io::named_tensor::of(std::string(of_training) + name, std::move(shape), values);
}

template <class State>
void store_training(const State& state, io::named_tensors& to)
{
    for_each_training_part(state,
                           [&]<class Part>(const std::string& name, const Part& part)
                           {
                               if constexpr (std::is_arithmetic_v<Part>)
                               {
                                   to.tensors.push_back(training_tensor<Part>(name, {}, std::span(&part, 1)));
                               }
                               else
                               {
                                   to.tensors.push_back(training_tensor<typename Part::value_type>(name, {part.size()}, part));
                               }
                           });
    std::vector<std::uint64_t> planned;
    std::vector<double> table;
    for (const auto& epoch : state.history.epochs)
    {
        planned.push_back(epoch.epochs);
        std::ranges::transform(epoch_columns, std::back_inserter(table), [&](auto column) { return epoch.*column; });
    }
    to.tensors.push_back(training_tensor<std::uint64_t>("epochs planned", {planned.size()}, planned));
    to.tensors.push_back(training_tensor<double>("epochs", {planned.size(), epoch_columns.size()}, table));
    for (const auto& [name, text] : state.job)
    {
        to.metadata[std::string(of_training) + name] = text;
    }
}

template <class Network, class State>
io::named_tensors stored_checkpoint(const Network& net, const State& state)
{
    auto stored = store(net);
    store_training(state, stored);
    return stored;
}

// What was stored of a training, taken out of the network's tensors and texts.
class stored_training
{
public:
    explicit stored_training(io::named_tensors& from)
    {
        std::erase_if(from.tensors,
                      [&](io::named_tensor& one)
                      {
                          const bool ours = one.name.starts_with(of_training);
                          if (ours)
                          {
                              tensors_.emplace(one.name.substr(of_training.size()), one);
                          }
                          return ours;
                      });
        for (const auto& [name, text] : from.metadata)
        {
            if (name.starts_with(of_training))
            {
                job_.emplace(name.substr(of_training.size()), text);
            }
        }
    }

    //! @param state in: one of the same trainer, which has the sizes
    //! @errors value_error with all that does not fit
    template <class State>
    void restore(State& state, std::size_t weights, const std::string& where)
    {
        differences found;
        state.best_weights.resize(tensors_.contains("best weights") ? weights : 0);
        for_each_training_part(state,
                               [&]<class Part>(const std::string& name, Part& part)
                               {
                                   if constexpr (std::is_arithmetic_v<Part>)
                                   {
                                       const auto values = take<Part>(name, {}, found);
                                       part = values.empty() ? Part{} : static_cast<Part>(values.front());
                                   }
                                   else
                                   {
                                       const auto values = take<typename Part::value_type>(name, {part.size()}, found);
                                       part.assign(values.begin(), values.end());
                                   }
                               });
        restore_epochs(state.history, found);
        for (const auto& [name, one] : tensors_)
        {
            found.add(std::string(of_training) + name, "none", in_words(one.type, one.shape));
        }
        found.refuse(where, "a checkpoint of this trainer");
        state.job = std::move(job_);
    }

private:
    static std::string in_words(io::number_type type, std::span<const std::size_t> shape) { return io::name_of(type) + " " + describe_shape(shape); }

    // The numbers of a tensor, a bool as an integer.
    template <class T>
    auto take(const std::string& name, const std::vector<std::size_t>& shape, differences& found)
    {
        using number = std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>;
        const auto node = tensors_.extract(name);
        if (node.empty() || node.mapped().type != io::number_type_of<T>() || node.mapped().shape != shape)
        {
            found.add(std::string(of_training) + name, in_words(io::number_type_of<T>(), shape),
                      node.empty() ? "none" : in_words(node.mapped().type, node.mapped().shape));
            return std::vector<number>{};
        }
        return node.mapped().template values<number>();
    }

    void restore_epochs(history& past, differences& found)
    {
        const auto at = tensors_.find("epochs");
        const std::size_t count = at == tensors_.end() || at->second.shape.empty() ? 0 : at->second.shape.front();
        const auto table = take<double>("epochs", {count, epoch_columns.size()}, found);
        const auto planned = take<std::uint64_t>("epochs planned", {count}, found);
        past.epochs.clear();
        for (std::size_t e = 0; e < std::min(planned.size(), table.size() / epoch_columns.size()); ++e)
        {
            auto& epoch = past.epochs.emplace_back(epoch_record{.epoch = e + 1, .epochs = planned[e]});
            for (std::size_t c = 0; c < epoch_columns.size(); ++c)
            {
                epoch.*epoch_columns[c] = table[e * epoch_columns.size() + c];
            }
        }
        if (past.best_epoch > past.epochs.size())
        {
            found.add(std::string(of_training) + "best epoch", "one of " + std::to_string(past.epochs.size()), std::to_string(past.best_epoch));
        }
    }

    std::map<std::string, io::named_tensor> tensors_;
    std::map<std::string, std::string> job_;
};
}

//! @brief A callback of a trainer that writes after each epoch, and after each fit_options::keep_every steps, all that is needed to go on: network, levels,
//!        optimizer, history, position in the epoch, the best weights so far, and what the run is (options and data in words).
//! @details trainer.fit(data, options, checkpoint("run.checkpoint")); after a kill: resume(trainer, "run.checkpoint") before the same fit. The file is
//!          replaced as a whole, and the one before is kept as `path`.previous. Its format is safetensors; the network's part is that of save_model.
//! @errors value_error from fit where the file cannot be written, which leaves the old one intact
//! @verified tests/train/checkpoint_test.cpp, tests/kill
class checkpoint
{
public:
    //! @param notes more texts for the metadata
    explicit checkpoint(std::filesystem::path path, std::map<std::string, std::string> notes = {}) : path_{std::move(path)}, notes_{std::move(notes)} {}

    template <class Network, class T, storable OptimizerState>
    void on_state(const Network& net, const training_state<T, OptimizerState>& state) const
    {
        auto stored = detail::stored_checkpoint(net, state);
        stored.metadata.insert(notes_.begin(), notes_.end());
        auto previous = path_;
        previous += ".previous";
        io::write_file_atomically(path_, io::format_safetensors(stored), previous);
    }

private:
    std::filesystem::path path_;
    std::map<std::string, std::string> notes_;
};

//! @brief The next fit of the trainer goes on where a checkpoint was written: same bits of weights and history (but for its seconds) as without the
//!        interruption. All is taken or nothing has changed.
//! @param where what messages begin with, as the name of the file
//! @return the metadata, notes among them
//! @errors value_error that says each difference to the network and the trainer; later from fit for other options or data
//! @verified tests/train/checkpoint_test.cpp, tests/fuzz
template <class Trainer>
std::map<std::string, std::string> resume(Trainer& trainer, io::named_tensors stored, const std::string& where)
{
    detail::stored_training training(stored);
    auto state = trainer.state();
    training.restore(state, trainer.network().parameters().size(), where);
    restore(trainer.network(), stored, where);
    trainer.resume(std::move(state));
    return std::move(stored.metadata);
}

//! @brief `resume` with the tensors of a checkpoint's file.
//! @errors parse_error for a file that is damaged or of another kind
//! @verified tests/train/checkpoint_test.cpp, tests/kill
template <class Trainer>
std::map<std::string, std::string> resume(Trainer& trainer, const std::filesystem::path& path)
{
    return resume(trainer, io::load_safetensors(path), path.string());
}
}
