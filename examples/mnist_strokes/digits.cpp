// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "digits.hpp"

#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>
#include <dni/data/strokes.hpp>
#include <dni/data/synthetic_strokes.hpp>

namespace
{
constexpr std::size_t synthetic_train = 8000;
constexpr std::size_t synthetic_test = 2000;

dni::data::sequences part(const dni::data::sequences& all, std::size_t begin, std::size_t end)
{
    std::vector<std::size_t> chosen(end - begin);
    std::iota(chosen.begin(), chosen.end(), begin);
    return all.subset(chosen);
}

dni::data::sequences first(const dni::data::sequences& all, std::size_t limit)
{
    return limit == 0 || limit >= all.size() ? all : part(all, 0, limit);
}

dni::data::stroke_data read_or_make(const job& wanted)
{
    using namespace dni;
    if (wanted.data.empty())
    {
        return {data::synthetic_strokes(wanted.train_limit > 0 ? wanted.train_limit : synthetic_train, seed{1}),
                data::synthetic_strokes(wanted.test_limit > 0 ? wanted.test_limit : synthetic_test, seed{2})};
    }
    const auto all = data::load_strokes(wanted.data);
    return {first(all.train, wanted.train_limit), first(all.test, wanted.test_limit)};
}
}

digits load_digits(const job& wanted)
{
    auto [train, test] = read_or_make(wanted);
    if (wanted.validation > 0)
    {
        const auto kept = static_cast<std::size_t>(std::lround((1 - wanted.validation) * static_cast<double>(train.size())));
        test = part(train, kept, train.size());
        train = part(train, 0, kept);
    }
    if (train.size() == 0 || test.size() == 0)
    {
        throw dni::value_error("digits", "at least one to train on and one to measure on",
                               std::to_string(train.size()) + " and " + std::to_string(test.size()));
    }
    for (auto* digits : {&train, &test})
    {
        dni::data::center_first_rows(*digits);
        if (wanted.positions)
        {
            *digits = dni::data::with_positions(*digits);
        }
    }
    const std::string source = wanted.data.empty() ? "synthetic digits (no --data given)" : "digits of " + wanted.data;
    const std::string held_out = wanted.validation > 0 ? "the last " + dni::number(100 * wanted.validation) + " % of the training part, "
                                                             + std::to_string(test.size()) + " digits, for validation; no test digit is looked at"
                                                       : std::to_string(test.size()) + " test digits";
    return {train, test, source + ": training on " + std::to_string(train.size()) + ", measuring on " + held_out};
}
