// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <dni/core/matrix.hpp>
#include <dni/core/workspace.hpp>
#include <dni/data/batch.hpp>

#include "support/gradient_check.hpp"

namespace support
{
using rows_of_numbers = std::vector<std::vector<double>>;

template <class T>
dni::matrix_view<T> fill(dni::workspace_matrix<T>& to, const rows_of_numbers& from)
{
    const auto view = to.resize(from.size(), from.empty() ? 0 : from.front().size());
    for (std::size_t r = 0; r < from.size(); ++r)
    {
        std::ranges::transform(from[r], view.row(r).begin(), [](double v) { return static_cast<T>(v); });
    }
    return view;
}

//! A batch of sequences of these lengths (longest first) with nothing to learn yet.
template <class T>
dni::data::batch<T> batch_of(const std::vector<std::size_t>& lengths, dni::data::per per = dni::data::per::sequence)
{
    dni::data::batch<T> batch;
    batch.shape = dni::data::packing(lengths, std::vector<std::uint64_t>(lengths.size()));
    batch.per = per;
    return batch;
}

//! Three sequences with a label each.
template <class T>
dni::data::batch<T> labelled(std::vector<std::int32_t> labels)
{
    auto batch = batch_of<T>({3, 2, 1});
    batch.labels = std::move(labels);
    return batch;
}

//! Three sequences with a row of targets each.
template <class T>
dni::data::batch<T> with_targets(const rows_of_numbers& targets)
{
    auto batch = batch_of<T>({3, 2, 1});
    fill(batch.targets, targets);
    return batch;
}

struct loss_result
{
    double value;
    std::vector<double> gradient;  //!< row after row
};

template <class T, class Loss>
loss_result evaluate(const Loss& loss, const rows_of_numbers& outputs, const dni::data::batch<T>& batch)
{
    dni::workspace_matrix<T> y;
    dni::workspace_matrix<T> gradient;
    const auto out = fill(y, outputs);
    const auto d_out = gradient.resize(out.rows, out.columns);
    loss_result result{loss(dni::matrix_view<const T>(out), batch, d_out), {}};
    for (std::size_t r = 0; r < d_out.rows; ++r)
    {
        result.gradient.insert(result.gradient.end(), d_out.row(r).begin(), d_out.row(r).end());
    }
    return result;
}

//! The largest difference of the gradient from central differences of the loss, as in `gradient_errors`.
template <class Loss>
double gradient_error(const Loss& loss, rows_of_numbers outputs, const dni::data::batch<double>& batch)
{
    const auto analytic = evaluate(loss, outputs, batch).gradient;
    double worst = 0;
    std::size_t i = 0;
    for (auto& row : outputs)
    {
        for (double& y : row)
        {
            const auto set = [&](double value) { y = value; };
            const auto value = [&] { return evaluate(loss, outputs, batch).value; };
            worst = worse(worst, analytic[i++], central_difference(y, 1e-3, set, value));
        }
    }
    return worst;
}

//! The largest |a − b|; infinite where the sizes differ.
inline double distance(const std::vector<double>& a, const std::vector<double>& b)
{
    if (a.size() != b.size())
    {
        return std::numeric_limits<double>::infinity();
    }
    double most = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
    {
        const double d = std::abs(a[i] - b[i]);
        most = d > most || std::isnan(d) ? d : most;
    }
    return most;
}
}
