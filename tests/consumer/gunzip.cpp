// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/dni.hpp>
#include <dni/io.hpp>

#include <iostream>

int main()
{
    try
    {
        (void)dni::io::gunzip(dni::io::as_bytes("this is not packed"));
    }
    catch (const dni::parse_error& error)
    {
        std::cout << error.what() << '\n';
        return 0;
    }
    return 1;
}
