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

//! @brief Shows how far long work is, and leaves nothing behind: neither when all is done nor when the work ends early.
//! @details The trainer has one of its own. It serves as a callback of another, and of noise_sweep: noise_sweep(net, data, {…}, progress_bar("sweep")).
//! @cost drawn ten times a second at most
//! @verified tests/train/progress_bar_test.cpp
class progress_bar
{
public:
    //! @brief A bar on the standard error stream, if that is a terminal; else nothing is shown.
    explicit progress_bar(std::string title = "") : title_{std::move(title)}, out_{on_terminal() ? &std::cerr : nullptr} {}

    //! @brief A bar on any stream, for tests and for terminals of another kind.
    progress_bar(std::string title, std::ostream& out) : title_{std::move(title)}, out_{&out} {}

    progress_bar(const progress_bar&) = delete;
    progress_bar& operator=(const progress_bar&) = delete;
    ~progress_bar() { clear(); }

    //! @brief So much of all is done.
    void operator()(std::size_t done, std::size_t all) { draw(done, all, std::to_string(done) + " of " + std::to_string(all)); }

    //! @brief A step of training is done.
    template <class Network>
    void on_step(const Network&, const step_record& record)
    {
        draw(record.step, record.steps, "epoch " + std::to_string(record.epoch) + ", loss " + number(record.loss));
    }

    //! @brief Takes the bar off its line, for others to write there. The next sign of progress draws it again.
    void clear()
    {
        if (drawn_)
        {
            *out_ << erase << std::flush;
            drawn_ = false;
        }
    }

private:
    static constexpr const char* erase = "\r\033[K";

    void draw(std::size_t done, std::size_t all, const std::string& note)
    {
        if (done >= all)
        {
            clear();
            return;
        }
        const auto now = std::chrono::steady_clock::now();
        if (!out_ || now < next_)
        {
            return;
        }
        constexpr std::size_t width = 30;
        const std::size_t filled = done * width / all;
        *out_ << erase << title_ << (title_.empty() ? "[" : " [") << std::string(filled, '#') << std::string(width - filled, '.') << "] " << note << std::flush;
        drawn_ = true;
        next_ = now + std::chrono::milliseconds(100);
    }

    std::string title_;
    std::ostream* out_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point next_{};
};
}
