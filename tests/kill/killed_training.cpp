// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
//
// killed_training CHECKPOINT RESULT: a short training that writes a checkpoint after each epoch and each second step, and goes on from it if there is one. In the end it writes
// weights and history, but for the seconds, to RESULT.
#include <cstddef>
#include <exception>
#include <filesystem>
#include <iostream>
#include <span>
#include <string>
#include <vector>

#include <dni/dni.hpp>
#include <dni/io.hpp>

namespace
{
struct jitter
{
    void augment(std::span<float> values, std::size_t, dni::stream& random) const
    {
        for (float& v : values)
        {
            v += 0.05f * random.normal();
        }
    }
};

void train(const std::string& file, const std::string& result)
{
    using namespace dni;
    using analog = policies<noise::all<noise::gaussian<snr_db>, noise::at_weights<noise::gaussian<snr_db>>>>;
    network<recurrent<cell::lstm, analog>, last_step, dense<analog>> net({.inputs = 4, .hidden = 12, .outputs = 10, .layers = 2, .dropout = 0.1}, seed{1});
    net.threads(1);
    trainer teacher(net, adam{.rate = 0.01}, cross_entropy{.label_smoothing = 0.05});
    if (std::filesystem::exists(file))
    {
        resume(teacher, file);
    }
    const auto& past = teacher.fit(data::synthetic_strokes(24, seed{5}),
                                   {.epochs = 40,
                                    .batch = 8,
                                    .noise = noise::ramp(snr_db{20}, snr_db{10}).until(0.3).then(noise::drawn(snr_db{5}, snr_db{15})),
                                    .rate = rate_schedule::cosine().warm_up(0.05),
                                    .clip_norm = 1,
                                    .validation = 0.25,
                                    .keep_best = true,
                                    .keep_every = 2,
                                    .progress = false},
                                   jitter{}, checkpoint(file));

    auto end = store(net);
    std::vector<double> numbers{static_cast<double>(past.best_epoch), static_cast<double>(past.stopped_early)};
    for (const auto& e : past.epochs)
    {
        numbers.insert(numbers.end(), {e.train_loss, e.validation_loss, e.validation_accuracy, e.noise_level, e.rate});
    }
    end.tensors.push_back(io::named_tensor::of<double>("history", {numbers.size()}, numbers));
    io::write_file_atomically(result, io::format_safetensors(end));
}
}

int main(int argc, char** argv)
{
    if (argc != 3)
    {
        std::cerr << "usage: killed_training CHECKPOINT RESULT\n";
        return 2;
    }
    try
    {
        train(argv[1], argv[2]);
    }
    catch (const std::exception& problem)
    {
        std::cerr << problem.what() << '\n';
        return 1;
    }
}
