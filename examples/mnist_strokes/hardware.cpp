// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "hardware.hpp"

#include <dni/cell/lstm.hpp>
#include <dni/noise/phase_change_memory.hpp>
#include <dni/noise/read_noise.hpp>
#include <dni/noise/resistive_memory_wan.hpp>
#include <dni/precision/converted.hpp>

#include "train_and_sweep.hpp"

namespace
{
struct adc8
{
    using policies = dni::policies<dni::noise::gaussian<dni::snr_db>,
                                   dni::precision::converted<dni::precision::dac<>, dni::precision::adc<dni::precision::constant_bound>>>;
    static constexpr bool differs_by_chip = false;

    static void set(auto& net) { net.converters({.dac = dni::bits{8}, .adc = dni::bits{8}, .adc_full_scale = dni::full_scale{10}}); }
};

struct pcm
{
    using memory = dni::noise::phase_change_memory;
    using policies = dni::policies<dni::noise::all<memory, dni::noise::gaussian<dni::snr_db>>>;
    static constexpr bool differs_by_chip = true;

    static void set(auto& net) { net.set_noise(memory{.device = {.age = {86400}}, .compensation = dni::noise::compensation::global}); }
};

struct reram
{
    using memory = dni::noise::resistive_memory_wan;
    using policies = dni::policies<dni::noise::all<memory, dni::noise::read_noise, dni::noise::gaussian<dni::snr_db>>>;
    static constexpr bool differs_by_chip = true;

    static void set(auto& net)
    {
        net.set_noise(memory{.device = {.after = dni::noise::devices::resistive_wan::time::day}});
        net.noise_level(dni::relative_to_wmax{0.01});
    }
};
}

std::vector<measured> run_adc8(const job& wanted, const digits& data)
{
    return train_and_sweep_on<dni::cell::lstm, adc8>(wanted, data);
}

std::vector<measured> run_pcm(const job& wanted, const digits& data)
{
    return train_and_sweep_on<dni::cell::lstm, pcm>(wanted, data);
}

std::vector<measured> run_reram(const job& wanted, const digits& data)
{
    return train_and_sweep_on<dni::cell::lstm, reram>(wanted, data);
}
