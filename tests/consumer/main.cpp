// SPDX-FileCopyrightText: the dni authors
// SPDX-License-Identifier: BSD-3-Clause
#include <dni/dni.hpp>

#include <iostream>

int main()
{
    std::cout << "dni " << dni::version::string << '\n';
}
