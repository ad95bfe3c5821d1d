// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <ostream>
#include <string>
#include <vector>

#include <dni/core/number.hpp>

namespace dni
{
//! @brief What is known after a step of training, one batch.
struct step_record
{
    std::size_t step = 0;              //!< from 1, over all epochs
    std::size_t steps = 0;             //!< planned
    std::size_t epoch = 0;             //!< from 1
    double loss = 0;                   //!< mean over what the batch has labels or targets for, in the unit of the loss
    double gradient_norm = 0;          //!< before any clipping; of chunks the largest
    double noise_level = std::nan("");  //!< in the unit of its kind; NaN without a schedule
    double rate = 0;                   //!< what the optimizer was given
};

//! @brief What is known at the end of an epoch. Loss and accuracy of validation are means over noisy passes at the final training level; NaN without.
struct epoch_record
{
    std::size_t epoch = 0;                      //!< from 1
    std::size_t epochs = 0;                     //!< planned
    double train_loss = 0;                      //!< mean over the steps of the epoch, in the unit of the loss
    double validation_loss = std::nan("");      //!< in the unit of the loss
    double validation_accuracy = std::nan("");  //!< in [0, 1]; NaN unless the data have labels and no targets
    double noise_level = std::nan("");          //!< of the last step, in the unit of its kind; NaN without a schedule
    double rate = 0;                            //!< of the last step
    double seconds = 0;                         //!< training and validation
};

//! @brief The epochs of a run.
//! @verified tests/train/history_test.cpp
struct history
{
    std::vector<epoch_record> epochs;
    std::size_t best_epoch = 0;  //!< of the best validation, from 1; 0 without validation
    bool stopped_early = false;  //!< by patience or a callback, before the last planned step

    //! @brief Columns epoch, train_loss, validation_loss, validation_accuracy, noise_level, rate, seconds; `nan` for what is not known.
    void write_csv(std::ostream& out) const
    {
        out << "epoch,train_loss,validation_loss,validation_accuracy,noise_level,rate,seconds\n";
        for (const auto& e : epochs)
        {
            out << std::to_string(e.epoch);
            for (const double value : {e.train_loss, e.validation_loss, e.validation_accuracy, e.noise_level, e.rate, e.seconds})
            {
                out << ',' << number(value);
            }
            out << '\n';
        }
    }
};
}
