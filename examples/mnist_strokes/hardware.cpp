// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "hardware.hpp"

#include <dni/cell/lstm.hpp>
#include <dni/presets/converters8.hpp>
#include <dni/presets/phase_change.hpp>
#include <dni/presets/preset.hpp>
#include <dni/presets/resistive_wan.hpp>

#include "train_and_sweep.hpp"

namespace
{
using gaussian = dni::noise::gaussian<dni::snr_db>;  // of --train-snr, beside the preset's own

template <dni::preset Preset>
struct hardware
{
    using policies = typename Preset::policies;
    static void set(auto& net) { Preset{}.set(net); }
};

template <dni::preset Preset>
std::vector<measured> run(const job& wanted, const digits& data)
{
    return train_and_sweep_on<dni::cell::lstm, hardware<Preset>>(wanted, data);
}
}

std::vector<measured> run_adc8(const job& wanted, const digits& data)
{
    return run<dni::presets::converters8<gaussian>>(wanted, data);
}

std::vector<measured> run_pcm(const job& wanted, const digits& data)
{
    return run<dni::presets::phase_change<gaussian>>(wanted, data);
}

std::vector<measured> run_reram(const job& wanted, const digits& data)
{
    return run<dni::presets::resistive_wan<gaussian>>(wanted, data);
}
