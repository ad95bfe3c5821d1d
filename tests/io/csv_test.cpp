// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/core/error.hpp>
#include <dni/io/csv.hpp>

#include "support/catch.hpp"
#include "support/contains.hpp"
#include "support/damage.hpp"

#include <cmath>
#include <filesystem>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace csv_test
{
using namespace dni;
using support::contains;
using row = std::vector<std::string>;

TEST_CASE("csv: quotes, empty fields, line ends, blank lines, byte-order mark")
{
    const auto table =
        io::parse_csv("\xEF\xBB\xBFname,value\r\n\"a, \"\"b\"\"\",1\r\n\r\n,\"\"\n\"two\nlines\",3\nlast,4");
    CHECK(table.header == row{"name", "value"});
    REQUIRE(table.rows.size() == 4);
    CHECK(table.rows[0] == row{"a, \"b\"", "1"});
    CHECK(table.rows[1] == row{"", ""});
    CHECK(table.rows[2] == row{"two\nlines", "3"});
    CHECK(table.rows[3] == row{"last", "4"});
    CHECK(table.lines == std::vector<std::size_t>{2, 4, 5, 7});
    CHECK(table.column("value") == 1);
    CHECK(table.number(3, table.column("value")) == 4.0);
    CHECK_THROWS_WITH(table.number(3, 0), contains("line 7") && contains("'last'"));
    CHECK_THROWS_AS(table.column("missing"), parse_error);
}

TEST_CASE("csv: a header is told from numbers")
{
    CHECK(io::parse_csv("1,2\n3,4").header.empty());
    CHECK(io::parse_csv("1,2\n3,4").rows.size() == 2);
    CHECK(io::parse_csv("1,b\n3,4").header == row{"1", "b"});
    CHECK(io::parse_csv("1,2\n3,4", io::csv_header::present).header == row{"1", "2"});
    CHECK(io::parse_csv("a,b", io::csv_header::absent).rows.size() == 1);
    CHECK(io::parse_csv("").rows.empty());
    CHECK(io::parse_csv("a;b\n1;2", io::csv_header::detect, "x", ';').number(0, 1) == 2.0);
}

TEST_CASE("csv: wrong text is refused with its line")
{
    CHECK_THROWS_WITH(io::parse_csv("a,b\n1,2\n3\n"), contains("line 3") && contains("2 fields"));
    CHECK_THROWS_WITH(io::parse_csv("a,b\n1,2,3\n"), contains("line 2"));
    CHECK_THROWS_WITH(io::parse_csv("a,b\n1,\"2\n3,4\n"), contains("line 2") && contains("closing quote"));
    CHECK_THROWS_AS(io::parse_csv("a,b\n1,2\"3\n"), parse_error);
    CHECK_THROWS_AS(io::parse_csv("a,b\n1,\"2\"3\n"), parse_error);
    CHECK_THROWS_AS(io::parse_csv("a,b\r1,2\r"), parse_error);
    support::damage(io::as_bytes("id,\"a \"\"x\"\"\",c\r\n1,2,\"3\"\n\n4,,6\n"),
                    [](std::span<const std::byte> text) { (void)io::parse_csv(io::as_text(text)); });
}

TEST_CASE("csv: numbers")
{
    CHECK(io::parse_number("1.5") == 1.5);
    CHECK(io::parse_number(" \t-2e3 ") == -2000.0);
    CHECK(io::parse_number("+7") == 7.0);
    CHECK(std::isinf(io::parse_number("inf").value()));
    for (const char* text : {"", " ", "x", "1x", "1 2", "+-1", "0x10", "1,5", "--1", "1e999", "+"})
        CHECK_FALSE(io::parse_number(text).has_value());
}

TEST_CASE("csv: what is written is read back")
{
    std::ostringstream out;
    io::csv_writer csv(out);
    csv.row("cell", "note", std::string("snr_db"), "accuracy", "ok");
    csv.row("lstm", "plain, \"quoted\"\nand broken", std::numeric_limits<double>::infinity(), 0.1, true);
    csv.row("", -128, std::size_t{5}, 1.0f / 3.0f, false);
    csv.row(row{"a", "b", "c", "d", "e"});
    CHECK(out.str().substr(0, 34) == "cell,note,snr_db,accuracy,ok\nlstm,");
    const std::string text = out.str();
    const auto table = io::parse_csv(text, io::csv_header::present);
    REQUIRE(table.rows.size() == 3);
    CHECK(table.rows[0][1] == "plain, \"quoted\"\nand broken");
    CHECK(table.rows[0][2] == "inf");
    CHECK(table.number(0, 3) == 0.1);
    CHECK(static_cast<float>(table.number(1, 3)) == 1.0f / 3.0f);
    CHECK(table.rows[1][0].empty());

    std::ostringstream single;
    io::csv_writer one(single);
    one.row("");
    CHECK(io::parse_csv(single.str(), io::csv_header::absent).rows == std::vector<row>{{""}});

    std::ostringstream marked;
    io::csv_writer(marked).row("\xEF\xBB\xBFno mark but text");
    CHECK(io::parse_csv(marked.str(), io::csv_header::absent).rows == std::vector<row>{{"\xEF\xBB\xBFno mark but text"}});

    const auto path = std::filesystem::temp_directory_path() / "dni_csv_test.csv";
    io::write_file(path, io::as_bytes(text));
    CHECK(io::load_csv(path, io::csv_header::present).rows == table.rows);
    std::filesystem::remove(path);
}
}
