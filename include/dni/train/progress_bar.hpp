// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <iostream>
#include <ostream>
#include <string>
#include <utility>

#if defined(_WIN32)
#include <io.h>
#else
#include <unistd.h>
#endif

#include <dni/core/number.hpp>
#include <dni/train/history.hpp>

namespace dni
{
//! @brief Whether the standard error stream is a terminal that somebody looks at.
inline bool on_terminal() noexcept
{
#if defined(_WIN32)
    return _isatty(_fileno(stderr)) != 0;
#else
    return isatty(STDERR_FILENO) != 0;
#endif
}

//! @brief A callback that shows a bar during each epoch, and leaves nothing behind. Drawn ten times a second at most.
class progress_bar
{
public:
    explicit progress_bar(std::string title = "", std::ostream& out = std::cerr) : title_{std::move(title)}, out_{&out} {}

    template <class Network>
    void on_step(Network&, const step_record& record)
    {
        const auto now = std::chrono::steady_clock::now();
        if (record.step < record.steps && now - drawn_ < std::chrono::milliseconds(100))
        {
            return;
        }
        drawn_ = now;
        constexpr std::size_t width = 30;
        const std::size_t filled = record.step * width / record.steps;
        *out_ << "\r\033[K" << title_ << " [" << std::string(filled, '#') << std::string(width - filled, '.') << "] epoch " << record.epoch << ", loss "
              << number(record.loss) << std::flush;
        if (record.step == record.steps)
        {
            *out_ << "\r\033[K" << std::flush;
        }
    }

private:
    std::string title_;
    std::ostream* out_;
    std::chrono::steady_clock::time_point drawn_{};
};
}
