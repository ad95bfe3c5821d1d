// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "digits.hpp"
#include "job.hpp"

// What the products are computed on: presets of the library (dni/presets), beside the Gaussian noise of --train-snr at every output.
// `gaussian` is that noise alone and `ideal` not even that; both are with the cells. Another preset costs seconds to compile, so there are few, and of the LSTM alone.
std::vector<measured> run_adc8(const job&, const digits&);
std::vector<measured> run_pcm(const job&, const digits&);
std::vector<measured> run_reram(const job&, const digits&);

struct hardware_preset
{
    const char* name;
    const char* told;  // units and source
    std::vector<measured> (*run)(const job&, const digits&);  // of an LSTM; none: as the cells are
    bool noisy = true;  // has the noise of --train-snr and of the measurement at the outputs
};

inline constexpr std::array presets{
    hardware_preset{"gaussian", "noise alone (arXiv 1807.06555)", nullptr},
    hardware_preset{"ideal", "exact in 32-bit floating point (IEEE 754), no noise at all: what the others are compared with", nullptr, false},
    hardware_preset{"adc8", "8-bit DAC scaled to each input vector, 8-bit ADC of full scale 10 (Rasch et al. 2023, Nat. Commun. 14:5282)", run_adc8},
    hardware_preset{"pcm",
                    "phase-change memory of 25 µS, read 1 day after writing, global drift compensation, new chips (Joshi et al. 2020, Nat. Commun. 11:2473)",
                    run_pcm},
    hardware_preset{"reram",
                    "ReRAM of 0 to 40 µS, read 1 day after writing, read noise of 0.01 of the largest weight, new chips (Wan et al. 2022, Nature 608:504)",
                    run_reram}};

// The preset of a checked job.
inline const hardware_preset& preset_of(const job& wanted)
{
    return *std::ranges::find_if(presets, [&](const hardware_preset& p) { return p.name == wanted.hardware; });
}
