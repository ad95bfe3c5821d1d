#!/usr/bin/env python3
# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
"""Compiles code/product.cpp with and without a noise policy and compares the machine code of the kernel, function by function.

Usage: compare_code.py INCLUDE_DIR COMPILER [FLAG...]

Also: what no policy asks for is not there, not even as a symbol.
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def build(compiler, flags, include, source, target, defines=()):
    subprocess.run([compiler, "-std=c++20", "-DNDEBUG", *flags, *defines, f"-I{include}", "-c", str(HERE / "code" / source), "-o", str(target)], check=True)


def functions(binary):
    """Name without parameters -> instructions without addresses."""
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", "-C", str(binary)], check=True, capture_output=True, text=True).stdout
    found, name = {}, None
    for line in text.splitlines():
        head = re.match(r"^[0-9a-f]+ <(.*)>:$", line)
        if head:
            name = head[1].split("(")[0] if head[1].startswith("kernel") else head[1]
            found[name] = []
        elif name and re.match(r"^\s+[0-9a-f]+:\s", line):
            code = re.sub(r"^\s+[0-9a-f]+:\s*", "", line)
            code = re.sub(r"(# )?\b[0-9a-f]+ <.*", "", code)  # targets of jumps, places of constants
            code = re.sub(r"-?(0x[0-9a-f]+)?\(%rip\)", "(%rip)", code)
            found[name].append(re.sub(r"\s+", " ", code).strip())
    return found


def main():
    include, compiler, flags = sys.argv[1], sys.argv[2], sys.argv[3:]
    with tempfile.TemporaryDirectory() as folder:
        none, plain = Path(folder, "none.o"), Path(folder, "plain.o")
        build(compiler, flags, include, "product.cpp", none)
        build(compiler, flags, include, "product.cpp", plain, ["-DWITHOUT_POLICY"])
        with_policy, without = functions(none), functions(plain)
        symbols = subprocess.run(["nm", "-C", str(none)], check=True, capture_output=True, text=True).stdout
    if "kernel" not in with_policy or len(with_policy["kernel"]) < 20:
        sys.exit("the kernel was not found in the machine code")
    for unused in ("gaussian", "stream", "normal"):
        if unused in symbols:
            sys.exit(f"expected no symbol of what is not used, found {unused}")
    names = sorted(set(with_policy) | set(without))
    different = [name for name in names if with_policy.get(name) != without.get(name)]
    if different:
        sys.exit(f"expected the same machine code, found {len(different)} of {len(names)} functions to differ, the first {different[0][:200]}")
    count = sum(map(len, without.values()))
    print(f"{compiler} {' '.join(flags)}: {len(without)} functions, {count} instructions, the same with noise::none and without a policy")


main()
