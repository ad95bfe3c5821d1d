#!/usr/bin/env python3
# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
"""compare.py WRITE_NETWORKS COMPILER [EMULATOR…]: networks exported to C give what the library gives, step for step.

COMPILER is a C compiler, whose warnings are errors; its programs are run by EMULATOR if one is named. Rounded as the library rounds, outputs must have the
library's bits; rounded the other way they may differ by BOUND of the largest output of their sequence, or of 1, in fixed point not
at all. Prints the largest difference and the bytes of code, constants and state. Ends with 77, which CTest calls skipped, where a program is missing.
"""
import math
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

BOUND = 3e-6  # roundings of 2^-24 in sums of some tens of products, fed back
FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-O2", "-ffp-contract=off"]
HERE = Path(__file__).parent


def numbers(data):
    return struct.unpack(f"<{len(data) // 4}f", data)


def difference(found, expected, in_a_sequence):
    """The largest, relative to the largest of a sequence: where states are not bounded, small outputs are differences of large numbers."""
    if len(found) != len(expected) or not all(map(math.isfinite, found)):
        return math.inf
    worst = 0
    for first in range(0, len(expected), in_a_sequence):
        sequence = expected[first:first + in_a_sequence]
        apart = max(abs(a - b) for a, b in zip(found[first:first + in_a_sequence], sequence, strict=True))
        worst = max(worst, apart / max(1, *map(abs, sequence)))
    return worst


def bytes_of(compiler, case, folder):
    """Code, constants and state of the exported file alone, compiled for size."""
    size = shutil.which(compiler.removesuffix("gcc") + "size") if compiler.endswith("gcc") else shutil.which("size")
    source = folder / "sized.c"
    source.write_text('#include "net.c"\nnet_state net_only;\n')
    object_file = folder / "sized.o"
    subprocess.run([compiler, "-std=c99", "-Os", "-ffunction-sections", "-c", "-I", case, source, "-o", object_file], check=True)
    counts = {"code": 0, "constants": 0, "state": 0}
    for line in subprocess.run([size, "-A", object_file], check=True, capture_output=True, text=True).stdout.splitlines():
        section, *columns = line.split() or [""]
        for begin, kind in ((".text", "code"), (".rodata", "constants"), (".bss", "state")):
            if section.startswith(begin):
                counts[kind] += int(columns[0])
    return counts


def main():
    write_networks, compiler, *emulator = sys.argv[1:]
    for program in (compiler, *emulator[:1]):
        if not shutil.which(program):
            print(f"skipped: no {program}")
            return 77
    failures = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fused = subprocess.run([write_networks, folder], check=True, capture_output=True, text=True).stdout.strip()
        print(f"{'network':24} {'same bits':>9} {'other rounding':>14} {'code':>7} {'constants':>9} {'state':>7}")
        for case in sorted(path for path in folder.iterdir() if path.is_dir()):
            inputs, outputs, steps, fixed = (case / "sizes").read_text().split()
            expected = (case / "y").read_bytes()
            found = {}
            for once in "01":
                binary = folder / f"{case.name}_{once}"
                defined = [f"-DDNI_FUSED={once}", f"-DINPUTS={inputs}", f"-DOUTPUTS={outputs}", f"-DSTEPS={steps}", f"-DFIXED={fixed}"]
                subprocess.run([compiler, *FLAGS, *defined, "-I", case, HERE / "run_net.c", "-o", binary, "-lm"], check=True)
                with open(case / "x", "rb") as x:
                    found[once] = subprocess.run([*emulator, binary], stdin=x, check=True, capture_output=True).stdout
            same = found[fused] == expected
            other = found["0" if fused == "1" else "1"]
            apart = difference(numbers(other), numbers(expected), int(steps) * int(outputs))
            sizes = bytes_of(compiler, case, folder)
            print(f"{case.name:24} {'yes' if same else 'NO':>9} {apart:14.1e} {sizes['code']:7} {sizes['constants']:9} {sizes['state']:7}")
            failures += not same or not apart <= (0 if fixed == "1" else BOUND) or len(expected) == 0
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
