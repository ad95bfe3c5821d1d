// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/train/history.hpp>

#include "support/catch.hpp"

#include <iomanip>
#include <sstream>

namespace history_test
{
using namespace dni;

TEST_CASE("history: a row for each epoch, what is not known is nan")
{
    history past;
    past.epochs.push_back({.epoch = 1, .epochs = 2, .train_loss = 2.302585, .noise_level = 20, .rate = 1e-3, .seconds = 1.5});
    past.epochs.push_back({.epoch = 2,
                           .epochs = 2,
                           .train_loss = 0.25,
                           .validation_loss = 0.5,
                           .validation_accuracy = 0.875,
                           .noise_level = -5,
                           .rate = 1e-6,
                           .seconds = 0.125});
    std::ostringstream text;
    past.write_csv(text);
    CHECK(text.str()
          == "epoch,train_loss,validation_loss,validation_accuracy,noise_level,rate,seconds\n"
             "1,2.30259,nan,nan,20,0.001,1.5\n"
             "2,0.25,0.5,0.875,-5,1e-06,0.125\n");
}

TEST_CASE("history: the format of the stream changes nothing")
{
    history past;
    past.epochs.push_back({.epoch = 10, .train_loss = 0.5});
    std::ostringstream plain;
    std::ostringstream other;
    other << std::fixed << std::setprecision(1) << std::showpos;
    past.write_csv(plain);
    past.write_csv(other);
    CHECK(plain.str() == other.str());
}

TEST_CASE("history: without epochs there are names only")
{
    std::ostringstream text;
    history{}.write_csv(text);
    CHECK(text.str() == "epoch,train_loss,validation_loss,validation_accuracy,noise_level,rate,seconds\n");
}
}
