// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/core/error.hpp>
#include <dni/core/xtensor.hpp>
#include <dni/data/sequences.hpp>
#include <dni/io/npy.hpp>
#include <dni/random/stream.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <utility>

// Pen strokes: digits as movements of a pen on a grid of 28 × 28 pixels, the format of "MNIST digits stroke sequence
// data" (Edwin D. de Jong, 2016). A step is a row of four values: dx and dy in pixels (y downward), eos (1 at the end
// of a stroke), eod (1 at the end of the digit). The first row is the movement from (0, 0), that is the absolute
// position of the first point, from 1 to 28. A stroke ends with the row 0 0 1 0, the next row is the pen-up move to the
// next stroke; the digit ends with the row 0 0 1 1.
namespace dni::data
{

//! @brief Throws `value_error` unless the sequences are pen strokes in raw pixels with labels 0 … 9 in the format
//! described above.
//!
//! Checked: four features; whole pixels; positions from 1 to 28; eos and eod 0 or 1; eod on the last row, 0 0 1 1, and
//! nowhere else; no row of four zeros. Not checked: that moves within a stroke are of one pixel, because in one real
//! digit of thirty-four the row before the last is a longer jump.
//! @verified tests/data/strokes_test.cpp
inline void check_strokes(const sequences& digits)
{
    digits.check(10);
    if (digits.features() != 4)
        throw shape_error("pen strokes", "4 features (dx, dy, eos, eod)", std::to_string(digits.features()));
    if (digits.per != per::sequence || digits.labels.size() != digits.size())
        throw shape_error("pen strokes", "one label per sequence", std::to_string(digits.labels.size()));
    for (std::size_t i = 0; i < digits.size(); ++i)
    {
        const std::span<const float> rows = digits.sequence(i);
        float x = 0;
        float y = 0;
        for (std::size_t r = 0; r < rows.size(); r += 4)
        {
            const float dx = rows[r];
            const float dy = rows[r + 1];
            const float eos = rows[r + 2];
            const float eod = rows[r + 3];
            const bool last = r + 4 == rows.size();
            const auto require = [&](bool holds, const char* expected) {
                if (holds)
                    return;
                std::string row;
                for (const float value : rows.subspan(r, 4))
                    row += (row.empty() ? "" : " ") + std::to_string(value);
                throw value_error("pen strokes: sequence " + std::to_string(i) + ", step " + std::to_string(r / 4),
                                  expected, row);
            };
            x += dx;
            y += dy;
            require(dx == std::round(dx) && dy == std::round(dy), "whole pixels");
            require(x >= 1 && x <= 28 && y >= 1 && y <= 28, "a position from 1 to 28");
            require((eos == 0 || eos == 1) && (eod == 0 || eod == 1), "marks of 0 or 1");
            require(eod == (last ? 1.0f : 0.0f), "the end of the digit on its last row");
            require(eos == 0 ? dx != 0 || dy != 0 : dx == 0 && dy == 0, "a movement, or the end of a stroke");
            require(!last || eos == 1, "the end of a stroke at the end of the digit");
        }
    }
}

//! @brief The two parts of the pen-stroke data.
struct stroke_data
{
    sequences train;
    sequences test;
};

//! @brief Reads the MNIST pen-stroke data (Edwin de Jong) from a folder with the six files
//! strokes-{train,test}-{points,offsets,labels}.npy: points [rows, 4], offsets [S+1], labels [S]. Values stay raw
//! pixels.
//!
//! Throws `parse_error`, `shape_error` or `value_error` for a file that is missing, damaged or does not fit the others,
//! and where `check_strokes` does.
//! @verified tests/data/strokes_test.cpp
[[nodiscard]] inline stroke_data load_strokes(const std::filesystem::path& folder)
{
    const auto part = [&](const std::string& name) {
        const auto path = [&](const char* what) { return folder / ("strokes-" + name + "-" + what + ".npy"); };
        const auto offsets = io::load_npy<std::uint64_t, 1>(path("offsets"));
        const auto labels = io::load_npy<std::int32_t, 1>(path("labels"));
        sequences digits;
        digits.values = io::load_npy<float, 2>(path("points"));
        digits.offsets.assign(offsets.data(), offsets.data() + offsets.size());
        digits.labels.assign(labels.data(), labels.data() + labels.size());
        check_strokes(digits);
        return digits;
    };
    return {part("train"), part("test")};
}

//! @brief Where the first row of a digit is moved to and how it is scaled: x' = (x − center) / unit, likewise y.
struct stroke_scaling
{
    float center = 14; //!< pixels
    float unit = 8;    //!< pixels
};

//! @brief Brings the first row's absolute position to the size of the other rows, in place; these, one pixel mostly,
//! stay raw. Throws `shape_error` unless there are 4 features.
//! @verified tests/data/strokes_test.cpp
inline void center_first_rows(sequences& digits, stroke_scaling scaling = {})
{
    if (digits.features() != 4)
        throw shape_error("center_first_rows", "4 features (dx, dy, eos, eod)", std::to_string(digits.features()));
    for (std::size_t i = 0; i < digits.size(); ++i)
        for (float& position : digits.sequence(i).first(2))
            position = (position - scaling.center) / scaling.unit;
}

//! @brief Writes the pen's position into columns 4 and 5 of one digit's rows [L, 6]: the sum of the moves so far, in units of the first
//! row, which is the position itself. A tablet reports it; with it a network need not add up noisy moves. O(L).
//! @verified tests/data/strokes_test.cpp
inline void update_positions(std::span<float> rows, std::size_t features, float unit = stroke_scaling{}.unit)
{
    float x = 0;
    float y = 0;
    for (std::size_t r = 0; r + features <= rows.size(); r += features)
    {
        x += r == 0 ? rows[0] : rows[r] / unit;
        y += r == 0 ? rows[1] : rows[r + 1] / unit;
        rows[r + 4] = x;
        rows[r + 5] = y;
    }
}

//! @brief The same digits with two more features, the pen's position: rows [dx, dy, eos, eod, x, y]. To be called after
//! `center_first_rows`. Throws `shape_error` unless there are 4 features.
//! @verified tests/data/strokes_test.cpp
[[nodiscard]] inline sequences with_positions(const sequences& digits, float unit = stroke_scaling{}.unit)
{
    if (digits.features() != 4)
        throw shape_error("with_positions", "4 features (dx, dy, eos, eod)", std::to_string(digits.features()));
    sequences wider = digits;
    wider.values = tensor<float, 2>::from_shape({digits.values.shape(0), 6});
    for (std::size_t r = 0; r < digits.values.shape(0); ++r)
        std::copy_n(digits.values.data() + r * 4, 4, wider.values.data() + r * 6);
    for (std::size_t i = 0; i < wider.size(); ++i)
        update_positions(wider.sequence(i), 6, unit);
    return wider;
}

//! @brief Draws another hand for a digit: a random affine map of its moves and a tremor of its points, in place.
//!
//! With the draws s, r, a, b, p, q uniform from −bound to bound, every move becomes d' = A d, A = rotation(r) · [1 s; 0
//! 1] · diag(1 + a, 1 + b), and the first position c + A (first − c) + (p, q). Then every point is shifted by normal
//! draws of the given jitter, and points are passed over: with a probability q, drawn from 0 to `skip` for each digit, a move within a
//! stroke joins the next one and becomes 0 0. Columns of positions (features 4 and 5) follow. Marks are not touched and rows that end a stroke stay 0 0. Takes rows after
//! `center_first_rows`, or raw ones with .origin = 14, .unit = 1. Throws `shape_error` for fewer than 3 features. O(L),
//! 6 + 2 L draws.
//! @verified tests/data/strokes_test.cpp
struct augment_strokes
{
    float slant = 0.25f;     //!< greatest shear, tangent of the angle
    float rotation = 0.15f;  //!< greatest angle, radians
    float stretch = 0.15f;   //!< greatest relative change of width and of height
    float shift = 1.5f;      //!< greatest shift of the whole digit, pixels
    float jitter = 0.1f;     //!< standard deviation of a point's tremor, pixels
    float skip = 0;          //!< greatest probability that a point is passed over
    float origin = 0;        //!< what the first row holds at the middle of the grid; 14 for raw pixels
    float unit = 8;          //!< pixels per unit of the first row; 1 for raw pixels

    //! @brief Changes one digit: rows [L, features], the first two features dx and dy, the third eos.
    void operator()(std::span<float> rows, std::size_t features, stream& random) const
    {
        if (features < 3)
            throw shape_error("augment_strokes", "at least 3 features (dx, dy, eos)", std::to_string(features));
        const auto within = [&](float bound) { return bound * (2 * random.uniform() - 1); };
        const float shear = within(slant);
        const float angle = within(rotation);
        const float width = 1 + within(stretch);
        const float height = 1 + within(stretch);
        const float shift_x = within(shift);
        const float shift_y = within(shift);
        const float c = std::cos(angle);
        const float s = std::sin(angle);
        const float xx = c * width, xy = (c * shear - s) * height;
        const float yx = s * width, yy = (s * shear + c) * height;

        float tremor_x = 0;
        float tremor_y = 0;
        for (std::size_t r = 0; r + features <= rows.size(); r += features)
        {
            const bool first = r == 0;
            float& x = rows[r];
            float& y = rows[r + 1];
            const bool moves = first || rows[r + 2] == 0;
            const float dx = first ? (x - origin) * unit : x;
            const float dy = first ? (y - origin) * unit : y;
            const float next_x = moves && jitter > 0 ? jitter * random.normal() : tremor_x;
            const float next_y = moves && jitter > 0 ? jitter * random.normal() : tremor_y;
            const float new_x = xx * dx + xy * dy + (next_x - tremor_x) + (first ? shift_x : 0);
            const float new_y = yx * dx + yy * dy + (next_y - tremor_y) + (first ? shift_y : 0);
            x = first ? new_x / unit + origin : new_x;
            y = first ? new_y / unit + origin : new_y;
            tremor_x = next_x;
            tremor_y = next_y;
        }
        pass_over(rows, features, random);
        if (features >= 6)
            update_positions(rows, features, unit);
    }

private:
    void pass_over(std::span<float> rows, std::size_t features, stream& random) const
    {
        const float probability = skip * random.uniform();
        for (std::size_t r = features; skip > 0 && r + 2 * features <= rows.size(); r += features)
        {
            const std::size_t next = r + features;
            if (rows[r + 2] == 0 && rows[next + 2] == 0 && random.uniform() < probability)
            {
                rows[next] += std::exchange(rows[r], 0.0f);
                rows[next + 1] += std::exchange(rows[r + 1], 0.0f);
            }
        }
    }
};

}
