// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
// expect: satisfaction of .*loss_function<Loss.*Loss = distance|loss_function<distance, .*evaluated to false
#include <dni/cell/lstm.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/optim/sgd.hpp>
#include <dni/train/trainer.hpp>

struct distance
{
#ifdef EXPECT_COMPILE_ERROR
    double operator()(dni::matrix_view<const float>, const dni::data::batch<float>&) const { return 0; }
#else
    double operator()(dni::matrix_view<const float>, const dni::data::batch<float>&, dni::matrix_view<float>) const { return 0; }
#endif
};

using model = dni::network<dni::recurrent<dni::cell::lstm>>;

using teacher = dni::trainer<model, dni::sgd, distance>;
teacher::T one = 1;
