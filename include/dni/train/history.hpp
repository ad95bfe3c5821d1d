// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <ostream>
#include <vector>

namespace dni
{
//! @brief What is known at the end of an epoch. Loss and accuracy of validation are means over noisy passes at the final training level.
struct epoch_record
{
    std::size_t epoch = 0;          //!< from 1
    std::size_t epochs = 0;         //!< planned
    double train_loss = 0;          //!< mean over the steps of the epoch, in the unit of the loss
    double validation_loss = std::nan("");
    double validation_accuracy = std::nan("");  //!< in [0, 1]; NaN where there are no labels
    double noise_level = std::nan("");          //!< of the last step, in the unit of its kind
    double rate = 0;                            //!< of the last step
    double seconds = 0;
};

//! @brief What is known after a step of the optimizer.
struct step_record
{
    std::size_t step = 0;   //!< from 1, over all epochs
    std::size_t steps = 0;  //!< planned
    std::size_t epoch = 0;  //!< from 1
    double loss = 0;
    double gradient_norm = 0;  //!< before clipping
    double noise_level = std::nan("");
    double rate = 0;
};

//! @brief The epochs of a run.
struct history
{
    std::vector<epoch_record> epochs;
    std::size_t best_epoch = 0;  //!< from 1; 0 without validation
    bool stopped_early = false;

    //! @brief Columns epoch, train_loss, validation_loss, validation_accuracy, noise_level, rate, seconds.
    void write_csv(std::ostream& out) const
    {
        out << "epoch,train_loss,validation_loss,validation_accuracy,noise_level,rate,seconds\n";
        for (const auto& e : epochs)
        {
            out << e.epoch << ',' << e.train_loss << ',' << e.validation_loss << ',' << e.validation_accuracy << ',' << e.noise_level << ',' << e.rate
                << ',' << e.seconds << '\n';
        }
    }
};
}
