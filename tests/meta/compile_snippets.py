#!/usr/bin/env python3
# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
"""Compiles what README.md and docs/ show in C++. Usage: compile_snippets.py ROOT COMPILER [FLAG…]

A snippet with a main is a program, as it stands. The others are the bodies of functions in one program, which have the names of CONTEXT.
"""
import re
import subprocess
import sys
from pathlib import Path

CONTEXT = """
using analog = dni::policies<dni::noise::gaussian<dni::snr_db>>;
using model = dni::network<dni::recurrent<dni::cell::lstm>, dni::last_step, dni::dense<>>;
"""
NAMES = "model net, model trained, model student, const dni::data::sequences& train, const dni::data::sequences& test"
SNIPPET = re.compile(r"^```cpp\n(.*?)^```", re.MULTILINE | re.DOTALL)
INCLUDE = re.compile(r"^#include .*$", re.MULTILINE)


def main():
    root, compiler, flags = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    includes, bodies, programs = ["#include <dni/dni.hpp>", "#include <iostream>"], [], []
    for document in [root / "README.md", *sorted((root / "docs").rglob("*.md"))]:
        text = document.read_text()
        for found in SNIPPET.finditer(text):
            line = f'#line {text.count(chr(10), 0, found.start(1)) + 1} "{document.relative_to(root)}"\n'
            if "int main" in found[1]:
                programs.append(line + found[1])
            else:
                includes += [i[0] for i in INCLUDE.finditer(found[1])]
                bodies.append(f"void snippet_{len(bodies)}({NAMES})\n{{{{\n{line}{INCLUDE.sub('', found[1])}}}}}\n")
    if not programs or len(bodies) < 5:
        sys.exit(f"expected programs and snippets in README.md and docs/, found {len(programs)} and {len(bodies)}")
    programs.append("\n".join(includes) + "\n" + CONTEXT + "".join(bodies))
    failed = [p for p in programs
              if subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-w", *flags, "-x", "c++", "-"], input=p, text=True).returncode != 0]
    print(f"{len(programs) - 1} programs and {len(bodies)} other snippets, {len(failed)} did not compile")
    return len(failed) > 0


sys.exit(main())
