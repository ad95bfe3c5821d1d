// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/loss/code_word_loss.hpp>

#include "loss/batches.hpp"
#include "support/catch.hpp"
#include "support/contains.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include <dni/core/error.hpp>

namespace code_words_test
{
using namespace dni;
using support::evaluate;
using support::rows_of_numbers;

static_assert(loss_function<code_word_loss, float> && loss_function<code_word_loss, double>);

namespace
{
//! The word of the highest score for units that say `said`.
std::size_t decode(const code_words& words, const std::vector<double>& said)
{
    workspace_matrix<double> units, scores;
    const matrix_view<const double> from = support::fill(units, {said});
    const auto to = scores.resize(1, words.classes());
    words.score(from, to);
    return static_cast<std::size_t>(std::ranges::max_element(to.row(0)) - to.row(0).begin());
}

std::vector<double> said(const code_words& words, std::size_t word)
{
    std::vector<double> x;
    for (std::size_t m = 0; m < words.units(); ++m)
    {
        x.push_back(words.bit(word, m) ? 1 : -1);
    }
    return x;
}
}

TEST_CASE("code_words: a simplex code has words of one distance and units that all differ")
{
    using entry = std::array<std::size_t, 3>;
    for (const auto& [classes, wanted, units] : std::vector<entry>{{3, 0, 3}, {4, 0, 3}, {5, 0, 7}, {10, 0, 15}, {10, 15, 15}, {10, 16, 31},
                                                                                   {10, 63, 63}, {16, 0, 15}, {17, 0, 31}, {100, 0, 127}})
    {
        CAPTURE(classes, wanted);
        const auto words = code_words::simplex(classes, wanted);
        CHECK(words.classes() == classes);
        CHECK(words.units() == units);
        for (std::size_t a = 0; a < classes; ++a)
        {
            for (std::size_t b = 0; b < a; ++b)
            {
                std::size_t differing = 0;
                for (std::size_t m = 0; m < units; ++m)
                {
                    differing += words.bit(a, m) != words.bit(b, m) ? 1u : 0u;
                }
                REQUIRE(differing == (units + 1) / 2);
            }
        }
        CHECK(words.distance() == (units + 1) / 2);
        for (std::size_t m = 0; m < units; ++m)
        {
            for (std::size_t n = 0; n <= m; ++n)
            {
                std::size_t equal = 0;
                for (std::size_t c = 0; c < classes; ++c)
                {
                    equal += words.bit(c, m) == words.bit(c, n) ? 1u : 0u;
                }
                REQUIRE((m == n || equal < classes));  // not the same
                REQUIRE(equal > 0);                    // not the opposite
            }
        }
    }
}

TEST_CASE("code_words: any three of fifteen units may be wrong, and not any four")
{
    const auto words = code_words::simplex(10);
    REQUIRE(words.distance() == 8);
    bool four_are_too_many = false;
    for (std::size_t word = 0; word < 10; ++word)
    {
        auto x = said(words, word);
        CHECK(decode(words, x) == word);
        for (std::size_t a = 0; a < 15; ++a)
        {
            for (std::size_t b = 0; b < a; ++b)
            {
                for (std::size_t c = 0; c < b; ++c)
                {
                    for (const std::size_t m : {a, b, c})
                    {
                        x[m] = -x[m];
                    }
                    REQUIRE(decode(words, x) == word);
                    const std::size_t d = (c + 7) % 15;
                    auto four = x;
                    four[d] = -four[d];
                    four_are_too_many = four_are_too_many || decode(words, four) != word;
                    for (const std::size_t m : {a, b, c})
                    {
                        x[m] = -x[m];
                    }
                }
            }
        }
    }
    CHECK(four_are_too_many);
}

TEST_CASE("code_words: the scores are logarithms of the words' probabilities up to a constant, where units err independently")
{
    const code_words words({"011", "110", "000"});
    const std::vector<double> x{0.3, -1.2, 2.5};
    workspace_matrix<double> units, scores;
    const matrix_view<const double> from = support::fill(units, {x});
    const auto to = scores.resize(1, 3);
    words.score(from, to);
    const auto log_probability = [&](std::size_t word)
    {
        double sum = 0;
        for (std::size_t m = 0; m < 3; ++m)
        {
            sum -= std::log1p(std::exp(words.bit(word, m) ? -x[m] : x[m]));
        }
        return sum;
    };
    for (const std::size_t word : {1u, 2u})
    {
        CHECK(to.row(0)[word] - to.row(0)[0] == Approx(log_probability(word) - log_probability(0)));
    }
}

TEST_CASE("code_word_loss: value and gradient are those of binary cross-entropy, unit by unit")
{
    // Label by label the bits 0101, 1100, 0011; the formula −ln p or −ln(1 − p) written down again in Python, double.
    const code_word_loss loss{code_words({"1100", "0101", "0011"})};
    const rows_of_numbers outputs{{1.5, -0.5, 0.25, 2.0}, {-1.0, 3.0, 0.5, 0.0}, {0.75, 0.5, -2.0, 1.25}};
    const std::vector<double> gradient{0.0681312063494703,    -0.05187161093348788, 0.046848041740483175, -0.009933576835176474,
                                       -0.06092154821916707,  -0.003952156098130553, 0.05187161093348788,  0.041666666666666664,
                                       0.05659822493128275,   0.05187161093348788,  -0.07339975649815687, -0.018558344902109076};
    const auto exact = evaluate(loss, outputs, support::labelled<double>({1, 0, 2}));
    CHECK(std::abs(exact.value - 0.928936331633337) < 1e-15);
    CHECK(support::distance(exact.gradient, gradient) < 1e-16);
    CHECK(support::distance(evaluate(loss, outputs, support::labelled<float>({1, 0, 2})).gradient, gradient) < 1e-8);
    CHECK(support::gradient_error(loss, outputs, support::labelled<double>({1, 0, 2})) < 1e-11);

    const auto far = evaluate(loss, {{1e30, -1e30, 0, 0}, {1e3, 0, 0, 0}, {0, 0, 0, 0}}, support::labelled<double>({1, 0, 2}));
    CHECK(std::isfinite(far.value));
    CHECK(far.gradient[0] == Approx(1.0 / 12));
    CHECK(far.gradient[1] == Approx(-1.0 / 12));
}

TEST_CASE("code words that make no sense are refused")
{
    using texts = std::vector<std::string>;
    CHECK_THROWS_AS(code_words(texts{}), value_error);
    CHECK_THROWS_AS(code_words(texts{"1"}), value_error);
    CHECK_THROWS_AS(code_words(texts{"", ""}), value_error);
    CHECK_THROWS_AS(code_words(texts{"10", "1"}), shape_error);
    CHECK_THROWS_WITH(code_words(texts{"10", "0x"}), support::contains("word 1: expected bits 0 and 1 that no word before it has, found \"0x\""));
    CHECK_THROWS_WITH(code_words(texts{"10", "01", "10"}), support::contains("word 2"));
    CHECK_THROWS_AS(code_words::simplex(1), value_error);
    CHECK_THROWS_AS(code_words::simplex(4, 15), value_error);  // of four classes there are but seven ways to part them
    CHECK_THROWS_AS(code_words::simplex(10, std::numeric_limits<std::size_t>::max()), value_error);

    const code_word_loss loss{code_words({"101", "011"})};
    const rows_of_numbers outputs{{1, 2, 3}, {1, 2, 3}, {1, 2, 3}};
    CHECK_THROWS_AS(evaluate(loss, outputs, support::labelled<double>({0, 1, 2})), value_error);
    CHECK_THROWS_AS(evaluate(loss, outputs, support::labelled<double>({0, -1, 1})), value_error);
    CHECK_THROWS_AS(evaluate(loss, outputs, support::labelled<double>({0, 1})), shape_error);
    CHECK_THROWS_AS(evaluate(loss, {{1}, {2}, {3}}, support::labelled<double>({0, 1, 1})), shape_error);
    workspace_matrix<double> units, scores;
    const matrix_view<const double> from = support::fill(units, outputs);
    CHECK_THROWS_AS(loss.words.score(from, scores.resize(3, 3)), shape_error);
    CHECK(loss.describe() == "code words 101 011");
    CHECK(loss.words.describe() == "2 words of 3 bits, distance 2");
}
}
