// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/error.hpp>
#include <dni/data/images.hpp>

#include "support/catch.hpp"
#include "support/damage.hpp"

#include <string>

namespace images_test
{
using namespace dni;
using namespace std::string_literals;

namespace
{

const std::string pixels = "\0\0\x08\3\0\0\0\2\0\0\0\2\0\0\0\3\0\xff\x33\0\0\0\1\2\3\4\5\6"s;
const std::string label_file = "\0\0\x08\1\0\0\0\2\7\3"s;

}

TEST_CASE("images: rows of pixels and single pixels as steps")
{
    const auto rows = data::parse_idx_images(io::as_bytes(pixels), io::as_bytes(label_file));
    CHECK(rows.size() == 2);
    CHECK(rows.features() == 3);
    CHECK(rows.length(1) == 2);
    CHECK(rows.labels == std::vector<std::int32_t>{7, 3});
    CHECK(rows.values(0, 1) == 1.0f);
    CHECK(rows.values(0, 2) == 0.2f);
    CHECK(rows.values(3, 0) == 4.0f / 255.0f);

    const auto steps = data::parse_idx_images(io::as_bytes(pixels), io::as_bytes(label_file), data::scan::pixels);
    CHECK(steps.features() == 1);
    CHECK(steps.length(0) == 6);
    CHECK(std::equal(steps.values.begin(), steps.values.end(), rows.values.begin()));
}

TEST_CASE("images: what does not fit is refused")
{
    const auto parse = [](const std::string& p, const std::string& l) {
        return data::parse_idx_images(io::as_bytes(p), io::as_bytes(l));
    };
    CHECK_THROWS_AS(parse(pixels, "\0\0\x08\1\0\0\0\1\7"s), shape_error);
    CHECK_THROWS_AS(parse(label_file, label_file), shape_error);
    CHECK_THROWS_AS(parse(pixels, pixels), shape_error);
    CHECK_THROWS_AS(parse("\0\0\x08\3\0\0\0\2\0\0\0\0\0\0\0\3"s, label_file), shape_error);
    CHECK_THROWS_AS(parse(pixels, "\0\0\x09\1\0\0\0\2\7\xff"s), value_error);
    CHECK(parse("\0\0\x08\3\0\0\0\0\0\0\0\3\0\0\0\3"s, "\0\0\x08\1\0\0\0\0"s).size() == 0);
    support::damage(io::as_bytes(pixels), [](auto file) { (void)data::parse_idx_images(file, io::as_bytes(label_file)); });
    support::damage(io::as_bytes(label_file), [](auto file) { (void)data::parse_idx_images(io::as_bytes(pixels), file); });
}
}
