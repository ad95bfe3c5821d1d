#!/usr/bin/env python3
# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
"""mutate.py [--compiler C++] [--only HEADER…] [--sample N] [--seed S] [--jobs N] [--minimum PERCENT]: do the tests notice a wrong kernel?

One thing at a time is made wrong in a copy of a header: a sign, a comparison, a product, a number off by one, operands swapped, a term left out. The tests of its
room are compiled against the copy and run. A mutant that they let pass has survived; one that does not compile does not count, nor one that equivalent.txt
lists with the reason why nobody could see a difference. Prints each survivor, and killed and survived for each header. Ends with 1 below --minimum, or
where the list and what was found disagree.
"""
import argparse
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300  # a mutant that loops for ever is killed

TARGETS = {  # header: the tests that are to notice
    "core/math.hpp": ["core/math_test.cpp"],
    "core/packed_matrix.hpp": ["core/packed_matrix_test.cpp", "core/outer_product_test.cpp"],
    "core/outer_product.hpp": ["core/outer_product_test.cpp"],
    "cell/rnn.hpp": ["cell/cell_test.cpp"],
    "cell/gru.hpp": ["cell/cell_test.cpp"],
    "cell/lstm.hpp": ["cell/cell_test.cpp"],
    "crossbar/crossbar.hpp": ["crossbar/crossbar_test.cpp", "crossbar/scaled_noise_test.cpp", "train/learned_bound_test.cpp"],
    "noise/additive.hpp": ["noise/gaussian_test.cpp", "noise/additive_test.cpp", "crossbar/scaled_noise_test.cpp"],
    "noise/multiplicative.hpp": ["noise/multiplicative_test.cpp"],
    "noise/level.hpp": ["noise/level_test.cpp"],
    "noise/schedule.hpp": ["noise/schedule_test.cpp"],
    "precision/bound.hpp": ["precision/converter_test.cpp", "train/learned_bound_test.cpp"],
    "precision/converter.hpp": ["precision/converter_test.cpp"],
    "loss/softmax.hpp": ["loss/softmax_test.cpp", "loss/distillation_test.cpp"],
    "loss/cross_entropy.hpp": ["loss/cross_entropy_test.cpp"],
    "loss/mean_squared_error.hpp": ["loss/mean_squared_error_test.cpp"],
    "optim/adam.hpp": ["optim/adam_test.cpp"],
    "optim/sgd.hpp": ["optim/sgd_test.cpp"],
    "optim/rmsprop.hpp": ["optim/rmsprop_test.cpp"],
    "optim/clipping.hpp": ["optim/clipping_test.cpp"],
    "optim/rate_schedule.hpp": ["optim/rate_schedule_test.cpp"],
}

OPERAND = r"[\w.:]+(?:\[[^][]*\]|\([^()]*\))*"
MUTATIONS = [  # what, where, by what
    ("sign", r" \+ ", " - "),
    ("sign", r" - ", " + "),
    ("sign", r" \+= ", " -= "),
    ("sign", r" -= ", " += "),
    ("sign", r"(?<=[(=,] )-(?=\w)|(?<=\()-(?=\w)", ""),
    ("sign", r"(?<=return )-(?=\w)", ""),
    ("product", r" \* ", " / "),
    ("product", r" / ", " * "),
    ("comparison", r" < ", " <= "),
    ("comparison", r" <= ", " < "),
    ("comparison", r" > ", " >= "),
    ("comparison", r" >= ", " > "),
    ("comparison", r" == ", " != "),
    ("comparison", r" != ", " == "),
    ("off by one", r"(?<=[-+] )1(?![\w.])", "2"),
    ("off by one", r"(?<== )0(?=[;)])", "1"),
    ("off by one", r"T\{0\}", "T{1}"),
    ("off by one", r"T\{1\}", "T{2}"),
    ("swapped", rf"({OPERAND}) (-|/) ({OPERAND})", r"\3 \2 \1"),
    ("dropped", rf" [-+] {OPERAND}(?: [*/] {OPERAND})*", ""),
    ("dropped", rf"{OPERAND} \* (?={OPERAND})", ""),
    ("swapped", r"std::min\(", "std::max("),
    ("swapped", r"std::max\(", "std::min("),
]
NO_CODE = re.compile(r"//[^\n]*|^[^\n]*\"[^\n]*|^\s*#[^\n]*|^\s*template <[^\n]*|static_assert\([^\n]*", re.MULTILINE)  # lines with texts are about words


def mutants(text):
    """All (line, what, mutated text)."""
    blank = NO_CODE.sub(lambda m: re.sub(r"[^\n]", "\0", m.group()), text)
    for what, pattern, by in MUTATIONS:
        for match in re.finditer(pattern, blank):
            mutated = text[:match.start()] + match.expand(by) + text[match.end():]
            if mutated != text:
                yield blank.count("\n", 0, match.start()) + 1, what, mutated


def equivalents():
    """{(header, mutated line)} of those listed."""
    known = set()
    for number, text in enumerate((Path(__file__).parent / "equivalent.txt").read_text().splitlines(), 1):
        if text and not text.startswith("#"):
            header, line, why, *more = [*(field.strip() for field in text.split(" ¦ ")), "", "", ""]
            if header not in TARGETS or not why or any(more):
                sys.exit(f"equivalent.txt:{number}: expected a header of those mutated ¦ the line as mutated ¦ why, found {text}")
            known.add((header, line))
    return known


class laboratory:
    """Compiles and runs the tests of one header against a copy of it."""

    def __init__(self, compiler, folder):
        self.compiler, self.folder = compiler, folder
        # -O1: without it the tests of the kernels take longer to run than to compile.
        self.flags = ["-std=c++20", "-O1", "-w", "-march=native", "-D_GLIBCXX_ASSERTIONS", f"-DDNI_TEST_DATA_DIR=\"{ROOT}/tests/golden\""]

    def compile_common(self):
        """What no mutant changes, compiled once; it repays itself from the sixth mutant on."""
        common = self.folder / "common.hpp"
        common.write_text('#include "support/catch.hpp"\n#include <xsimd/xsimd.hpp>\n#include <algorithm>\n#include <cmath>\n#include <random>\n#include <vector>\n')
        subprocess.run([self.compiler, *self.flags, "-I", ROOT / "tests", "-x", "c++-header", common, "-o", self.folder / "common.hpp.gch"], check=True)
        self.flags += ["-include", common]

    def verdict(self, header, text):
        """"killed", "survived" or "does not compile"."""
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            place = Path(name)
            copy = place / "include" / "dni" / header
            copy.parent.mkdir(parents=True)
            copy.write_text(text)
            for test in TARGETS[header]:
                program = place / "test"
                made = subprocess.run([self.compiler, *self.flags, "-I", place / "include", "-I", ROOT / "include",
                                       "-I", ROOT / "tests", ROOT / "tests" / test, "-o", program, "-lCatch2WithMain", "-lz", "-lzip", "-pthread"], capture_output=True)
                if made.returncode != 0:
                    return "does not compile"
                try:
                    if subprocess.run([program, "--abort"], capture_output=True, timeout=SECONDS, cwd=place).returncode != 0:
                        return "killed"
                except subprocess.TimeoutExpired:
                    return "killed"
            return "survived"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--only", nargs="*", default=list(TARGETS))
    parser.add_argument("--sample", type=int, help="so many mutants of each header")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="so many at a time")
    parser.add_argument("--minimum", type=float, default=95)
    chosen = parser.parse_args()
    chance = random.Random(chosen.seed)
    known = equivalents()
    outdated = 0
    totals = {"killed": 0, "survived": 0, "equivalent": 0}
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(chosen.jobs) as jobs:
        lab = laboratory(chosen.compiler, Path(name))
        if chosen.sample is None or chosen.sample * len(chosen.only) > 5:
            lab.compile_common()
        for header in chosen.only:
            text = (ROOT / "include" / "dni" / header).read_text()
            if lab.verdict(header, text) != "survived":
                sys.exit(f"{header}: expected its tests to pass without a mutation")
            found = list(mutants(text))
            gone = {line for of, line in known if of == header} - {mutated.splitlines()[line - 1].strip() for line, _, mutated in found}
            for line in sorted(gone):
                print(f"  {header}: listed as equivalent, but no mutant: {line}", flush=True)
            outdated += len(gone)
            if chosen.sample is not None:
                found = chance.sample(found, min(chosen.sample, len(found)))
            counts = {"killed": 0, "survived": 0, "equivalent": 0, "does not compile": 0}
            verdicts = jobs.map(lambda mutant: lab.verdict(header, mutant[2]), found)
            for (line, what, mutated), verdict in zip(found, verdicts):
                changed = mutated.splitlines()[line - 1].strip()
                listed = (header, changed) in known
                if verdict == "survived" and listed:
                    verdict = "equivalent"
                elif verdict == "survived":
                    print(f"  {header}:{line}: {what}: {changed}", flush=True)
                elif listed:
                    print(f"  {header}:{line}: listed as equivalent, but {verdict}: {changed}", flush=True)
                    outdated += 1
                counts[verdict] += 1
            print(f"{header:32} {counts['killed']:4} killed, {counts['survived']:3} survived, {counts['equivalent']:3} equivalent, "
                  f"{counts['does not compile']:3} did not compile", flush=True)
            for verdict in totals:
                totals[verdict] += counts[verdict]
    tried = totals["killed"] + totals["survived"]
    percent = 100 * totals["killed"] / tried if tried else 100
    print(f"{totals['killed']} of {tried} mutants killed: {percent:.1f} %; {totals['equivalent']} more are equivalent")
    return 0 if percent >= chosen.minimum and outdated == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
