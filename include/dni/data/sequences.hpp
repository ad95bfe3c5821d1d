// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/core/error.hpp>
#include <dni/core/xtensor.hpp>
#include <dni/data/per.hpp>
#include <dni/io/bytes.hpp>
#include <dni/io/csv.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace dni::data
{

//! @brief A dataset: sequences of different lengths end to end, with labels (classes), targets (numbers), both or
//! neither.
//!
//! Sequence i is the rows offsets[i] … offsets[i+1]−1 of `values`. A plain value: fill the members, then call
//! `check()`. Reading from several threads is safe.
//! @verified tests/data/sequences_test.cpp
struct sequences
{
    tensor<float, 2> values = tensor<float, 2>::from_shape({0, 0});  //!< [rows, F] all steps of all sequences
    std::vector<std::size_t> offsets = {0};                          //!< [S+1] first rows, then the number of rows
    std::vector<std::int32_t> labels = {};                           //!< [S] or [rows] classes from 0, or empty
    tensor<float, 2> targets = tensor<float, 2>::from_shape({0, 0}); //!< [S, O] or [rows, O] numbers, or empty
    data::per per = data::per::sequence;                             //!< what labels and targets belong to

    //! @brief Number of sequences S.
    [[nodiscard]] std::size_t size() const noexcept { return offsets.empty() ? 0 : offsets.size() - 1; }

    //! @brief Number of values per step F.
    [[nodiscard]] std::size_t features() const noexcept { return values.shape(1); }

    //! @brief Number of steps of sequence i.
    [[nodiscard]] std::size_t length(std::size_t i) const noexcept { return offsets[i + 1] - offsets[i]; }

    //! @brief Number of steps of the longest sequence; 0 where there is none.
    [[nodiscard]] std::size_t longest() const noexcept
    {
        std::size_t most = 0;
        for (std::size_t i = 0; i < size(); ++i)
            most = std::max(most, length(i));
        return most;
    }

    //! @brief Greatest label + 1; 0 where there are no labels.
    [[nodiscard]] std::size_t classes() const noexcept
    {
        return labels.empty() ? 0 : static_cast<std::size_t>(*std::max_element(labels.begin(), labels.end())) + 1;
    }

    //! @brief The steps of sequence i, row by row: [length(i) · F].
    [[nodiscard]] std::span<const float> sequence(std::size_t i) const noexcept
    {
        return {values.data() + offsets[i] * features(), length(i) * features()};
    }

    [[nodiscard]] std::span<float> sequence(std::size_t i) noexcept
    {
        return {values.data() + offsets[i] * features(), length(i) * features()};
    }

    //! @brief Throws unless the dataset is sound; with `most_classes` > 0 also unless every label is below it.
    //!
    //! `shape_error`: offsets that do not start at 0, do not rise or do not end at the number of rows (so a sequence
    //! without steps), another number of labels or targets than of sequences or rows. `value_error`: a value or target
    //! that is not finite, a label below 0 or too high. The message names the sequence and its step. O(rows · F).
    void check(std::size_t most_classes = 0) const
    {
        check_offsets();
        check_labels(most_classes);
        check_finite(values, data::per::step, "values");
        if (targets.size() > 0)
        {
            if (targets.shape(0) != owners())
                throw shape_error("sequences: targets", one_per(), std::to_string(targets.shape(0)));
            check_finite(targets, per, "targets");
        }
    }

    //! @brief A dataset of the chosen sequences, in the given order; a sequence may be chosen twice. Throws
    //! `value_error` for an index ≥ S. Copies.
    [[nodiscard]] sequences subset(std::span<const std::size_t> chosen) const
    {
        sequences result;
        result.per = per;
        result.offsets.reserve(chosen.size() + 1);
        for (const std::size_t i : chosen)
        {
            if (i >= size())
                throw value_error("sequences::subset", "indices below " + std::to_string(size()), std::to_string(i));
            result.offsets.push_back(result.offsets.back() + length(i));
        }
        result.values = tensor<float, 2>::from_shape({result.offsets.back(), features()});
        if (targets.size() > 0)
            result.targets = tensor<float, 2>::from_shape({result.owners(), targets.shape(1)});
        if (!labels.empty())
            result.labels.resize(result.owners());

        for (std::size_t to = 0; to < chosen.size(); ++to)
        {
            const std::size_t from = chosen[to];
            std::ranges::copy(sequence(from), result.sequence(to).begin());
            const std::size_t count = per == data::per::step ? length(from) : 1;
            const std::size_t source = per == data::per::step ? offsets[from] : from;
            const std::size_t target = per == data::per::step ? result.offsets[to] : to;
            if (!labels.empty())
                std::copy_n(labels.data() + source, count, result.labels.data() + target);
            if (targets.size() > 0)
                std::copy_n(targets.data() + source * targets.shape(1), count * targets.shape(1),
                            result.targets.data() + target * targets.shape(1));
        }
        return result;
    }

    //! @brief Parts the dataset at random into (round(fraction · S) sequences, the rest); the same seed parts the same
    //! way.
    //!
    //! No sequence is in both parts, each is in one. Throws `value_error` unless 0 ≤ fraction ≤ 1. Copies.
    [[nodiscard]] std::pair<sequences, sequences> split(double fraction, seed s) const
    {
        if (!(fraction >= 0 && fraction <= 1))
            throw value_error("sequences::split", "a fraction from 0 to 1", std::to_string(fraction));
        std::vector<std::size_t> order(size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        stream random(key(s).with(purpose::splitting));
        shuffle(std::span(order), random);
        const auto first = static_cast<std::size_t>(std::llround(fraction * static_cast<double>(size())));
        return {subset(std::span(order).first(first)), subset(std::span(order).subspan(first))};
    }

private:
    [[nodiscard]] std::size_t owners() const noexcept { return per == data::per::step ? offsets.back() : size(); }

    [[nodiscard]] std::string one_per() const
    {
        return std::to_string(owners()) + (per == data::per::step ? ", one per step" : ", one per sequence");
    }

    //! @brief "sequence 3, step 7" for a row of values, or of labels and targets that belong to sequences.
    [[nodiscard]] std::string place(std::size_t row, data::per owner) const
    {
        if (owner == data::per::sequence)
            return "sequence " + std::to_string(row);
        const auto next = std::upper_bound(offsets.begin(), offsets.end(), row);
        const auto i = static_cast<std::size_t>(next - offsets.begin()) - 1;
        return "sequence " + std::to_string(i) + ", step " + std::to_string(row - offsets[i]);
    }

    void check_offsets() const
    {
        if (offsets.empty() || offsets.front() != 0)
            throw shape_error("sequences: offsets", "a first offset of 0",
                              offsets.empty() ? "none" : std::to_string(offsets.front()));
        for (std::size_t i = 0; i + 1 < offsets.size(); ++i)
            if (offsets[i + 1] <= offsets[i])
                throw shape_error("sequences: sequence " + std::to_string(i), "at least one step",
                                  "offsets " + std::to_string(offsets[i]) + " to " + std::to_string(offsets[i + 1]));
        if (offsets.back() != values.shape(0))
            throw shape_error("sequences: offsets", std::to_string(values.shape(0)) + " rows at the end, as in values",
                              std::to_string(offsets.back()));
        if (size() > 0 && features() == 0)
            throw shape_error("sequences: values", "at least one feature", "none");
    }

    void check_labels(std::size_t most_classes) const
    {
        if (!labels.empty() && labels.size() != owners())
            throw shape_error("sequences: labels", one_per(), std::to_string(labels.size()));
        const std::string below = most_classes > 0 ? " to " + std::to_string(most_classes - 1) : "";
        for (std::size_t i = 0; i < labels.size(); ++i)
            if (labels[i] < 0 || (most_classes > 0 && static_cast<std::size_t>(labels[i]) >= most_classes))
                throw value_error("sequences: label of " + place(i, per), "a class from 0" + below,
                                  std::to_string(labels[i]));
    }

    void check_finite(const tensor<float, 2>& numbers, data::per owner, const std::string& what) const
    {
        const std::size_t columns = numbers.shape(1);
        for (std::size_t i = 0; i < numbers.size(); ++i)
            if (!std::isfinite(numbers.data()[i]))
                throw value_error("sequences: " + what + " of " + place(i / columns, owner) + ", column " +
                                      std::to_string(i % columns),
                                  "a finite number", std::to_string(numbers.data()[i]));
    }
};

//! @brief How the columns of a comma-separated file are read by `parse_csv_sequences`.
struct csv_layout
{
    data::per per = data::per::sequence; //!< what the last columns belong to
    std::size_t targets = 0;             //!< number of last columns that are targets; 0: one last column of labels
    char separator = ',';
};

//! @brief Reads a dataset from comma-separated text with the columns `sequence, feature…, label`, one row per step.
//!
//! The first column names the sequence (any text); rows of one sequence stand together, in the order of time. The last
//! column is the label, an integer from 0; or the last `targets` columns are numbers to predict. Where they belong to
//! the sequence they are the same in all of its rows. A first row whose second field is no number is taken as column
//! names. Throws `parse_error` with the line. The result is checked.
//! @verified tests/data/sequences_test.cpp
[[nodiscard]] inline sequences parse_csv_sequences(std::string_view text, csv_layout layout = {},
                                                   std::string name = "csv in memory")
{
    io::csv_reader reader(text, std::move(name), layout.separator);
    const std::size_t answers = std::max<std::size_t>(layout.targets, 1);
    const std::size_t fewest = 2 + answers;
    const std::string what = layout.targets > 0 ? "targets" : "label";

    std::vector<std::string> fields;
    bool more = reader.next(fields);
    const std::size_t columns = fields.size();
    if (!more || columns < fewest)
        reader.fail("at least " + std::to_string(fewest) + " columns: sequence, features, " + what,
                    std::to_string(columns));
    if (!io::parse_number(fields[1]))
        more = reader.next(fields);

    std::vector<float> values;
    std::vector<double> all_answers;
    std::vector<double> answer;
    std::vector<double> next_answer;
    sequences result;
    result.per = layout.per;
    std::unordered_set<std::string> seen;
    std::string current;

    const auto number = [&](std::size_t column) {
        const auto value = io::parse_number(fields[column]);
        if (!value || std::abs(*value) > static_cast<double>(std::numeric_limits<float>::max()) || std::isnan(*value))
            reader.fail("a finite number in column " + std::to_string(column + 1), "'" + fields[column] + "'");
        return *value;
    };
    const auto label = [&](std::size_t column) {
        const auto value = io::parse_number(fields[column]);
        if (!value || !(*value >= 0 && *value < 2147483647.0) || *value != std::floor(*value))
            reader.fail("a class from 0 in column " + std::to_string(column + 1), "'" + fields[column] + "'");
        return *value;
    };

    for (; more; more = reader.next(fields))
    {
        if (fields.size() != columns)
            reader.fail(std::to_string(columns) + " fields as in the first row", std::to_string(fields.size()));
        const bool begins = result.offsets.size() == 1 || fields[0] != current;
        if (begins)
        {
            current = fields[0];
            if (!seen.insert(current).second)
                reader.fail("the rows of a sequence one after the other", "'" + current + "' for the second time");
            result.offsets.push_back(result.offsets.back());
        }
        ++result.offsets.back();
        for (std::size_t column = 1; column < columns - answers; ++column)
            values.push_back(static_cast<float>(number(column)));

        next_answer.clear();
        for (std::size_t column = columns - answers; column < columns; ++column)
            next_answer.push_back(layout.targets > 0 ? number(column) : label(column));
        if (!begins && layout.per == per::sequence && next_answer != answer)
            reader.fail("the same " + what + " in all rows of sequence '" + current + "'", "another");
        if (begins || layout.per == per::step)
            all_answers.insert(all_answers.end(), next_answer.begin(), next_answer.end());
        answer = next_answer;
    }
    if (values.empty())
        reader.fail("at least one row of numbers", "the end of the text");

    const auto shaped = [](const auto& from, std::size_t width) {
        auto to = tensor<float, 2>::from_shape({from.size() / width, width});
        std::ranges::transform(from, to.data(), [](auto value) { return static_cast<float>(value); });
        return to;
    };
    result.values = shaped(values, columns - 1 - answers);
    if (layout.targets > 0)
        result.targets = shaped(all_answers, answers);
    else
        for (const double each : all_answers)
            result.labels.push_back(static_cast<std::int32_t>(each));
    result.check();
    return result;
}

//! @brief `parse_csv_sequences` on the text of a file.
[[nodiscard]] inline sequences load_csv_sequences(const std::filesystem::path& path, csv_layout layout = {})
{
    const io::bytes data = io::read_file(path);
    return parse_csv_sequences(io::as_text(data), layout, path.string());
}

}
