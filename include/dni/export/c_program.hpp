// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <dni/core/error.hpp>
#include <dni/core/number.hpp>

namespace dni
{
//! @brief The float as a constant of C that has its bits: "0.1f", "-2.0f".
//! @errors value_error for what is not finite
inline std::string c_number(float value)
{
    if (!std::isfinite(value))
    {
        throw value_error("export_c", "finite numbers", number(value));
    }
    char text[32];
    const std::string shortest(text, std::to_chars(text, text + sizeof text, value).ptr);
    return shortest + (shortest.find_first_of(".e") == std::string::npos ? ".0f" : "f");
}

//! @brief The integer as a constant of C.
template <std::integral Integer>
std::string c_number(Integer value)
{
    return std::to_string(value);
}

//! @brief The name of a number type in C.
template <class T>
inline constexpr const char* c_type = nullptr;
template <>
inline constexpr const char* c_type<float> = "float";
template <>
inline constexpr const char* c_type<std::int8_t> = "int8_t";
template <>
inline constexpr const char* c_type<std::uint8_t> = "uint8_t";
template <>
inline constexpr const char* c_type<std::int16_t> = "int16_t";
template <>
inline constexpr const char* c_type<std::uint16_t> = "uint16_t";
template <>
inline constexpr const char* c_type<std::int32_t> = "int32_t";
template <>
inline constexpr const char* c_type<std::int64_t> = "int64_t";

//! @brief Whether a text can name something in C. Words of the language are not told apart: names are begun with it.
inline bool is_c_name(std::string_view text) noexcept
{
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto inside = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
    return !text.empty() && letter(text.front()) && std::ranges::all_of(text, inside);
}

//! @brief What a program computes with: the type of its inputs, outputs and state, and what its file begins with.
struct c_numbers
{
    std::string type;
    std::string about;     // in the comment at the top, line by line
    std::string includes;  // and definitions
};

//! @brief Floats, rounded as one likes.
inline c_numbers c_floats()
{
    return {c_type<float>,
            " * Not for -ffast-math. DNI_FUSED says whether a product and a sum are rounded once (1) or twice (0); if nothing is said, once where\n"
            " * the processor does so. With -ffp-contract=off the bits depend on it alone.\n",
            "#include <math.h>\n#include <stdint.h>\n#include <string.h>\n\n"
            "#ifndef DNI_FUSED\n#ifdef FP_FAST_FMAF\n#define DNI_FUSED 1\n#else\n#define DNI_FUSED 0\n#endif\n#endif\n"};
}

//! @brief Integers of 16 bits that stand for n / 2^fraction.
inline c_numbers c_fixed_numbers(int fraction)
{
    return {c_type<std::int16_t>,
            " * Numbers are integers n of 16 bits that stand for n / 2^" + std::to_string(fraction) + ", rounded to nearest; what is beyond them saturates.\n",
            "#include <stdint.h>\n#include <string.h>\n"};
}

//! @brief A network in C as it is written, layer after layer.
//! @verified tests/export/export_c_test.cpp, tests/export_c
class c_program
{
public:
    //! @param name what all names in the file begin with
    //! @errors value_error where that cannot begin a name
    explicit c_program(std::string name, c_numbers numbers = c_floats()) : name_{std::move(name)}, numbers_{std::move(numbers)}
    {
        if (!is_c_name(name_))
        {
            throw value_error("export_c", "a name of letters, digits and _ that begins with a letter", "\"" + name_ + "\"");
        }
    }

    //! @brief A name of the file's own.
    std::string own(const std::string& what) const { return name_ + "_" + what; }

    //! @brief The type of its inputs, outputs and state.
    const std::string& type() const noexcept { return numbers_.type; }

    //! @brief A function that the file has once, where it is first asked for.
    //! @return its name
    std::string function(const std::string& what, const std::string& parameters, const std::string& body, const std::string& result = "float")
    {
        if (written_.insert(what).second)
        {
            functions_ += "static " + result + " " + own(what) + "(" + parameters + ")\n{\n" + body + "}\n\n";
        }
        return own(what);
    }

    //! @brief A function for those who use the file.
    void public_function(const std::string& what, const std::string& parameters, const std::string& body, const std::string& result)
    {
        functions_ += result + " " + own(what) + "(" + parameters + ")\n{\n" + body + "}\n\n";
    }

    //! @brief An array that the file has once.
    //! @return its name
    template <class T>
    std::string constants(const std::string& what, std::span<const T> values)
    {
        if (written_.insert(what).second)
        {
            functions_ += "static const " + std::string(c_type<T>) + " " + own(what) + "[" + std::to_string(values.size()) + "] = {";
            constexpr std::size_t in_a_line = 8;
            for (std::size_t i = 0; i < values.size(); ++i)
            {
                functions_ += (i % in_a_line == 0 ? "\n    " : " ") + c_number(values[i]) + ",";
            }
            functions_ += "\n};\n\n";
        }
        return own(what);
    }

    //! @brief What lasts from step to step, and is zero before the first: "float h[12]".
    void add_state(const std::string& declaration) { state_ += "    " + declaration + ";\n"; }

    //! @brief Room for numbers that a layer needs within a step, shared by all layers.
    //! @return what it is called in a step
    std::string scratch(std::size_t size)
    {
        scratch_ = std::max(scratch_, size);
        return "s->scratch";
    }

    //! @brief Statements of a step.
    void add_step(const std::string& statements) { step_ += "    " + statements + "\n"; }

    //! @param about what the file is, line by line
    //! @param out   where the last layer left its outputs
    std::string text(const std::string& about, std::size_t inputs, const std::string& out, std::size_t outputs) const
    {
        const std::string state = own("state");
        const std::string reset = "void " + own("reset") + "(" + state + " *s)";
        const std::string step = "void " + own("step") + "(" + state + " *s, const " + type() + " *x, " + type() + " *y)";
        return "/* " + about + " *\n"
               " * C99; no heap, no files, no state but what " + state + " has:\n"
               " *     " + state + " s;\n"
               " *     " + own("reset") + "(&s);         before the first step of a sequence\n"
               " *     " + own("step") + "(&s, x, y);    x [" + std::to_string(inputs) + "], y [" + std::to_string(outputs) + "]: the outputs as of this step\n"
               " *\n"
               + numbers_.about + " */\n" + numbers_.includes + "\n"
               + functions_
               + "typedef struct\n{\n" + state_ + "    " + type() + " scratch[" + std::to_string(std::max<std::size_t>(scratch_, 1)) + "];\n} " + state + ";\n\n"
               + reset + "\n{\n    memset(s, 0, sizeof *s);\n}\n\n"
               + step + "\n{\n" + step_ + "    memcpy(y, " + out + ", " + std::to_string(outputs) + " * sizeof *y);\n}\n";
    }

private:
    std::string name_;
    c_numbers numbers_;
    std::set<std::string> written_;
    std::string functions_, state_, step_;
    std::size_t scratch_ = 0;
};
}
