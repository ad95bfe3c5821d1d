// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <dni/core/error.hpp>
#include <dni/core/matrix.hpp>

namespace dni
{
//! @brief An error-correcting read-out: M units for C classes, each class a word of M bits. A few units may be wrong, and the word is still the nearest.
//! @details Each unit says one bit by its sign and how sure it is by its size, as a logit x. The nearest word has the highest score_c = Σ x_m over the
//!          units m whose bit is 1 in word c: the logarithm of the word's probability up to a constant, if units err independently. Where all |x| are equal it is the
//!          word of the least Hamming distance. Decoding is digital and exact.
//!          Use it where noise at the read-out is what limits the accuracy: `code_word_loss` trains the units, `decoded` measures.
//! @source Dietterich and Bakiri 1995, "Solving Multiclass Learning Problems via Error-Correcting Output Codes", JAIR 2:263
//! @verified tests/loss/code_words_test.cpp
class code_words
{
public:
    //! @param words C texts of M bits: code_words({"0011", "0101", "1001"})
    //! @errors value_error for fewer than two words, words without bits or of other characters, or two that are equal; shape_error for words of different
    //!         lengths
    explicit code_words(std::vector<std::string> words) : words_{std::move(words)}
    {
        if (words_.size() < 2 || words_.front().empty())
        {
            throw value_error("code_words", "at least two words of at least one bit", std::to_string(words_.size()) + " words");
        }
        for (std::size_t c = 0; c < classes(); ++c)
        {
            if (words_[c].size() != units())
            {
                throw shape_error("code_words: word " + std::to_string(c), std::to_string(units()) + " bits, as the first", std::to_string(words_[c].size()));
            }
            const auto here = words_.begin() + static_cast<std::ptrdiff_t>(c);
            if (here->find_first_not_of("01") != std::string::npos || std::find(words_.begin(), here, *here) != here)
            {
                throw value_error("code_words: word " + std::to_string(c), "bits 0 and 1 that no word before it has", "\"" + *here + "\"");
            }
        }
    }

    //! @brief M = 2ᵏ − 1 units, the least such number that is at least C − 1 and `units`; any two words differ in (M + 1) / 2 bits. No two units say the same
    //!        or the opposite of each other. Ten classes: 15 units, distance 8, so that any three may be wrong.
    //! @details Bit m of word c is the parity of the bits that u_c and m + 1 have in common; the u_c are 0, the powers of two below 2ᵏ, then the numbers between.
    //! @errors value_error for fewer than two classes, or so many units that some would be equal
    //! @source the simplex code: MacWilliams and Sloane 1977, "The Theory of Error-Correcting Codes", chapter 1
    static code_words simplex(std::size_t classes, std::size_t units = 0)
    {
        std::size_t k = 1;
        while (k < 30 && ((std::size_t{1} << k) < classes || (std::size_t{1} << k) - 1 < units))
        {
            ++k;
        }
        if (classes < 2 || k >= classes || k == 30)
        {
            throw value_error("code_words::simplex", "at least two classes, and fewer units than 2 to the power of the classes less 1",
                              std::to_string(classes) + " classes, " + std::to_string(units) + " units");
        }
        std::vector<std::size_t> numbers{0};
        for (std::size_t power = 1; power < std::size_t{1} << k; power *= 2)
        {
            numbers.push_back(power);
        }
        for (std::size_t n = 3; numbers.size() < classes; ++n)
        {
            if (!std::has_single_bit(n))
            {
                numbers.push_back(n);
            }
        }
        std::vector<std::string> words(classes);
        for (std::size_t c = 0; c < classes; ++c)
        {
            for (std::size_t m = 1; m < std::size_t{1} << k; ++m)
            {
                words[c] += std::popcount(numbers[c] & m) % 2 == 1 ? '1' : '0';
            }
        }
        return code_words(std::move(words));
    }

    std::size_t classes() const noexcept { return words_.size(); }
    std::size_t units() const noexcept { return words_.front().size(); }
    bool bit(std::size_t word, std::size_t unit) const noexcept { return words_[word][unit] == '1'; }
    const std::string& word(std::size_t c) const noexcept { return words_[c]; }

    //! @brief In how many bits two words differ at least: so many units less one, halved, may be wrong.
    std::size_t distance() const noexcept
    {
        std::size_t least = units();
        for (std::size_t a = 0; a < classes(); ++a)
        {
            for (std::size_t b = 0; b < a; ++b)
            {
                std::size_t differing = 0;
                for (std::size_t m = 0; m < units(); ++m)
                {
                    differing += bit(a, m) != bit(b, m) ? 1u : 0u;
                }
                least = std::min(least, differing);
            }
        }
        return least;
    }

    //! @brief The score of each word [rows, C] from the outputs of the units [rows, M]; the highest is that of the nearest.
    //! @errors shape_error where the two do not fit
    template <class T>
    void score(matrix_view<const T> outputs, matrix_view<T> scores) const
    {
        if (outputs.columns != units() || scores.columns != classes() || scores.rows != outputs.rows)
        {
            throw shape_error("code_words::score", std::to_string(units()) + " units and " + std::to_string(classes()) + " scores a row",
                              std::to_string(outputs.columns) + " and " + std::to_string(scores.columns));
        }
        for (std::size_t r = 0; r < outputs.rows; ++r)
        {
            for (std::size_t c = 0; c < classes(); ++c)
            {
                T sum{0};
                for (std::size_t m = 0; m < units(); ++m)
                {
                    sum += bit(c, m) ? outputs.row(r)[m] : T{0};
                }
                scores.row(r)[c] = sum;
            }
        }
    }

    std::string describe() const
    {
        return std::to_string(classes()) + " words of " + std::to_string(units()) + " bits, distance " + std::to_string(distance());
    }

private:
    std::vector<std::string> words_;
};
}
