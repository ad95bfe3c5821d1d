// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/error.hpp>
#include <dni/data/strokes.hpp>
#include <dni/data/synthetic_strokes.hpp>
#include <dni/io/npy.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

namespace strokes_test
{
using namespace dni;
using support::contains;

namespace
{

//! A folder as the data has it, removed at the end of the test.
struct stroke_folder
{
    std::filesystem::path path = std::filesystem::temp_directory_path() / "dni_strokes_test";
    data::sequences digits = data::synthetic_strokes(12, seed{5});

    stroke_folder()
    {
        std::filesystem::create_directory(path);
        for (const std::string part : {"train", "test"})
        {
            auto points = tensor<std::int8_t, 2>::from_shape({digits.values.shape(0), 4});
            for (std::size_t i = 0; i < points.size(); ++i)
                points.data()[i] = static_cast<std::int8_t>(digits.values.data()[i]);
            save(part, "points", points);
            auto offsets = tensor<std::int32_t, 1>::from_shape({digits.offsets.size()});
            for (std::size_t i = 0; i < offsets.size(); ++i)
                offsets(i) = static_cast<std::int32_t>(digits.offsets[i]);
            save(part, "offsets", offsets);
            auto labels = tensor<std::uint8_t, 1>::from_shape({digits.labels.size()});
            for (std::size_t i = 0; i < labels.size(); ++i)
                labels(i) = static_cast<std::uint8_t>(digits.labels[i]);
            save(part, "labels", labels);
        }
    }

    ~stroke_folder() { std::filesystem::remove_all(path); }

    template <class Tensor>
    void save(const std::string& part, const std::string& what, const Tensor& values) const
    {
        io::save_npy(path / ("strokes-" + part + "-" + what + ".npy"), values);
    }
};

data::sequences one_digit()
{
    data::sequences s;
    s.values = {{5, 9, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {2, -1, 0, 0}, {1, 1, 0, 0}, {0, 0, 1, 1}};
    s.offsets = {0, 6};
    s.labels = {4};
    return s;
}

}

TEST_CASE("strokes: six files are read as written")
{
    const stroke_folder folder;
    const auto [train, test] = data::load_strokes(folder.path);
    CHECK((train.values == folder.digits.values));
    CHECK(train.offsets == folder.digits.offsets);
    CHECK(test.labels == folder.digits.labels);
}

TEST_CASE("strokes: files that are missing, damaged or do not fit are refused")
{
    const stroke_folder folder;
    const auto refused = [&] {
        try
        {
            (void)data::load_strokes(folder.path);
        }
        catch (const error& e)
        {
            return std::string(e.what());
        }
        return std::string();
    };
    folder.save("test", "labels", tensor<std::uint8_t, 1>{1, 2, 3});
    CHECK_THAT(refused(), contains("labels"));
    folder.save("test", "labels", tensor<std::uint8_t, 1>{1, 2, 3, 10, 1, 1, 1, 1, 1, 1, 1, 1});
    CHECK_THAT(refused(), contains("sequence 3") && contains("0 to 9"));
    folder.save("test", "labels", tensor<float, 1>{1, 2, 3});
    CHECK_THAT(refused(), contains("strokes-test-labels.npy") && contains("float32"));
    folder.save("test", "offsets", tensor<std::int32_t, 1>{0, -4, 3});
    CHECK_THAT(refused(), contains("strokes-test-offsets.npy") && contains("-4"));
    folder.save("train", "points", tensor<float, 3>::from_shape({1, 1, 4}));
    CHECK_THAT(refused(), contains("2 dimensions"));
    std::filesystem::resize_file(folder.path / "strokes-train-labels.npy", 130);
    CHECK_THAT(refused(), contains("strokes-train-labels.npy") && contains("byte 128"));
    std::filesystem::remove(folder.path / "strokes-train-offsets.npy");
    CHECK_THAT(refused(), contains("strokes-train-offsets.npy") && contains("a readable file"));
}

TEST_CASE("strokes: the format is checked row by row")
{
    CHECK_NOTHROW(data::check_strokes(one_digit()));
    const auto broken = [](std::size_t row, std::size_t column, float value) {
        data::sequences s = one_digit();
        s.values(row, column) = value;
        return s;
    };
    CHECK_THROWS_AS(data::check_strokes(broken(0, 0, 0)), value_error);    // position 0
    CHECK_THROWS_AS(data::check_strokes(broken(3, 0, 24)), value_error);   // position 29
    CHECK_THROWS_AS(data::check_strokes(broken(1, 0, 0.5f)), value_error); // half a pixel
    CHECK_THROWS_AS(data::check_strokes(broken(1, 1, 0)), value_error);    // row of zeros
    CHECK_THROWS_AS(data::check_strokes(broken(2, 0, 1)), value_error);    // a move at the end of a stroke
    CHECK_THROWS_AS(data::check_strokes(broken(2, 3, 1)), value_error);    // the end before the end
    CHECK_THROWS_AS(data::check_strokes(broken(5, 3, 0)), value_error);    // no end
    CHECK_THROWS_AS(data::check_strokes(broken(5, 2, 0)), value_error);
    CHECK_THROWS_AS(data::check_strokes(broken(1, 2, 2)), value_error);
    CHECK_THROWS_WITH(data::check_strokes(broken(3, 0, 24)), contains("sequence 0, step 3"));
    data::sequences s = one_digit();
    s.labels = {};
    CHECK_THROWS_AS(data::check_strokes(s), shape_error);
}

TEST_CASE("strokes: first rows are centred, the others stay")
{
    data::sequences s = one_digit();
    data::center_first_rows(s);
    CHECK(s.values(0, 0) == -9.0f / 8);
    CHECK(s.values(0, 1) == -5.0f / 8);
    CHECK(s.values(0, 2) == 0.0f);
    CHECK(s.values(3, 0) == 2.0f);
    s.values = tensor<float, 2>::from_shape({6, 3});
    CHECK_THROWS_AS(data::center_first_rows(s), shape_error);
}

TEST_CASE("strokes: augmentation is the affine map it says")
{
    const auto rows = [](const data::sequences& s) { return std::vector<float>(s.values.begin(), s.values.end()); };
    const std::vector<float> before = rows(one_digit());

    std::vector<float> same = before;
    stream random(key(seed{1}));
    const data::augment_strokes still{
        .slant = 0, .rotation = 0, .stretch = 0, .shift = 0, .jitter = 0, .origin = 14, .unit = 1};
    still(same, 4, random);
    CHECK(same == before);

    // Raw and centred rows give the same digit.
    const data::augment_strokes raw{.origin = 14, .unit = 1};
    std::vector<float> a = before;
    stream first(key(seed{2}));
    raw(a, 4, first);
    data::sequences centered = one_digit();
    data::center_first_rows(centered);
    std::vector<float> b = rows(centered);
    stream second(key(seed{2}));
    data::augment_strokes{}(b, 4, second);
    CHECK(std::abs(b[0] * 8 + 14 - a[0]) < 1e-4f);
    CHECK(std::abs(b[1] * 8 + 14 - a[1]) < 1e-4f);
    for (std::size_t i = 4; i < a.size(); ++i)
        CHECK(std::abs(a[i] - b[i]) < 1e-5f);

    // Marks and the ends of strokes stay, the same stream gives the same hand, another one another.
    for (std::size_t r = 0; r < a.size(); r += 4)
    {
        CHECK(a[r + 2] == before[r + 2]);
        CHECK(a[r + 3] == before[r + 3]);
        if (before[r + 2] == 1)
        {
            CHECK(a[r] == 0.0f);
            CHECK(a[r + 1] == 0.0f);
        }
    }
    CHECK(a != before);
    std::vector<float> again = before, other = before;
    stream third(key(seed{2})), fourth(key(seed{3}));
    raw(again, 4, third);
    raw(other, 4, fourth);
    CHECK(again == a);
    CHECK(other != a);

    // A pure rotation keeps lengths, jitter moves points but does not add up.
    std::vector<float> turned = before;
    data::augment_strokes rotate = still;
    rotate.rotation = 0.5f;
    rotate(turned, 4, first);
    for (std::size_t r = 4; r < turned.size(); r += 4)
        CHECK(std::abs(std::hypot(turned[r], turned[r + 1]) - std::hypot(before[r], before[r + 1])) < 1e-5f);
    std::vector<float> line(4 * 1000, 0.0f), shaken = line;
    data::augment_strokes shake = still;
    shake.jitter = 0.1f;
    shake(shaken, 4, first);
    float x = 0, farthest = 0;
    for (std::size_t r = 0; r < shaken.size(); r += 4)
        farthest = std::max(farthest, std::abs(x += shaken[r]));
    CHECK(farthest > 0.2f);
    CHECK(farthest < 0.6f);

    CHECK_THROWS_AS(raw(again, 2, first), shape_error);
}
}
