// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: training_callback<Callbacks, Network.*Callbacks = .watcher.*evaluated to|'training_callback<watcher, .*evaluated to false
#include <dni/cell/lstm.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/optim/sgd.hpp>
#include <dni/train/trainer.hpp>

struct watcher
{
#ifdef EXPECT_COMPILE_ERROR
    void on_step(const dni::step_record&) {}
#else
    void on_step(const auto&, const dni::step_record&) {}
#endif
};

void train(dni::network<dni::recurrent<dni::cell::lstm>>& net, const dni::data::sequences& data)
{
    dni::trainer trainer(net, dni::sgd{}, dni::cross_entropy{});
    trainer.fit(data, {}, watcher{});
}
