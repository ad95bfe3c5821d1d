// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <vector>

#include <dni/data/sequences.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/stored_network.hpp>
#include <dni/loss/cross_entropy.hpp>
#include <dni/noise/gaussian.hpp>
#include <dni/optim/adam.hpp>
#include <dni/train/checkpoint.hpp>
#include <dni/train/trainer.hpp>

#include "fuzz/fuzz.hpp"

using namespace dni;

namespace
{
using model = network<dense<policies<noise::gaussian<snr_db>>>>;

struct keeper
{
    std::vector<io::bytes>* files;

    template <class State>
    void on_state(const model& net, const State& state) const
    {
        files->push_back(io::format_safetensors(detail::stored_checkpoint(net, state)));
    }
};
}

void fuzz::read(std::span<const std::byte> data)
{
    model victim(2, seed{2}, {2});
    trainer teacher(victim, adam{}, cross_entropy{});
    const auto before = store(victim);
    try
    {
        resume(teacher, io::parse_safetensors(data), "checkpoint");
    }
    catch (const error&)
    {
        require(store(victim) == before);  // refused is refused as a whole
        throw;
    }
}

std::vector<io::bytes> fuzz::seeds()
{
    model net(2, seed{1}, {2});
    data::sequences set;
    set.values = tensor<float, 2>{{1, 2}, {3, 4}};
    set.offsets = {0, 1, 2};
    set.labels = {0, 1};
    set.per = data::per::step;
    std::vector<io::bytes> files;
    trainer(net, adam{}, cross_entropy{}).fit(set, {.epochs = 2, .progress = false}, keeper{&files});
    return files;
}
