#!/usr/bin/env python3
# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
"""Prints the tables of docs/results from CSV files, and draws their pictures with gnuplot.

Usage: summarize.py TITLE PICTURE.png FILE.csv...       without a picture: summarize.py "" "" FILE.csv...

A file is one of the main job, or a record of an example (examples/study): columns that name a curve, what the curve is over, seed, perhaps chip, and what
was measured. Mean over training seeds ± half of Student's 95 % interval; each seed counts with the mean over its chips. Accuracies are in %. Of the main
job's votes those that decide by mean probability are taken. In the picture the last name of a curve is its dash, the others are its colour.
"""
import csv
import math
import statistics
import subprocess
import sys
from collections import defaultdict

STUDENT_95 = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571}  # more seeds: as if there were 7
COLOURS = ["#404040", "#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]  # Okabe and Ito


def rows_of_main_job(rows):
    for row in rows:
        if row["voting"] == "mean_probability":
            trained = row["train_snr_db"]
            words = "no noise" if trained == "inf" else trained.replace(":", " … ") + " dB"
            level = float(row["infer_snr_db"])
            hardware = row.get("hardware", "gaussian")
            yield {"cell": row["cell"] + ("" if hardware == "gaussian" else " on " + hardware), "trained with": words, "votes": row["votes"],
                   "signal-to-noise ratio in inference (dB)": "no noise" if math.isinf(level) else f"{level:g}",
                   "seed": row["seed"], "accuracy": row["accuracy_mean"]}


def read(files):
    """Names of the columns of a curve, of what it is over, of what was measured; and curve -> place -> seed -> values"""
    curves = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for name in files:
        with open(name, newline="") as file:
            rows = list(csv.DictReader(file))
            rows = list(rows_of_main_job(rows)) if "voting" in rows[0] else rows
        *names, over = list(rows[0])[: list(rows[0]).index("seed")]
        measured = list(rows[0])[-1]
        for row in rows:
            value = float(row[measured]) * (100 if measured == "accuracy" else 1)
            curves[tuple(row[n] for n in names)][row[over]][row["seed"]].append(value)
    return names, over, measured, curves


def interval(seeds):
    values = [statistics.mean(chips) for chips in seeds.values()]
    if len(values) < 2:
        return values[0], 0.0
    return statistics.mean(values), STUDENT_95.get(len(values), 2.447) * statistics.stdev(values) / math.sqrt(len(values))


def table(names, over, curves):
    places = list(dict.fromkeys(place for curve in curves.values() for place in curve))
    print(f"| {' | '.join(names)} | " + " | ".join(place + (" dB" if "(dB)" in over and place != "no noise" else "") for place in places) + " |")
    print("|---" * (len(names) + len(places)) + "|")
    for key, curve in curves.items():
        cells = ["{:.2f} ± {:.2f}".format(*interval(curve[place])) if place in curve else "–" for place in places]
        print(f"| {' | '.join(key)} | " + " | ".join(cells) + " |")
    return places


def draw(names, over, measured, curves, places, title, picture):
    script = ["set terminal pngcairo size 1300,760 fontscale 1.4 linewidth 1.6", f"set output '{picture}'", "set encoding utf8",
              f"set title '{title}'", "set key outside bottom center horizontal Left reverse samplen 3 spacing 1.3", "set border 3",
              "set tics nomirror", "set grid ytics linecolor rgb '#e4e4e4' linetype 1",
              f"set ylabel '{'test accuracy (%)' if measured == 'accuracy' else measured}'", f"set xlabel '{over}'",
              f"set xrange [-0.25:{len(places) - 0.75}]", "set xtics (" + ", ".join(f"'{place}' {i}" for i, place in enumerate(places)) + ")"]
    if names[-1] == "votes":  # the fewest and the most say it all
        votes = [int(key[-1]) for key in curves]
        curves = {key: curve for key, curve in curves.items() if int(key[-1]) in (min(votes), max(votes))}
    constant = {i for i in range(len(names)) if len({key[i] for key in curves}) == 1}
    shades = list(dict.fromkeys(key[:-1] if len(names) > 1 else key for key in curves))
    dashes = list(dict.fromkeys(key[-1] for key in curves)) if len(names) > 1 else []
    plots = []
    for n, (key, curve) in enumerate(curves.items()):
        points = [(i, *interval(curve[place])) for i, place in enumerate(places) if place in curve]
        rows = [f"{i} {mean} {max(0, mean - half)} {min(100, mean + half)}" for i, mean, half in points]
        script.append(f"$c{n} << end\n" + "\n".join(rows) + "\nend")
        colour = f"linecolor rgb '{COLOURS[shades.index(key[:-1] if len(names) > 1 else key) % len(COLOURS)]}'"
        dash = dashes.index(key[-1]) if dashes else 0
        what = ", ".join(f"{names[i]} {part}" for i, part in enumerate(key) if i not in constant) or ", ".join(key)
        plots.append(f"$c{n} using 1:3:4 with filledcurves {colour} fillstyle transparent solid 0.18 noborder notitle")
        plots.append(f"$c{n} using 1:2 with linespoints linewidth 2 pointtype {(7, 6, 5)[dash % 3]} dashtype {1 + dash} {colour} title '{what}'")
    script.append(("set yrange [0:101]\n" if measured == "accuracy" else "") + "plot " + ", ".join(plots))
    subprocess.run(["gnuplot"], input="\n".join(script), text=True, check=True)


def main():
    title, picture, *files = sys.argv[1:]
    names, over, measured, curves = read(files)
    places = table(names, over, curves)
    if picture:
        draw(names, over, measured, curves, places, title, picture)


main()
