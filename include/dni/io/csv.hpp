// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <dni/core/error.hpp>
#include <dni/io/bytes.hpp>

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

namespace dni::io
{

//! @brief The number a field holds, spaces around it ignored; nothing where it is no number. Independent of the locale.
[[nodiscard]] inline std::optional<double> parse_number(std::string_view field) noexcept
{
    constexpr std::string_view blanks = " \t";
    const std::size_t first = field.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return std::nullopt;
    field = field.substr(first, field.find_last_not_of(blanks) - first + 1);
    if (field.size() > 1 && field[0] == '+' && field[1] != '-')
        field.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error != std::errc{} || end != field.data() + field.size())
        return std::nullopt;
    return value;
}

//! @brief Reads comma-separated text row by row (RFC 4180: quoted fields, doubled quotes, LF or CRLF, an optional
//! byte-order mark).
//!
//! Blank lines are passed over. Throws `parse_error` with the line where a quote is not closed or stands inside a
//! field. Does not own the text.
//! @verified tests/io/csv_test.cpp
class csv_reader
{
public:
    explicit csv_reader(std::string_view text, std::string name = "csv in memory", char separator = ',')
        : text_(text), name_(std::move(name)), separator_(separator)
    {
        if (text_.starts_with("\xEF\xBB\xBF"))
            text_.remove_prefix(3);
    }

    //! @brief Reads the next row into `fields`; false at the end of the text.
    bool next(std::vector<std::string>& fields)
    {
        while (end_of_line())
        {
        }
        line_ = next_line_;
        if (at_ == text_.size())
            return false;
        fields.clear();
        do
            fields.push_back(peek() == '"' ? quoted() : plain());
        while (separator());
        if (at_ < text_.size() && !end_of_line())
            fail("a separator or the end of the line", "'" + std::string(text_.substr(at_, 8)) + "'");
        return true;
    }

    //! @brief The line (from 1) on which the row read last begins.
    [[nodiscard]] std::size_t line() const noexcept { return line_; }

    //! @brief Throws a `parse_error` about the row read last.
    [[noreturn]] void fail(const std::string& expected, const std::string& found) const
    {
        throw parse_error(name_ + ", line " + std::to_string(line_), expected, found);
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept
    {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }

    bool separator() noexcept
    {
        const bool found = at_ < text_.size() && text_[at_] == separator_;
        at_ += found ? 1 : 0;
        return found;
    }

    bool end_of_line() noexcept
    {
        const std::size_t size = peek() == '\n' ? 1 : peek() == '\r' && peek(1) == '\n' ? 2 : 0;
        at_ += size;
        next_line_ += size > 0 ? 1 : 0;
        return size > 0;
    }

    std::string plain()
    {
        const char ends[] = {separator_, '\n', '\r', '"'};
        const std::size_t end = std::min(text_.find_first_of(std::string_view(ends, 4), at_), text_.size());
        std::string field(text_.substr(at_, end - at_));
        at_ = end;
        return field;
    }

    std::string quoted()
    {
        std::string field;
        ++at_;
        while (true)
        {
            const std::size_t end = text_.find('"', at_);
            if (end == std::string_view::npos)
                fail("a closing quote", "the end of the text");
            const auto part = text_.substr(at_, end - at_);
            next_line_ += static_cast<std::size_t>(std::count(part.begin(), part.end(), '\n'));
            field += part;
            at_ = end + 1;
            if (peek() != '"')
                return field;
            field += '"';
            ++at_;
        }
    }

    std::string_view text_;
    std::string name_;
    char separator_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t next_line_ = 1;
};

//! @brief Whether the first row of a table names its columns. `detect`: it does if one of its fields is not a number.
enum class csv_header
{
    detect,
    present,
    absent
};

//! @brief A table of text with one length for all rows.
struct csv_table
{
    std::string name;                           //!< of the file, for errors
    std::vector<std::string> header;            //!< column names; empty where there are none
    std::vector<std::vector<std::string>> rows; //!< [rows][columns]
    std::vector<std::size_t> lines;             //!< the line (from 1) on which each row begins

    //! @brief The place of the column with this name. Throws `parse_error` where there is none.
    [[nodiscard]] std::size_t column(std::string_view wanted) const
    {
        const auto found = std::find(header.begin(), header.end(), wanted);
        if (found == header.end())
            throw parse_error(name, "a column named '" + std::string(wanted) + "'", "none");
        return static_cast<std::size_t>(found - header.begin());
    }

    //! @brief The number in a field. Throws `parse_error` with the line where it is none.
    [[nodiscard]] double number(std::size_t row, std::size_t column) const
    {
        const std::string& field = rows.at(row).at(column);
        const auto value = parse_number(field);
        if (!value)
            throw parse_error(name + ", line " + std::to_string(lines.at(row)),
                              "a number in column " + std::to_string(column + 1), "'" + field + "'");
        return *value;
    }
};

//! @brief All rows of a comma-separated text. Throws `parse_error` with the line where a row is longer or shorter than
//! the first.
//! @verified tests/io/csv_test.cpp
[[nodiscard]] inline csv_table parse_csv(std::string_view text, csv_header header = csv_header::detect,
                                         std::string name = "csv in memory", char separator = ',')
{
    csv_reader reader(text, name, separator);
    csv_table table{.name = std::move(name), .header = {}, .rows = {}, .lines = {}};
    std::size_t columns = 0;
    for (std::vector<std::string> fields; reader.next(fields);)
    {
        const bool first = columns == 0;
        columns = first ? fields.size() : columns;
        if (fields.size() != columns)
            reader.fail(std::to_string(columns) + " fields as in the first row", std::to_string(fields.size()));
        const auto is_number = [](const std::string& field) { return parse_number(field).has_value(); };
        if (first && (header == csv_header::present ||
                      (header == csv_header::detect && !std::all_of(fields.begin(), fields.end(), is_number))))
            table.header = fields;
        else
        {
            table.rows.push_back(fields);
            table.lines.push_back(reader.line());
        }
    }
    return table;
}

//! @brief `parse_csv` on the text of a file.
[[nodiscard]] inline csv_table load_csv(const std::filesystem::path& path, csv_header header = csv_header::detect,
                                        char separator = ',')
{
    const bytes data = read_file(path);
    return parse_csv(as_text(data), header, path.string(), separator);
}

//! @brief Writes comma-separated rows of text and numbers, `out.row("lstm", 128, 0.985)`, so that `csv_reader` gets the
//! same back.
//!
//! Text is quoted where it must be; numbers take the shortest form that reads back exactly, infinity is `inf`; lines
//! end with LF. Keeps a reference to the stream.
//! @verified tests/io/csv_test.cpp
class csv_writer
{
public:
    explicit csv_writer(std::ostream& out, char separator = ',') : out_(out), separator_(separator) {}

    //! @brief One row of the given fields.
    template <class... Fields>
        requires(sizeof...(Fields) > 0)
    void row(const Fields&... fields)
    {
        begin_row();
        (field(fields), ...);
        end_row();
    }

    //! @brief One row of as many fields as there are elements.
    template <class Field>
    void row(const std::vector<Field>& fields)
    {
        begin_row();
        for (const auto& each : fields)
            field(each);
        end_row();
    }

private:
    void begin_row()
    {
        first_ = true;
        only_empty_ = false;
    }

    // A row of one empty field would read as a blank line.
    void end_row()
    {
        if (only_empty_)
            out_ << "\"\"";
        out_ << '\n';
    }

    void separate(bool empty)
    {
        if (!first_)
            out_ << separator_;
        only_empty_ = first_ && empty;
        first_ = false;
    }

    void field(std::string_view text)
    {
        separate(text.empty());
        const char special[] = {separator_, '"', '\n', '\r'};
        if (text.find_first_of(std::string_view(special, 4)) == std::string_view::npos &&
            !text.starts_with("\xEF\xBB\xBF")) // which a reader would take for a byte-order mark
        {
            out_ << text;
            return;
        }
        out_ << '"';
        for (const char c : text)
            out_ << (c == '"' ? "\"\"" : std::string_view(&c, 1));
        out_ << '"';
    }

    template <class Number>
        requires std::is_arithmetic_v<Number>
    void field(Number value)
    {
        separate(false);
        char text[64];
        if constexpr (std::is_same_v<Number, bool>)
            out_ << (value ? '1' : '0');
        else
            out_ << std::string_view(text, static_cast<std::size_t>(std::to_chars(text, text + 64, value).ptr - text));
    }

    std::ostream& out_;
    char separator_;
    bool first_ = true;
    bool only_empty_ = false;
};

} // namespace dni::io
