// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause

// The noise-free LSTM benchmarks of cell_bench.hpp with the LSTM primitive of oneDNN; read-out, loss and Adam are dni's own. Started by
// compare.py: prints one line of JSON about itself; then, for each line "<benchmark> <seconds>" on the standard input, one line
// {"wall": seconds of a step, "cpu": its processor time, "variant": oneDNN's name of the code}, or {} if it knows no such benchmark.
// `onednn_peer --check` compares the gradient with differences of the loss and ends.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include <oneapi/dnnl/dnnl.hpp>

#include "../cell_bench.hpp"

namespace
{
using dnnl::memory;
using tag = memory::format_tag;
using arguments = std::unordered_map<int, memory>;

memory::desc shaped(memory::dims dims, tag layout)
{
    return {std::move(dims), memory::data_type::f32, layout};
}

std::span<float> values(const memory& m)
{
    return {static_cast<float*>(m.get_data_handle()), m.get_desc().get_size() / sizeof(float)};
}

class workload
{
public:
    workload(const bench::shape& s, bool training)
        : batch_{s.batch}, hidden_{s.hidden}, training_{training}, read_out_(s.hidden, dni::seed{1}, {bench::classes}, true)
    {
        const auto [t, b, i, h] = std::array{dim(s.steps), dim(s.batch), dim(s.inputs), dim(s.hidden)};
        const auto x = shaped({t, b, i}, tag::tnc);
        const auto y = shaped({t, b, h}, tag::tnc);
        const auto state = shaped({1, 1, b, h}, tag::ldnc);  // given at the start too, as zeros: left out, oneDNN 2.6 gets the gradient of w_hh wrong
        const auto bias = shaped({1, 1, 4, h}, tag::ldgo);
        const memory::dims w_ih{1, 1, i, 4, h};
        const memory::dims w_hh{1, 1, h, 4, h};

        const dnnl::lstm_forward::desc forward(training ? dnnl::prop_kind::forward_training : dnnl::prop_kind::forward_inference,
                                               dnnl::rnn_direction::unidirectional_left2right, x, state, state, shaped(w_ih, tag::any),
                                               shaped(w_hh, tag::any), bias, y, state, state);
        const dnnl::lstm_forward::primitive_desc forward_plan(forward, engine_);
        name_ = forward_plan.impl_info_str();
        forward_ = dnnl::lstm_forward(forward_plan);
        weights_ = {memory(shaped(w_ih, tag::ldigo), engine_), memory(shaped(w_hh, tag::ldigo), engine_), memory(bias, engine_)};
        const float bound = 1 / std::sqrt(static_cast<float>(s.hidden));
        dni::stream random{dni::key{dni::seed{1}}};
        for (const auto& w : weights_)
        {
            dni::uniform(values(w), bound, random);
            optimizer_.push_back(adam_.make_state<float>(values(w).size()));
        }
        forward_weights_ = {memory(forward_plan.weights_layer_desc(), engine_), memory(forward_plan.weights_iter_desc(), engine_)};
        forward_arguments_ = {{DNNL_ARG_SRC_LAYER, memory(x, engine_)},
                              {DNNL_ARG_SRC_ITER, zeros(state)},
                              {DNNL_ARG_SRC_ITER_C, zeros(state)},
                              {DNNL_ARG_WEIGHTS_LAYER, forward_weights_[0]},
                              {DNNL_ARG_WEIGHTS_ITER, forward_weights_[1]},
                              {DNNL_ARG_BIAS, weights_[2]},
                              {DNNL_ARG_DST_LAYER, memory(y, engine_)},
                              {DNNL_ARG_DST_ITER, memory(state, engine_)},
                              {DNNL_ARG_DST_ITER_C, memory(state, engine_)}};

        last_ = bench::random_batch({"", s.batch, 1, s.hidden, s.hidden});
        const auto data = bench::random_batch(s);
        for (std::size_t row = 0; row < data.values.view().rows; ++row)
        {
            std::ranges::copy(data.values.view().row(row), values(forward_arguments_[DNNL_ARG_SRC_LAYER]).subspan(row * s.inputs).begin());
        }
        reorder(forward_weights_);
        if (!training)
        {
            return;
        }

        const dnnl::lstm_backward::desc backward(dnnl::prop_kind::backward, dnnl::rnn_direction::unidirectional_left2right, x, state, state,
                                                 shaped(w_ih, tag::any), shaped(w_hh, tag::any), bias, y, state, state, x, state, state,
                                                 shaped(w_ih, tag::ldigo), shaped(w_hh, tag::ldigo), bias, y, state, state);
        const dnnl::lstm_backward::primitive_desc backward_plan(backward, engine_, forward_plan);
        backward_ = dnnl::lstm_backward(backward_plan);
        forward_arguments_[DNNL_ARG_WORKSPACE] = memory(forward_plan.workspace_desc(), engine_);
        backward_weights_ = {memory(backward_plan.weights_layer_desc(), engine_), memory(backward_plan.weights_iter_desc(), engine_)};
        gradients_ = {memory(shaped(w_ih, tag::ldigo), engine_), memory(shaped(w_hh, tag::ldigo), engine_), memory(bias, engine_)};
        backward_arguments_ = forward_arguments_;
        backward_arguments_[DNNL_ARG_WEIGHTS_LAYER] = backward_weights_[0];
        backward_arguments_[DNNL_ARG_WEIGHTS_ITER] = backward_weights_[1];
        backward_arguments_[DNNL_ARG_DIFF_SRC_LAYER] = memory(x, engine_);
        backward_arguments_[DNNL_ARG_DIFF_SRC_ITER] = memory(state, engine_);
        backward_arguments_[DNNL_ARG_DIFF_SRC_ITER_C] = memory(state, engine_);
        backward_arguments_[DNNL_ARG_DIFF_WEIGHTS_LAYER] = gradients_[0];
        backward_arguments_[DNNL_ARG_DIFF_WEIGHTS_ITER] = gradients_[1];
        backward_arguments_[DNNL_ARG_DIFF_BIAS] = gradients_[2];
        backward_arguments_[DNNL_ARG_DIFF_DST_LAYER] = zeros(y);
        backward_arguments_[DNNL_ARG_DIFF_DST_ITER] = zeros(state);
        backward_arguments_[DNNL_ARG_DIFF_DST_ITER_C] = zeros(state);
    }

    const std::string& name() const noexcept { return name_; }

    //! The weights are ready for the forward pass at first, after `train`, and after `reorder_weights`.
    float forward()
    {
        forward_.execute(stream_, forward_arguments_);
        stream_.wait();
        const auto h = values(forward_arguments_[DNNL_ARG_DST_ITER]);
        const auto rows = last_.values.view();
        for (std::size_t b = 0; b < batch_; ++b)
        {
            std::ranges::copy(h.subspan(b * hidden_, hidden_), rows.row(b).begin());
        }
        if (!training_)
        {
            benchmark::DoNotOptimize(read_out_.infer(last_, {}));
            return 0;
        }
        const auto outputs = read_out_.forward(last_, {});
        return static_cast<float>(loss_(outputs, last_, d_outputs_.resize(outputs.rows, outputs.columns)));
    }

    void backward()
    {
        read_out_.backward(d_outputs_.view());
        const auto d_h = values(backward_arguments_[DNNL_ARG_DIFF_DST_ITER]);
        for (std::size_t b = 0; b < batch_; ++b)
        {
            std::ranges::copy(read_out_.input_gradient().row(b), d_h.subspan(b * hidden_).begin());
        }
        for (const auto& gradient : gradients_)
        {
            std::ranges::fill(values(gradient), 0.0f);  // oneDNN adds to them
        }
        reorder(backward_weights_);
        backward_.execute(stream_, backward_arguments_);
        stream_.wait();
    }

    void train()
    {
        benchmark::DoNotOptimize(forward());
        backward();
        for (std::size_t i = 0; i < weights_.size(); ++i)
        {
            adam_.step(values(weights_[i]), std::span<const float>(values(gradients_[i])), optimizer_[i], adam_.rate);
        }
        adam_.step(read_out_.weights(), std::span<const float>(read_out_.gradient()), read_out_optimizer_, adam_.rate);
        reorder(forward_weights_);
    }

    //! Compares the largest derivative of each weight tensor with a central difference.
    bool gradient_is_right()
    {
        forward();
        backward();
        bool right = true;
        for (std::size_t i = 0; i < weights_.size(); ++i)
        {
            const auto gradient = values(gradients_[i]);
            const auto largest = std::ranges::max_element(gradient, {}, [](float g) { return std::abs(g); });
            float& weight = values(weights_[i])[static_cast<std::size_t>(largest - gradient.begin())];
            constexpr float step = 1e-2f;
            const auto loss_at = [&](float value)
            {
                std::swap(weight, value);
                reorder(forward_weights_);
                const float loss = forward();
                weight = value;
                return loss;
            };
            const float expected = (loss_at(weight + step) - loss_at(weight - step)) / (2 * step);
            std::cout << "derivative " << *largest << ", central difference " << expected << '\n';
            right = right && std::abs(*largest - expected) < 0.01f * std::abs(expected);
        }
        return right;
    }

private:
    static memory::dim dim(std::size_t n) { return static_cast<memory::dim>(n); }

    memory zeros(const memory::desc& desc) const
    {
        memory made(desc, engine_);
        std::ranges::fill(values(made), 0.0f);
        return made;
    }

    void reorder(std::vector<memory>& into)
    {
        for (std::size_t i = 0; i < into.size(); ++i)
        {
            dnnl::reorder(weights_[i], into[i]).execute(stream_, weights_[i], into[i]);
        }
        stream_.wait();
    }

    std::size_t batch_, hidden_;
    bool training_;
    dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream_{engine_};
    dnnl::lstm_forward forward_;
    dnnl::lstm_backward backward_;
    std::string name_;
    std::vector<memory> weights_, forward_weights_, backward_weights_, gradients_;  // weights_ as Adam sees them, the others as oneDNN likes them
    arguments forward_arguments_, backward_arguments_;
    dni::data::batch<float> last_;  // the final states as sequences of one step
    dni::network<dni::dense<>> read_out_;
    dni::cross_entropy loss_;
    dni::workspace_matrix<float> d_outputs_;
    dni::adam adam_{.rate = 1e-6};
    std::vector<dni::adam_state<float>> optimizer_;
    dni::adam_state<float> read_out_optimizer_ = adam_.make_state<float>(read_out_.parameters().size());
};

//! Seconds of a call by the wall clock, and of processor time, as JSON.
template <class Call>
std::string time_a_call(Call&& call, double least_seconds)
{
    call();
    const auto wall = std::chrono::steady_clock::now();
    const auto cpu = std::clock();
    for (std::size_t calls = 1;; ++calls)
    {
        call();
        const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count();
        if (elapsed >= least_seconds && calls >= 3)
        {
            const double busy = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
            const auto count = static_cast<double>(calls);
            return "\"wall\": " + std::to_string(elapsed / count) + ", \"cpu\": " + std::to_string(busy / count);
        }
    }
}

std::string measure(const std::string& name, double seconds, const std::string& threads)
{
    for (const auto& s : bench::shapes)
    {
        for (const bool training : {true, false})
        {
            if (name == std::string(training ? "train_step" : "infer") + "/lstm/" + s.name + "/none/threads:" + threads)
            {
                workload work(s, training);
                const auto found = training ? time_a_call([&] { work.train(); }, seconds) : time_a_call([&] { work.forward(); }, seconds);
                return "{" + found + ", \"variant\": \"" + work.name() + "\"}";
            }
        }
    }
    return "{}";
}
}

int main(int argc, char** argv)
{
    if (argc == 2 && std::string(argv[1]) == "--check")
    {
        workload work({"small", 5, 7, 3, 16}, true);
        return work.gradient_is_right() ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    const char* const given = std::getenv("OMP_NUM_THREADS");
    const std::string threads = given ? given : "1";
    const auto* version = dnnl::version();
    std::cout << "{\"peer\": \"oneDNN " << version->major << '.' << version->minor << '.' << version->patch << "\", \"threads\": " << threads << "}"
              << std::endl;
    std::string name;
    double seconds = 0;
    while (std::cin >> name >> seconds)
    {
        std::cout << measure(name, seconds, threads) << std::endl;
    }
}
