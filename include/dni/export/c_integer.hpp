// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include <dni/export/c_expression.hpp>
#include <dni/export/c_program.hpp>

namespace dni
{
//! @brief An integer of 32 bits that is known only when the exported program runs: `fixed_point<Fraction, c_integer>` writes its arithmetic in C, operation by
//!        operation. What `fixed_point` is made of is here as C.
//! @verified tests/export_c
class c_integer
{
public:
    c_integer(std::int32_t value = 0) : text_{c_number(value)} {}
    c_integer(std::string name, c_statements& into) : text_{std::move(name)}, into_{&into} {}

    //! @brief What stands for it in C: a name or a constant.
    const std::string& text() const noexcept { return text_; }

    friend c_integer operator+(const c_integer& a, const c_integer& b) { return computed(a.text_ + " + " + b.text_, a, b); }
    friend c_integer operator-(const c_integer& a, const c_integer& b) { return computed(a.text_ + " - " + b.text_, a, b); }
    friend c_integer operator*(const c_integer& a, const c_integer& b) { return computed(a.text_ + " * " + b.text_, a, b); }
    friend c_integer operator<<(const c_integer& a, int bits) { return computed(a.text_ + " << " + c_number(bits), a); }
    friend c_integer operator>>(const c_integer& a, int bits) { return computed(a.text_ + " >> " + c_number(bits), a); }
    friend c_integer operator-(const c_integer& a) { return computed("-" + a.text_, a); }

    friend c_integer if_negative(const c_integer& v, const c_integer& then, const c_integer& otherwise)
    {
        return computed(v.text_ + " < 0 ? " + then.text_ + " : " + otherwise.text_, v, then, otherwise);
    }

    friend c_integer clamp(const c_integer& v, const c_integer& low, const c_integer& high)
    {
        const std::string clamp = v.into_->program().function("clamp", "int32_t v, int32_t low, int32_t high",
                                                              "    return v < low ? low : (v > high ? high : v);\n", c_type<std::int32_t>);
        return computed(clamp + "(" + v.text_ + ", " + low.text_ + ", " + high.text_ + ")", v, low, high);
    }

    friend c_integer rounded_shift(const c_integer& v, int bits)
    {
        return computed(rounded_shift_of(v.into_->program(), c_type<std::int32_t>) + "(" + v.text_ + ", " + c_number(bits) + ")", v);
    }

    template <class Table>
    friend c_integer look_up(const char* name, const Table& table, const c_integer& i)
    {
        return computed(i.into_->program().constants<typename Table::value_type>(name, table) + "[" + i.text_ + "]", i);
    }

    // A call of a function whose text is what it does to an integer.
    friend c_integer as_function(const char* name, const c_integer& x, const auto& traced)
    {
        auto& program = x.into_->program();
        c_statements body(program, "    ", c_type<std::int32_t>);
        const c_integer y = traced(c_integer("x", body));
        return computed(program.function(name, "int32_t x", body.text() + "    return " + y.text() + ";\n", c_type<std::int32_t>) + "(" + x.text_ + ")", x);
    }

    //! @brief `detail::rounded_shift` of integers of a type. Nothing negative is shifted: C leaves open what that is.
    //! @return the name of the function
    static std::string rounded_shift_of(c_program& program, const std::string& type)
    {
        return program.function("rounded_shift_" + type, type + " v, int bits",
                                "    const " + type + " half = ((" + type + ")1 << bits) >> 1;\n"
                                "    return v < 0 ? -((-v + half) >> bits) : (v + half) >> bits;\n", type);
    }

private:
    // At least one of them is known only when the program runs.
    template <class... Operands>
    static c_integer computed(const std::string& text, const Operands&... operands)
    {
        c_statements* into = nullptr;
        ((into = operands.into_ ? operands.into_ : into), ...);
        return {into->keep(text), *into};
    }

    std::string text_;
    c_statements* into_ = nullptr;
};
}
