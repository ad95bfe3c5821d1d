#!/usr/bin/env python3
# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
"""Prints the tables of docs/results.md from the CSV files of the main job, and draws its pictures with gnuplot.

Usage: summarize.py TITLE PICTURE.png FILE.csv...

Accuracies in %: mean over training seeds ± half of Student's 95 % interval. Votes decide by mean probability.
"""
import csv
import math
import statistics
import subprocess
import sys
from collections import defaultdict

STUDENT_95 = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571}
COLOURS = ["#404040", "#d55e00", "#0072b2", "#009e73", "#cc79a7"]  # Okabe and Ito


def read(files):
    """(cell, trained at, votes) -> inference level -> accuracies, one for each seed"""
    curves = defaultdict(lambda: defaultdict(list))
    for name in files:
        with open(name, newline="") as file:
            for row in csv.DictReader(file):
                if row["voting"] == "mean_probability":
                    curves[row["cell"], row["train_snr_db"], int(row["votes"])][float(row["infer_snr_db"])].append(100 * float(row["accuracy_mean"]))
    return curves


def interval(values):
    if len(values) < 2:
        return statistics.mean(values), 0.0
    return statistics.mean(values), STUDENT_95[len(values)] * statistics.stdev(values) / math.sqrt(len(values))


def words(trained):
    return "no noise" if trained == "inf" else trained.replace(":", " … ") + " dB"


def table(curves):
    levels = sorted({level for curve in curves.values() for level in curve}, reverse=True)
    print("| cell | trained with | votes | " + " | ".join("no noise" if math.isinf(v) else f"{v:g} dB" for v in levels) + " |")
    print("|---|---|---|" + "---|" * len(levels))
    for (cell, trained, votes), curve in curves.items():
        cells = []
        for level in levels:
            mean, half = interval(curve[level])
            cells.append(f"{mean:.2f} ± {half:.2f}")
        print(f"| {cell} | {words(trained)} | {votes} | " + " | ".join(cells) + " |")
    return levels


def draw(curves, levels, title, picture):
    script = ["set terminal pngcairo size 1300,760 fontscale 1.4 linewidth 1.6", f"set output '{picture}'", "set encoding utf8",
              f"set title '{title}'", "set key inside left bottom vertical Left reverse samplen 3 spacing 1.4", "set border 3",
              "set tics nomirror", "set grid ytics linecolor rgb '#e4e4e4' linetype 1", "set ylabel 'test accuracy (%)'",
              "set xlabel 'signal-to-noise ratio in inference (dB)'", f"set xrange [-0.25:{len(levels) - 0.75}]",
              "set xtics (" + ", ".join(f"'{'no noise' if math.isinf(v) else f'{v:g}'}' {i}" for i, v in enumerate(levels)) + ")"]
    names = list(dict.fromkeys((cell, trained) for cell, trained, _ in curves))
    most = max(votes for _, _, votes in curves)
    shown = [key for key in curves if key[2] in (1, most)]
    plots = []
    for n, (cell, trained, votes) in enumerate(shown):
        rows = []
        for i, level in enumerate(levels):
            mean, half = interval(curves[cell, trained, votes][level])
            rows.append(f"{i} {mean} {mean - half} {min(100, mean + half)}")
        script.append(f"$c{n} << end\n" + "\n".join(rows) + "\nend")
        style = f"linewidth 2 pointtype {7 if votes == 1 else 6} dashtype {1 if votes == 1 else 2} linecolor rgb '{COLOURS[names.index((cell, trained)) % 5]}'"
        what = f"{cell.upper()}, trained with {words(trained)}" + (", one pass" if votes == 1 else f", {votes} votes") * (most > 1)
        plots.append(f"$c{n} using 1:3:4 with filledcurves linecolor rgb '{COLOURS[names.index((cell, trained)) % 5]}' fillstyle transparent solid 0.18 noborder notitle")
        plots.append(f"$c{n} using 1:2 with linespoints {style} title '{what}'")
    script.append("set yrange [0:101]\nplot " + ", ".join(plots))
    subprocess.run(["gnuplot"], input="\n".join(script), text=True, check=True)


def main():
    title, picture, *files = sys.argv[1:]
    curves = read(files)
    draw(curves, table(curves), title, picture)


main()
