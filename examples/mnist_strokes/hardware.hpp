// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <vector>

#include "digits.hpp"
#include "job.hpp"

// What the products are computed on: presets, each a composition of the library's policies, beside the Gaussian noise of --train-snr at every output.
// `gaussian` is that noise alone, and is with the cells. A preset costs seconds to compile, so there are few, and of the LSTM alone.
std::vector<measured> run_adc8(const job&, const digits&);
std::vector<measured> run_pcm(const job&, const digits&);

struct hardware_preset
{
    const char* name;
    const char* told;  // units and source
    std::vector<measured> (*run)(const job&, const digits&);  // of an LSTM whose read-out is averaged; none for `gaussian`
};

inline constexpr std::array presets{
    hardware_preset{"gaussian", "noise alone (arXiv 1807.06555)", nullptr},
    hardware_preset{"adc8", "8-bit DAC scaled to each input vector, 8-bit ADC of full scale 10 (Rasch et al. 2023, Nat. Commun. 14:5282)", run_adc8},
    hardware_preset{"pcm",
                    "phase-change memory of 25 µS, read 1 day after writing, global drift compensation, new chips (Joshi et al. 2020, Nat. Commun. 11:2473)",
                    run_pcm}};
