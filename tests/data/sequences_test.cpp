// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/error.hpp>
#include <dni/data/sequences.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/damage.hpp"

#include <algorithm>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

namespace sequences_test
{
using namespace dni;
using data::sequences;
using support::contains;

namespace
{

//! Three sequences of 2, 1 and 3 steps; the first feature is the row, the second 10 times the sequence.
sequences three()
{
    sequences s;
    s.values = {{0, 0}, {1, 0}, {2, 10}, {3, 20}, {4, 20}, {5, 20}};
    s.offsets = {0, 2, 3, 6};
    s.labels = {2, 0, 1};
    return s;
}

sequences labelled_steps()
{
    sequences s = three();
    s.per = data::per::step;
    s.labels = {0, 1, 2, 3, 4, 5};
    s.targets = {{0.0f}, {0.1f}, {0.2f}, {0.3f}, {0.4f}, {0.5f}};
    return s;
}

}

TEST_CASE("sequences: sizes")
{
    const sequences s = three();
    CHECK_NOTHROW(s.check());
    CHECK_NOTHROW(s.check(3));
    CHECK(s.size() == 3);
    CHECK(s.features() == 2);
    CHECK(s.length(2) == 3);
    CHECK(s.longest() == 3);
    CHECK(s.classes() == 3);
    CHECK(s.sequence(1)[1] == 10.0f);

    const sequences none;
    CHECK_NOTHROW(none.check());
    CHECK(none.size() == 0);
    CHECK(none.longest() == 0);
    CHECK(none.classes() == 0);
    CHECK_NOTHROW(labelled_steps().check());
}

TEST_CASE("sequences: what is wrong is found and named")
{
    sequences s = three();
    s.values(4, 1) = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_AS(s.check(), value_error);
    CHECK_THROWS_WITH(s.check(), contains("sequence 2, step 1, column 1") && contains("nan"));

    s = three();
    s.offsets = {0, 2, 2, 6};
    CHECK_THROWS_AS(s.check(), shape_error);
    CHECK_THROWS_WITH(s.check(), contains("sequence 1") && contains("at least one step"));
    const std::vector<std::vector<std::size_t>> wrong = {{}, {1, 2, 3, 6}, {0, 2, 3, 5}, {0, 2, 3, 7}, {0, 3, 2, 6}};
    for (const auto& offsets : wrong)
    {
        s.offsets = offsets;
        CHECK_THROWS_AS(s.check(), shape_error);
    }

    s = three();
    s.labels = {0, 1};
    CHECK_THROWS_AS(s.check(), shape_error);
    s.labels = {0, -1, 2};
    CHECK_THROWS_WITH(s.check(), contains("sequence 1") && contains("-1"));
    s.labels = {0, 1, 3};
    CHECK_NOTHROW(s.check());
    CHECK_THROWS_WITH(s.check(3), contains("sequence 2") && contains("0 to 2") && contains("found 3"));

    s = labelled_steps();
    s.labels[4] = 9;
    CHECK_THROWS_WITH(s.check(6), contains("sequence 2, step 1"));
    s = labelled_steps();
    s.targets = tensor<float, 2>::from_shape({3, 1});
    CHECK_THROWS_AS(s.check(), shape_error);
    s = labelled_steps();
    s.targets(2, 0) = std::numeric_limits<float>::infinity();
    CHECK_THROWS_WITH(s.check(), contains("targets of sequence 1, step 0"));
}

TEST_CASE("sequences: a subset keeps values, labels and targets together")
{
    const std::vector<std::size_t> chosen = {2, 0, 2};
    const sequences s = three().subset(chosen);
    CHECK_NOTHROW(s.check());
    CHECK(s.offsets == std::vector<std::size_t>{0, 3, 5, 8});
    CHECK(s.labels == std::vector<std::int32_t>{1, 2, 1});
    CHECK(s.values(3, 0) == 0.0f);
    CHECK(s.values(7, 0) == 5.0f);

    const sequences steps = labelled_steps().subset(chosen);
    CHECK_NOTHROW(steps.check());
    CHECK(steps.labels == std::vector<std::int32_t>{3, 4, 5, 0, 1, 3, 4, 5});
    CHECK(steps.targets(4, 0) == 0.1f);

    CHECK(three().subset({}).size() == 0);
    CHECK(three().subset({}).features() == 2);
    CHECK_THROWS_AS(three().subset(std::vector<std::size_t>{3}), value_error);
}

TEST_CASE("sequences: a split is disjoint, complete, shuffled and repeatable")
{
    sequences s;
    s.values = tensor<float, 2>::from_shape({100, 1});
    for (std::size_t i = 0; i < 100; ++i)
    {
        s.values(i, 0) = static_cast<float>(i);
        s.offsets.push_back(i + 1);
    }
    const auto [first, second] = s.split(0.7, seed{1});
    CHECK(first.size() == 70);
    CHECK(second.size() == 30);
    std::vector<float> all(first.values.begin(), first.values.end());
    CHECK_FALSE(std::ranges::is_sorted(all));
    all.insert(all.end(), second.values.begin(), second.values.end());
    std::ranges::sort(all);
    CHECK(std::equal(all.begin(), all.end(), s.values.begin()));

    CHECK((s.split(0.7, seed{1}).first.values == first.values));
    CHECK((s.split(0.7, seed{2}).first.values != first.values));
    CHECK(s.split(0, seed{1}).first.size() == 0);
    CHECK(s.split(1, seed{1}).second.size() == 0);
    CHECK_THROWS_AS(s.split(1.5, seed{1}), value_error);
    CHECK_THROWS_AS(s.split(-0.1, seed{1}), value_error);
    CHECK_THROWS_AS(s.split(std::numeric_limits<double>::quiet_NaN(), seed{1}), value_error);
}

TEST_CASE("sequences: from comma-separated text")
{
    const auto s = data::parse_csv_sequences("sequence,x,y,label\nfirst,1,2,1\nfirst,3,4,1\nsecond,5,6,0\n");
    CHECK(s.offsets == std::vector<std::size_t>{0, 2, 3});
    CHECK(s.labels == std::vector<std::int32_t>{1, 0});
    CHECK((s.values == tensor<float, 2>{{1, 2}, {3, 4}, {5, 6}}));

    const auto steps = data::parse_csv_sequences("a,1,7\na,2,8\nb,3,9\n", {.per = data::per::step});
    CHECK(steps.labels == std::vector<std::int32_t>{7, 8, 9});
    CHECK(steps.size() == 2);

    const auto targets =
        data::parse_csv_sequences("0;1;0.5;-1\n0;2;0.5;-1\n1;3;1e3;0\n", {.targets = 2, .separator = ';'});
    CHECK((targets.targets == tensor<float, 2>{{0.5f, -1.0f}, {1000.0f, 0.0f}}));
    CHECK(targets.labels.empty());
    CHECK(targets.features() == 1);

    const auto path = std::filesystem::temp_directory_path() / "dni_sequences_test.csv";
    io::write_file(path, io::as_bytes("a,1,0\nb,2,1\n"));
    CHECK(data::load_csv_sequences(path).size() == 2);
    std::filesystem::remove(path);
}

TEST_CASE("sequences: wrong comma-separated text is refused with its line")
{
    const auto parse = [](const std::string& text) { return data::parse_csv_sequences(text); };
    CHECK_THROWS_AS(parse(""), parse_error);
    CHECK_THROWS_AS(parse("sequence,x,label\n"), parse_error);
    CHECK_THROWS_AS(parse("a,1\n"), parse_error);
    CHECK_THROWS_WITH(parse("a,1,0\na,x,0\n"), contains("line 2") && contains("'x'"));
    CHECK_THROWS_WITH(parse("a,1,0\na,,0\n"), contains("line 2"));
    CHECK_THROWS_WITH(parse("a,1,0\na,nan,0\n"), contains("line 2"));
    CHECK_THROWS_WITH(parse("a,1,0\na,1e39,0\n"), contains("line 2"));
    CHECK_THROWS_WITH(parse("a,1,0\na,1,0,0\n"), contains("line 2"));
    CHECK_THROWS_WITH(parse("a,1,0\na,1,1\n"), contains("line 2") && contains("same label"));
    CHECK_THROWS_WITH(parse("a,1,0\nb,1,1\na,1,0\n"), contains("line 3") && contains("second time"));
    for (const char* label : {"-1", "0.5", "x", "", "1e10", "nan", "inf"})
        CHECK_THROWS_AS(parse("a,1," + std::string(label) + "\n"), parse_error);
    support::damage(io::as_bytes("s,x,l\na,1,0\nb,-2.5,1\n"),
                    [](std::span<const std::byte> text) { (void)data::parse_csv_sequences(io::as_text(text)); });
}
}
