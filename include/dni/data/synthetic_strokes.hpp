// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/core/error.hpp>
#include <dni/core/xtensor.hpp>
#include <dni/data/sequences.hpp>
#include <dni/random/key.hpp>
#include <dni/random/stream.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <utility>
#include <vector>

namespace dni::data
{

namespace detail
{

struct pen_point
{
    float x, y;
};

using pen_path = std::vector<pen_point>;

//! @brief A point a stroke passes through, in hundredths of the unit square, y downward.
struct knot
{
    int x, y;

    friend bool operator==(const knot&, const knot&) = default;
};

//! @brief One way to write a digit. A stroke is a smooth curve through its knots; a knot given twice is a corner.
struct allograph
{
    std::int32_t digit;
    std::vector<std::vector<knot>> strokes;
};

inline const std::vector<allograph>& allographs()
{
    static const std::vector<allograph> all = {
        // zero: from the top, and from the upper right with the ends crossing
        {0, {{{50, 0}, {20, 12}, {5, 50}, {20, 88}, {50, 100}, {82, 86}, {95, 48}, {80, 12}, {48, 0}}}},
        {0, {{{80, 8}, {48, 0}, {15, 20}, {5, 60}, {25, 96}, {60, 98}, {90, 68}, {92, 30}, {66, 6}, {45, 10}}}},
        // one: a stick, with a flag, with flag and foot
        {1, {{{50, 0}, {50, 50}, {50, 100}}}},
        {1, {{{52, 0}, {48, 50}, {50, 100}}}},
        {1, {{{28, 24}, {52, 0}, {52, 0}, {50, 100}}}},
        {1, {{{28, 24}, {52, 0}, {52, 0}, {50, 100}}, {{22, 100}, {80, 99}}}},
        // two: with a corner, with a loop, round at the foot
        {2, {{{10, 24}, {32, 2}, {66, 3}, {82, 26}, {60, 60}, {6, 100}, {6, 100}, {50, 97}, {95, 96}}}},
        {2, {{{12, 20}, {42, 0}, {78, 16}, {66, 55}, {30, 94}, {8, 90}, {16, 74}, {42, 84}, {70, 98}, {98, 90}}}},
        {2, {{{10, 14}, {45, 0}, {80, 20}, {58, 56}, {16, 86}, {16, 98}, {55, 97}, {95, 94}}}},
        // three: round, with a small loop in the middle, with a flat top
        {3, {{{10, 12}, {45, 0}, {80, 18}, {66, 42}, {36, 48}, {36, 48}, {74, 56}, {86, 78}, {52, 100}, {6, 90}}}},
        {3, {{{12, 10}, {50, 0}, {82, 16}, {68, 42}, {44, 52}, {36, 44}, {50, 44}, {84, 62}, {78, 92}, {40, 100},
             {6, 88}}}},
        {3, {{{10, 3}, {84, 2}, {84, 2}, {42, 40}, {42, 40}, {80, 54}, {86, 80}, {50, 100}, {8, 92}}}},
        // four: open, closed, in one stroke
        {4, {{{14, 2}, {6, 34}, {8, 54}, {8, 54}, {45, 55}, {90, 48}}, {{80, 2}, {72, 50}, {66, 100}}}},
        {4, {{{70, 0}, {38, 34}, {4, 66}, {4, 66}, {50, 66}, {96, 62}}, {{72, 4}, {70, 50}, {68, 100}}}},
        {4, {{{10, 4}, {6, 36}, {28, 52}, {62, 46}, {84, 6}, {84, 6}, {74, 50}, {66, 100}}}},
        // five: with a separate bar, in one stroke, round
        {5, {{{26, 3}, {18, 44}, {18, 44}, {55, 38}, {86, 62}, {66, 94}, {30, 100}, {5, 90}}, {{28, 3}, {60, 2},
             {92, 0}}}},
        {5, {{{90, 0}, {58, 2}, {30, 3}, {30, 3}, {20, 44}, {20, 44}, {58, 40}, {84, 64}, {62, 95}, {8, 94}}}},
        {5, {{{95, 2}, {55, 4}, {26, 20}, {34, 40}, {66, 52}, {76, 78}, {48, 100}, {6, 94}}}},
        // six: round, straight
        {6, {{{76, 0}, {36, 20}, {10, 60}, {24, 94}, {62, 98}, {84, 74}, {62, 52}, {32, 60}, {14, 80}}}},
        {6, {{{40, 0}, {16, 38}, {8, 76}, {34, 100}, {72, 90}, {74, 64}, {46, 56}, {18, 74}}}},
        // seven: plain, with a bar, with a serif
        {7, {{{5, 6}, {45, 4}, {90, 2}, {90, 2}, {62, 46}, {42, 100}}}},
        {7, {{{5, 5}, {45, 5}, {90, 2}, {90, 2}, {62, 46}, {42, 100}}, {{30, 54}, {84, 48}}}},
        {7, {{{6, 24}, {10, 6}, {10, 6}, {50, 6}, {90, 4}, {90, 4}, {70, 40}, {58, 100}}}},
        // eight: an S and back, two circles from the middle
        {8, {{{80, 14}, {45, 0}, {16, 18}, {44, 46}, {84, 74}, {52, 100}, {14, 80}, {46, 50}, {82, 26}, {74, 10}}}},
        {8, {{{50, 48}, {20, 30}, {32, 2}, {70, 2}, {80, 26}, {50, 48}, {14, 72}, {34, 100}, {70, 98}, {86, 72},
             {52, 48}}}},
        // nine: with a straight stem, with a curved one, the stem drawn apart
        {9, {{{82, 14}, {48, 0}, {12, 24}, {34, 48}, {72, 36}, {84, 10}, {84, 10}, {78, 56}, {70, 100}}}},
        {9, {{{76, 10}, {40, 2}, {14, 28}, {42, 46}, {76, 24}, {80, 12}, {84, 60}, {60, 98}, {20, 94}}}},
        {9, {{{74, 12}, {44, 0}, {12, 22}, {32, 48}, {64, 40}, {78, 20}}, {{80, 8}, {74, 54}, {56, 100}}}}};
    return all;
}

//! @brief A sum of three uniform draws of mean 0 and deviation 1, from −3 to 3: bounded, and the same bits on every
//! instruction set.
inline float bell(stream& random) noexcept
{
    float sum = random.uniform();
    sum += random.uniform();
    sum += random.uniform();
    return 2 * sum - 3;
}

//! @brief The curve through the knots (uniform Catmull-Rom), sampled densely; the knots are jittered first.
inline pen_path draw_curve(const std::vector<knot>& knots, float jitter, stream& random)
{
    const auto near = [&](int hundredths) { return 0.01f * static_cast<float>(hundredths) + jitter * bell(random); };
    pen_path moved;
    for (std::size_t i = 0; i < knots.size(); ++i)
    {
        const bool second_of_corner = i > 0 && knots[i] == knots[i - 1];
        moved.push_back(second_of_corner ? moved.back() : pen_point{near(knots[i].x), near(knots[i].y)});
    }
    constexpr std::size_t samples = 16;
    pen_path curve;
    for (std::size_t i = 0; i + 1 < moved.size(); ++i)
    {
        const pen_point b = moved[i], c = moved[i + 1];
        const pen_point a = i > 0 ? moved[i - 1] : b, d = i + 2 < moved.size() ? moved[i + 2] : c;
        const auto between = [](float p, float q, float r, float s, float t) {
            return q + 0.5f * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
        };
        for (std::size_t k = 0; k < samples; ++k)
        {
            const float t = static_cast<float>(k) / samples;
            curve.push_back({between(a.x, b.x, c.x, d.x, t), between(a.y, b.y, c.y, d.y, t)});
        }
    }
    curve.push_back(moved.back());
    return curve;
}

//! @brief A fast hand cuts corners: the mean of each point's neighbourhood of ± reach points, narrower at the ends so
//! that they stay.
inline void hurry(pen_path& curve, std::size_t reach)
{
    const pen_path before = curve;
    for (std::size_t i = 0; i < curve.size(); ++i)
    {
        const std::size_t r = std::min({reach, i, curve.size() - 1 - i});
        pen_point sum{0, 0};
        for (std::size_t j = i - r; j <= i + r; ++j)
            sum = {sum.x + before[j].x, sum.y + before[j].y};
        const auto count = static_cast<float>(2 * r + 1);
        curve[i] = {sum.x / count, sum.y / count};
    }
}

struct pixel
{
    int x, y;

    friend bool operator==(const pixel&, const pixel&) = default;
};

inline int distance(pixel a, pixel b) noexcept { return std::max(std::abs(a.x - b.x), std::abs(a.y - b.y)); }

//! @brief The pixels under a curve as a path of one-pixel steps, thin as a skeleton: no pixel whose neighbours on the
//! path touch.
inline std::vector<pixel> rasterize(const pen_path& curve)
{
    std::vector<pixel> path;
    const auto visit = [&path](pixel p) {
        while (path.size() >= 2 && distance(path[path.size() - 2], p) <= 1)
            path.pop_back();
        if (path.empty() || path.back() != p)
            path.push_back(p);
    };
    for (const pen_point& point : curve)
    {
        const pixel goal{static_cast<int>(std::lround(point.x)), static_cast<int>(std::lround(point.y))};
        if (!path.empty())
        {
            const pixel from = path.back();
            const int steps = distance(from, goal);
            for (int k = 1; k < steps; ++k)
            {
                const float t = static_cast<float>(k) / static_cast<float>(steps);
                const auto part = [t](int a, int b) {
                    return a + static_cast<int>(std::lround(t * static_cast<float>(b - a)));
                };
                visit({part(from.x, goal.x), part(from.y, goal.y)});
            }
        }
        visit(goal);
    }
    return path;
}

//! @brief One handwritten digit: its strokes as pixel paths with positions from 1 to 28.
inline std::vector<std::vector<pixel>> write_digit(const allograph& model, stream& random)
{
    std::vector<pen_path> strokes;
    for (const std::vector<knot>& knots : model.strokes)
    {
        pen_path curve = draw_curve(knots, 0.055f, random);
        const auto part = static_cast<std::uint32_t>(curve.size()) / 10;
        curve.erase(curve.end() - static_cast<std::ptrdiff_t>(random.below(part)), curve.end());
        curve.erase(curve.begin(), curve.begin() + static_cast<std::ptrdiff_t>(random.below(part)));
        strokes.push_back(std::move(curve));
    }

    // The hand: a leaning, rotated and stretched unit square, bent a little.
    const float width = 0.92f * (1 + 0.2f * bell(random));
    const float slant = 0.15f + 0.22f * bell(random);
    const float angle = 0.09f * bell(random);
    const float bend = 0.05f * bell(random);
    const float c = std::cos(angle), s = std::sin(angle);
    pen_point low{1e9f, 1e9f}, high{-1e9f, -1e9f};
    for (pen_path& stroke : strokes)
        for (pen_point& p : stroke)
        {
            const float y = p.y - 0.5f;
            const float x = width * (p.x - 0.5f) - slant * y + bend * (4 * y * y - 0.5f);
            p = {c * x - s * y, s * x + c * y};
            low = {std::min(low.x, p.x), std::min(low.y, p.y)};
            high = {std::max(high.x, p.x), std::max(high.y, p.y)};
        }

    // The grid: the longer side takes about 18 pixels, as in thinned MNIST; the middle lies near (15, 15).
    const float size = 18 + 0.7f * bell(random);
    const float scale = size / std::max(high.x - low.x, high.y - low.y);
    const pen_point center{0.5f * (low.x + high.x), 0.5f * (low.y + high.y)};
    const pen_point middle{15 + 0.5f * bell(random), 15 + 0.5f * bell(random)};
    const auto reach = random.below(6);
    std::vector<std::vector<pixel>> paths;
    for (pen_path& stroke : strokes)
    {
        for (pen_point& p : stroke)
            p = {middle.x + scale * (p.x - center.x), middle.y + scale * (p.y - center.y)};
        hurry(stroke, reach);

        // A tremor of the hand: an offset drawn anew every few points and followed linearly.
        constexpr std::size_t period = 8;
        constexpr float tremor = 0.45f;
        pen_point from{tremor * bell(random), tremor * bell(random)};
        for (std::size_t i = 0; i < stroke.size(); i += period)
        {
            const pen_point to{tremor * bell(random), tremor * bell(random)};
            for (std::size_t k = i; k < std::min(i + period, stroke.size()); ++k)
            {
                const float t = static_cast<float>(k - i) / period;
                stroke[k].x = std::clamp(stroke[k].x + from.x + t * (to.x - from.x), 1.0f, 28.0f);
                stroke[k].y = std::clamp(stroke[k].y + from.y + t * (to.y - from.y), 1.0f, 28.0f);
            }
            from = to;
        }
        paths.push_back(rasterize(stroke));
        if (random.below(5) == 0)
            std::ranges::reverse(paths.back());
    }
    if (paths.size() > 1 && random.below(8) == 0)
        std::ranges::reverse(paths);
    return paths;
}

//! @brief The rows dx, dy, eos, eod of a digit, appended to `rows`.
inline void append_rows(const std::vector<std::vector<pixel>>& strokes, std::vector<float>& rows)
{
    pixel at{0, 0};
    for (const auto& stroke : strokes)
    {
        const std::size_t before = rows.size();
        for (const pixel p : stroke)
            if (p != at) // a stroke may begin where the last one ended; a row of zeros means nothing
            {
                rows.insert(rows.end(), {static_cast<float>(p.x - at.x), static_cast<float>(p.y - at.y), 0, 0});
                at = p;
            }
        if (rows.size() > before)
            rows.insert(rows.end(), {0, 0, 1, 0});
    }
    rows.back() = 1;
}

}

//! @brief A synthetic pen-stroke task in exactly the format of the real one (strokes.hpp): handwritten digits made from
//! a seed, no files.
//!
//! Every digit has two to four allographs (an open and a closed 4, a 7 with and without a bar, …): curves through
//! knots. A hand draws one with jittered knots, random ends, slant, rotation, stretch, bend, size, place and tremor;
//! haste rounds its corners; now and then a stroke goes backwards or strokes change places. The curve is put on the
//! pixel grid as a thin path of one-pixel steps. Digit i is a pure function of (seed, i), labels are drawn uniformly,
//! values [rows, 4] are raw pixels; lengths are near those of the real data (mean 40). About 6 µs per digit.
//! @verified tests/data/synthetic_strokes_test.cpp
[[nodiscard]] inline sequences synthetic_strokes(std::size_t count, seed s)
{
    sequences digits;
    std::vector<float> rows;
    const auto& models = detail::allographs();
    for (std::size_t i = 0; i < count; ++i)
    {
        stream random(key(s).with(purpose::synthesis).with(i));
        const auto label = static_cast<std::int32_t>(random.below(10));
        const auto is_less = [](const detail::allograph& model, std::int32_t digit) { return model.digit < digit; };
        const auto first = std::lower_bound(models.begin(), models.end(), label, is_less);
        const auto last = std::lower_bound(first, models.end(), label + 1, is_less);
        const auto variant = static_cast<std::ptrdiff_t>(random.below(static_cast<std::uint32_t>(last - first)));
        detail::append_rows(detail::write_digit(first[variant], random), rows);
        digits.offsets.push_back(rows.size() / 4);
        digits.labels.push_back(label);
    }
    digits.values = tensor<float, 2>::from_shape({digits.offsets.back(), 4});
    std::ranges::copy(rows, digits.values.data());
    return digits;
}

}
