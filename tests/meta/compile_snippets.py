#!/usr/bin/env python3
# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
"""Compiles what README.md and docs/ show in C++. Usage: compile_snippets.py ROOT COMPILER [FLAG…]

A snippet with a main stands by itself; any other is the body of a function that has the names of CONTEXT.
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
    includes, bodies = ["#include <dni/dni.hpp>", "#include <iostream>"], []
    for document in [root / "README.md", *sorted((root / "docs").rglob("*.md"))]:
        text = document.read_text()
        for found in SNIPPET.finditer(text):
            snippet = found[1]
            includes += [i[0] for i in INCLUDE.finditer(snippet)]
            code = f'#line {text.count(chr(10), 0, found.start(1)) + 1} "{document.relative_to(root)}"\n' + INCLUDE.sub("", snippet)
            name = f"snippet_{len(bodies)}"
            bodies.append(f"namespace {name}\n{{\n{code}}}\n" if "int main" in snippet else f"void {name}({NAMES})\n{{{{\n{code}}}}}\n")
    if len(bodies) < 5:
        sys.exit(f"expected snippets in README.md and docs/, found {len(bodies)}")
    source = "\n".join(includes) + "\n" + CONTEXT + "".join(bodies)
    made = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-w", f"-I{root / 'include'}", *flags, "-x", "c++", "-"], input=source, text=True)
    print(f"{len(bodies)} snippets")
    return made.returncode


sys.exit(main())
