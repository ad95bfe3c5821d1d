// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include <dni/core/math.hpp>
#include <dni/core/simd.hpp>
#include <dni/export/c_program.hpp>

namespace dni
{
//! @brief The statements that compute something in C, each value under a name of its own.
class c_statements
{
public:
    //! @param type of the values
    explicit c_statements(c_program& program, std::string indent = "    ", std::string type = c_type<float>)
        : program_{&program}, indent_{std::move(indent)}, type_{std::move(type)}
    {
    }

    c_program& program() noexcept { return *program_; }

    //! @return the name of the value
    std::string keep(const std::string& computed)
    {
        std::string name = "v" + std::to_string(count_++);
        text_ += indent_ + "const " + type_ + " " + name + " = " + computed + ";\n";
        return name;
    }

    const std::string& text() const noexcept { return text_; }

private:
    c_program* program_;
    std::string indent_, type_, text_;
    std::size_t count_ = 0;
};

//! @brief A number that is known only when the exported program runs: computing with it writes statements. A cell or an elementary function that runs on
//!        it instead of on a number so writes itself in C, rounding for rounding.
//! @tparam Calls whether an elementary function of it becomes a call; else what the function is made of
//! @verified tests/export_c
template <bool Calls>
class c_expression
{
public:
    c_expression() = default;
    c_expression(float value) : text_{c_number(value)} {}
    c_expression(std::string name, c_statements& into) : text_{std::move(name)}, into_{&into} {}

    //! @brief What stands for it in C: a name or a constant.
    const std::string& text() const noexcept { return text_; }

    friend c_expression operator+(const c_expression& a, const c_expression& b) { return computed(a.text_ + " + " + b.text_, a, b); }
    friend c_expression operator-(const c_expression& a, const c_expression& b) { return computed(a.text_ + " - " + b.text_, a, b); }
    friend c_expression operator*(const c_expression& a, const c_expression& b) { return computed(a.text_ + " * " + b.text_, a, b); }
    friend c_expression operator/(const c_expression& a, const c_expression& b) { return computed(a.text_ + " / " + b.text_, a, b); }
    friend c_expression operator-(const c_expression& a) { return computed("-" + a.text_, a); }
    c_expression& operator+=(const c_expression& b) { return *this = *this + b; }
    c_expression& operator-=(const c_expression& b) { return *this = *this - b; }
    c_expression& operator*=(const c_expression& b) { return *this = *this * b; }

    friend c_expression multiply_add(const c_expression& a, const c_expression& b, const c_expression& c)
    {
        return call(place_of(a, b, c)->program().function("multiply_add", "float a, float b, float c", "    return DNI_FUSED ? fmaf(a, b, c) : a * b + c;\n"), a, b, c);
    }

    friend c_expression clamp(const c_expression& v, const c_expression& low, const c_expression& high)
    {
        return call(place_of(v, low, high)->program().function("clamp", "float v, float low, float high",
                                                               "    return v < low ? low : (v > high ? high : v);\n"),
                    v, low, high);
    }

    friend c_expression power_of_two(const c_expression& shifted)
    {
        return call(place_of(shifted)->program().function("power_of_two", "float shifted",
                                                          "    uint32_t bits;\n    memcpy(&bits, &shifted, sizeof bits);\n    bits = (bits + 127u) << 23;\n"
                                                          "    memcpy(&shifted, &bits, sizeof bits);\n    return shifted;\n"),
                    shifted);
    }

    //! @brief function(arguments…), by its name in the file.
    template <class... More>
    static c_expression call(const std::string& function, const c_expression& first, const More&... more)
    {
        return computed(function + "(" + (first.text_ + ... + (", " + more.text_)) + ")", first, more...);
    }

    //! @brief The program that computes it, or null for a constant.
    c_program* program() const noexcept { return into_ ? &into_->program() : nullptr; }

private:
    // At least one of them is known only when the program runs.
    template <class... Operands>
    static c_statements* place_of(const Operands&... operands) noexcept
    {
        c_statements* into = nullptr;
        ((into = operands.into_ ? operands.into_ : into), ...);
        return into;
    }

    template <class... Operands>
    static c_expression computed(const std::string& text, const Operands&... operands)
    {
        auto& into = *place_of(operands...);
        return {into.keep(text), into};
    }

    std::string text_ = "0.0f";
    c_statements* into_ = nullptr;
};

template <bool Calls>
struct simd::element<c_expression<Calls>>
{
    using type = float;
};

namespace detail
{
// A call of an elementary function, whose text is what the library's does to an expression.
template <class Function>
c_expression<true> c_call(const std::string& name, const c_expression<true>& x, const Function& traced)
{
    auto& program = *x.program();
    c_statements body(program);
    const auto y = traced(c_expression<false>("x", body));
    return c_expression<true>::call(program.function(name, "float x", body.text() + "    return " + y.text() + ";\n"), x);
}
}

template <>
inline c_expression<true> math::exp(const c_expression<true>& x)
{
    return dni::detail::c_call("exp", x, [](const auto& v) { return math::exp(v); });
}

template <>
inline c_expression<true> math::sigmoid(const c_expression<true>& x)
{
    return dni::detail::c_call("sigmoid", x, [](const auto& v) { return math::sigmoid(v); });
}

template <>
inline c_expression<true> math::tanh(const c_expression<true>& x)
{
    return dni::detail::c_call("tanh", x, [](const auto& v) { return math::tanh(v); });
}

template <>
inline c_expression<true> math::relu(const c_expression<true>& x)
{
    return c_expression<true>::call(x.program()->function("relu", "float x", "    return x < 0.0f ? 0.0f : x;\n"), x);
}
}
