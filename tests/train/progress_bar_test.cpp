// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/train/progress_bar.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"

#include <chrono>
#include <cstddef>
#include <iostream>
#include <sstream>
#include <string>

namespace progress_bar_test
{
using namespace dni;

namespace
{
const std::string clear = "\r\033[K";

std::size_t count(const std::string& text, const std::string& part)
{
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
    {
        ++found;
    }
    return found;
}

//! What a line of a terminal shows at last.
std::string left(const std::string& text) { return text.substr(text.rfind(clear) + clear.size()); }
}

TEST_CASE("progress_bar: shows how much of long work is done")
{
    std::ostringstream out;
    progress_bar bar("sweep", out);
    bar(1, 4);
    CHECK(out.str() == clear + "sweep [#######.......................] 1 of 4");
}

TEST_CASE("progress_bar: shows epoch and loss of training, as a callback")
{
    std::ostringstream out;
    progress_bar bar("", out);
    int net = 0;
    bar.on_step(net, {.step = 3, .steps = 6, .epoch = 2, .loss = 0.125});
    CHECK(out.str() == clear + "[###############...............] epoch 2, loss 0.125");
}

TEST_CASE("progress_bar: leaves nothing behind when the work is done")
{
    std::ostringstream out;
    progress_bar bar("sweep", out);
    bar(0, 2);
    CHECK(left(out.str()) == "sweep [..............................] 0 of 2");
    bar(2, 2);
    CHECK(left(out.str()).empty());
    const auto text = out.str();
    bar.clear();
    CHECK(out.str() == text);  // an empty line is not cleared again: others may write there
}

TEST_CASE("progress_bar: leaves nothing behind when the work ends early")
{
    std::ostringstream out;
    {
        progress_bar bar("sweep", out);
        bar(1, 2);
        CHECK(!left(out.str()).empty());
    }
    CHECK(left(out.str()).empty());

    std::ostringstream unused;
    {
        progress_bar bar("sweep", unused);
    }
    CHECK(unused.str().empty());
}

TEST_CASE("progress_bar: is drawn ten times a second at most")
{
    std::ostringstream out;
    progress_bar bar("", out);
    const auto begin = std::chrono::steady_clock::now();
    constexpr std::size_t all = 20000;
    for (std::size_t done = 1; done < all; ++done)
    {
        bar(done, all);
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const auto drawn = static_cast<double>(count(out.str(), clear));
    CHECK(drawn >= 1);
    CHECK(drawn <= 1 + 10 * seconds);
}

TEST_CASE("progress_bar: is drawn on a terminal only")
{
    std::ostringstream out;
    std::streambuf* const before = std::cerr.rdbuf(out.rdbuf());
    {
        progress_bar bar("sweep");
        bar(1, 2);
    }
    std::cerr.rdbuf(before);
    CHECK(out.str().empty() == !on_terminal());
}
}
