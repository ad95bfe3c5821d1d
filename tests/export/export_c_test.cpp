// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>

#include <dni/cell/gru.hpp>
#include <dni/cell/lstm.hpp>
#include <dni/cell/noise_at_rows.hpp>
#include <dni/export/export_c.hpp>
#include <dni/io/bytes.hpp>
#include <dni/layer/dense.hpp>
#include <dni/layer/last_step.hpp>
#include <dni/layer/mean_over_time.hpp>
#include <dni/layer/network.hpp>
#include <dni/layer/recurrent.hpp>
#include <dni/noise/gaussian.hpp>

namespace export_c_test
{
using namespace dni;
using support::contains;

// What the file computes is compared in tests/export_c.

namespace
{
using noisy = policies<noise::gaussian<snr_db>>;
using noisy_weights = policies<noise::at_weights<noise::gaussian<snr_db>>>;
using doubles = policies<noise::none, precision::float64>;
}

static_assert(exportable<recurrent<cell::lstm>>);
static_assert(exportable<dense<>>);
static_assert(exportable<last_step>);
static_assert(exportable<mean_over_time>);
static_assert(!exportable<bidirectional<cell::lstm>>);
static_assert(!exportable<final_states>);
static_assert(!exportable<recurrent<cell::gru, policies<noise::at_gates<noise::gaussian<sigma>>>>>);
static_assert(exportable<recurrent<cell::gru, policies<noise::at_cell_state<noise::gaussian<sigma>>>>>);  // it has none
static_assert(!exportable<recurrent<cell::gru, noisy>>);
static_assert(!exportable<dense<noisy>>);
static_assert(!exportable<dense<noisy_weights>>);
static_assert(!exportable<dense<doubles>>);

TEST_CASE("export_c: a number in C has its bits and is a float")
{
    CHECK(c_number(1.0f) == "1.0f");
    CHECK(c_number(-1) == "-1");
    CHECK(c_number(-0.0f) == "-0.0f");
    CHECK(c_number(0.1f) == "0.1f");
    CHECK(c_number(1e20f) == "1e+20f");
    CHECK(c_number(std::numeric_limits<float>::denorm_min()) == "1e-45f");
    CHECK(c_number(16777216.0f) == "16777216.0f");
    CHECK_THROWS_WITH(c_number(std::numeric_limits<float>::quiet_NaN()), contains("export_c: expected finite numbers, found nan"));
    CHECK_THROWS_AS(c_number(-std::numeric_limits<float>::infinity()), value_error);
}

TEST_CASE("export_c: the file says what it is and how it is called")
{
    network<recurrent<cell::lstm, noisy>, last_step, dense<noisy>> net({.inputs = 2, .hidden = 3, .outputs = 1}, seed{1});
    const auto path = std::filesystem::temp_directory_path() / "strokes_2.c";
    export_c(with_noise<noise::none>(net), path);
    const std::string text(io::as_text(io::read_file(path)));
    std::filesystem::remove(path);
    CHECK(text == c_source(with_noise<noise::none>(net), "strokes_2"));
    CHECK_THAT(text, contains("/* strokes_2: written by dni "));
    CHECK_THAT(text, contains("recurrent lstm: 2 -> 3\n"));
    CHECK_THAT(text, contains("x [2], y [1]"));
    CHECK_THAT(text, contains("void strokes_2_step(strokes_2_state *s, const float *x, float *y)\n"));
    CHECK_THAT(text, contains("static const float strokes_2_weights_0_0[60] = {"));
}

TEST_CASE("export_c: in fixed point a file has integers, but for the two functions that convert")
{
    const network<recurrent<cell::gru>, last_step, dense<>> net({.inputs = 2, .hidden = 3, .outputs = 1}, seed{1});
    const auto path = std::filesystem::temp_directory_path() / "strokes_3.c";
    export_c<std::int8_t, 10>(net, path);
    const std::string text(io::as_text(io::read_file(path)));
    std::filesystem::remove(path);
    CHECK(text == c_source<std::int8_t, 10>(net, "strokes_3"));
    CHECK_THAT(text, contains("recurrent gru: 2 -> 3\n"));
    CHECK_THAT(text, contains("integers n of 16 bits that stand for n / 2^10"));
    CHECK_THAT(text, contains("int16_t strokes_3_from_float(float value)\n"));
    CHECK_THAT(text, contains("void strokes_3_step(strokes_3_state *s, const int16_t *x, int16_t *y)\n"));
    CHECK_THAT(text, contains("static const int8_t strokes_3_weights_0_0[45] = {"));
    const std::string behind_conversions = text.substr(text.find("static int32_t strokes_3_clamp"));
    CHECK(behind_conversions.find("float") == std::string::npos);
    CHECK(behind_conversions.find("double") == std::string::npos);
}

TEST_CASE("export_c: what cannot be written is refused")
{
    network<dense<>> net({.inputs = 1, .outputs = 1}, seed{1});
    for (const char* name : {"", "2nd", "_reserved", "my net", "a-b", "a;b"})
    {
        CAPTURE(name);
        CHECK_THROWS_WITH(c_source(net, name), contains("a name of letters, digits and _ that begins with a letter"));
    }
    CHECK_THROWS_AS(export_c(net, std::filesystem::temp_directory_path() / "no" / "such" / "folder" / "net.c"), value_error);
    net.weights()[0] = std::numeric_limits<float>::infinity();
    CHECK_THROWS_WITH(c_source(net, "net"), contains("expected finite numbers, found inf"));
    CHECK_THROWS_WITH(c_source<std::int16_t>(net, "net"), contains("weights up to 32767") && contains("found inf"));
}
}
