#!/usr/bin/env python3
# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
"""Counts the instructions that code/noisy_rows.cpp executes through the policies and written by hand, with callgrind.

Usage: compare_instructions.py INCLUDE_DIR COMPILER
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).parent / "code" / "noisy_rows.cpp"
# valgrind 3.19 knows AVX2, not AVX-512
FLAGS = ["-std=c++20", "-O3", "-DNDEBUG", "-mavx2", "-mfma"]


def measure(folder, include, compiler, defines):
    program = str(Path(folder, "program"))
    subprocess.run([compiler, *FLAGS, *defines, f"-I{include}", str(SOURCE), "-o", program], check=True)
    run = subprocess.run(["valgrind", "--tool=callgrind", "--toggle-collect=main", f"--callgrind-out-file={folder}/out", program],
                         check=True, capture_output=True, text=True)
    count = int(re.search(r"Collected : (\d+)", run.stderr)[1])
    return count, run.stdout


def main():
    include, compiler = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("gaussian_sigma", "gaussian_snr", "uniform_sigma", "multiplicative", "adc8", "several"):
            defines = [f"-DKIND={kind}"]
            policy, sum_policy = measure(folder, include, compiler, defines)
            hand, sum_hand = measure(folder, include, compiler, [*defines, "-DBY_HAND"])
            ratio = policy / hand
            print(f"{kind}, {compiler}: {policy} instructions through the policy, {hand} by hand, ratio {ratio:.4f}")
            if hand < 100_000 or sum_policy != sum_hand:
                sys.exit("expected both to do the same work")
            if ratio > 1.005:
                sys.exit("expected at most half a percent more")


main()
