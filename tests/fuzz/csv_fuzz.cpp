// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <sstream>
#include <string>

#include <dni/io/csv.hpp>

#include "fuzz/fuzz.hpp"

using namespace dni;

void fuzz::read(std::span<const std::byte> data)
{
    const auto table = io::parse_csv(io::as_text(data), io::csv_header::absent);
    std::ostringstream text;
    io::csv_writer out(text);
    for (const auto& row : table.rows)
    {
        require(row.size() == table.rows.front().size());
        out.row(row);
        for (const auto& field : row)
        {
            static_cast<void>(io::parse_number(field));
        }
    }
    require(io::parse_csv(text.str(), io::csv_header::absent).rows == table.rows);  // what is written reads as it was
}

std::vector<io::bytes> fuzz::seeds()
{
    return {bytes_of("cell,levels,accuracy\nlstm,5,0.985\r\ngru,-5,1e-3\n"), bytes_of("\"a \"\"quoted\"\" field\",\"two\nlines\"\n,\n"),
            bytes_of("\xEF\xBB\xBF" "1,+2,inf\n\n3,nan,-0\n")};
}
