#!/usr/bin/env python3
# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
"""Runs dni_bench and its peers in turn, in one session, and prints one table.

    cmake --preset release && cmake --build --preset release --target dni_bench onednn_peer
    benchmarks/peers/compare.py --filter 'train_step/lstm/.*/threads:1'

Peers are PyTorch (torch_peer.py; Debian: python3-torch, libopenblas0-openmp) and oneDNN (onednn_peer; libdnnl-dev); one that is not there is left
out. In every repeat each program measures the same benchmark one right after the other, so that what else the machine does meets them alike.
Times are medians over the repeats, with the least in brackets; ratios are medians of the ratios within a repeat.

What is fair to the peers: OMP_NUM_THREADS is the number of threads; glibc keeps the memory it has (MALLOC_TRIM_THRESHOLD_, and
MALLOC_MMAP_THRESHOLD_ at the largest value it takes), else PyTorch has thousands of page faults a step; PyTorch may use AVX-512 where the processor has
it, which it does not by itself; OPENBLAS_… variables of the session, which may choose slower kernels, are dropped; and where OpenBLAS does not know the
processor and falls back to kernels of 2004, it is told what the processor can do.
"""
import argparse
import csv
import json
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHOSEN_FOR_PEERS = ("OMP_", "GOMP_", "OPENBLAS_", "MKL_", "ATEN_", "DNNL_", "ONEDNN_", "MALLOC_")


def peer_environment(threads, vectors):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(CHOSEN_FOR_PEERS)}
    kept |= {"OMP_NUM_THREADS": str(threads), "MALLOC_TRIM_THRESHOLD_": str(2**30), "MALLOC_MMAP_THRESHOLD_": str(2**25)}
    return kept | ({"ATEN_CPU_CAPABILITY": vectors} if vectors else {})


class Peer:
    """A program that measures the benchmarks it is asked for, with one number of threads."""

    def __init__(self, command, environment):
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.about = json.loads(self.process.stdout.readline())

    def measure(self, name, seconds):
        self.process.stdin.write(f"{name} {seconds}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Ours:
    """dni_bench. `at_peak` are the seconds its operations would take at the FMA peak, measured at the start of the same run."""

    def __init__(self, program):
        self.program = program

    def names(self):
        return subprocess.run([self.program, "--benchmark_list_tests"], check=True, capture_output=True, text=True).stdout.split()

    def measure(self, name, seconds):
        command = [self.program, f"--benchmark_filter=^{re.escape(name)}$", f"--benchmark_min_time={seconds}", "--benchmark_format=json"]
        result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout)["benchmarks"][0]
        to_seconds = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1}[result["time_unit"]]
        found = {"wall": result["real_time"] * to_seconds, "cpu": result["cpu_time"] * to_seconds}
        if "FLOP/s" in result:
            found["at_peak"] = result["of_peak"] * found["wall"]
        return found


def has_torch(python):
    return subprocess.run([python, "-c", "import torch"], capture_output=True).returncode == 0


def start_torch(options, threads):
    command = [options.python, str(HERE / "torch_peer.py")]
    environment = peer_environment(threads, options.vectors)
    peer = Peer(command, environment)
    if any("for Prescott" in blas for blas in peer.about["blas"]) and options.vectors:
        peer.end()
        peer = Peer(command, environment | {"OPENBLAS_CORETYPE": "SkylakeX" if options.vectors == "avx512" else "Haswell"})
    return peer


def start_peers(options, threads):
    """{program: Peer} for one number of threads."""
    peers = {}
    if options.torch:
        peers["PyTorch"] = start_torch(options, threads)
    if options.onednn.exists():
        peers["oneDNN"] = Peer([str(options.onednn)], peer_environment(threads, None))
    return peers


def threads_of(name):
    found = re.search(r"threads:(\d+)$", name)
    return int(found[1]) if found else 1


def measure_all(options, ours, names):
    """[{name, program, repeat, seconds, of_peak, variant, load}] and what the peers say about themselves."""
    peers = {threads: start_peers(options, threads) for threads in sorted({threads_of(name) for name in names})}
    measured = []
    try:
        for repeat in range(options.repeats):
            for name in names:
                show(f"repeat {repeat + 1} of {options.repeats}: {name}")
                own = ours.measure(name, options.seconds)
                found = {"dni": own}
                for program, peer in peers[threads_of(name)].items():
                    answer = peer.measure(name, options.seconds)
                    if answer:
                        found[program] = answer
                for program, value in found.items():
                    seconds = value[options.clock]
                    of_peak = own["at_peak"] / seconds if "at_peak" in own else None
                    measured.append({"name": name, "program": program, "repeat": repeat, "seconds": seconds, "of_peak": of_peak,
                                     "variant": value.get("variant", ""), "load": os.getloadavg()[0]})
        return measured, [peer.about for group in peers.values() for peer in group.values()]
    finally:
        show("")
        for group in peers.values():
            for peer in group.values():
                peer.end()


def show(text):
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)


class Results:
    def __init__(self, measured):
        self.by_run = {}
        for one in measured:
            self.by_run.setdefault((one["name"], one["program"]), []).append(one)

    def time(self, name, program):
        """Milliseconds: median (least)."""
        runs = self.by_run.get((name, program))
        if not runs:
            return ""
        seconds = [one["seconds"] * 1e3 for one in runs]
        return f"{statistics.median(seconds):.4g} ({min(seconds):.4g})"

    def of_peak(self, name, program):
        runs = self.by_run.get((name, program))
        return f"{100 * statistics.median(one['of_peak'] for one in runs):.0f} %" if runs and runs[0]["of_peak"] else ""

    def ratio(self, name, program, other, other_program):
        """How many times as long as the other it takes."""
        runs, others = self.by_run.get((name, program)), self.by_run.get((other, other_program))
        if not runs or not others or (name, program) == (other, other_program):
            return ""
        return f"{statistics.median(a['seconds'] / b['seconds'] for a, b in zip(runs, others)):.2f}"

    def variants(self, name, program):
        return " / ".join(sorted({one["variant"] for one in self.by_run.get((name, program), []) if one["variant"]}))


def table(results, names, peers):
    head = ["benchmark", "dni ms", "of peak", "to none", "speed-up"]
    for peer in peers:
        head += [f"{peer} ms", "of peak", "to dni", "way"]
    rows = [head]
    for name in names:
        exact = re.sub(r"/gaussian(_snr)?(/|$)", r"/none\2", name)
        row = [name, results.time(name, "dni"), results.of_peak(name, "dni"), results.ratio(name, "dni", exact, "dni"),
               results.ratio(re.sub(r"threads:\d+$", "threads:1", name), "dni", name, "dni")]
        for peer in peers:
            row += [results.time(name, peer), results.of_peak(name, peer), results.ratio(name, peer, name, "dni"), results.variants(name, peer)]
        rows.append(row)
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def about_peers(abouts):
    for about in abouts:
        yield ", ".join([about["peer"], f"{about['threads']} thread(s)", *([about["vectors"]] if "vectors" in about else [])])
        for blas in about.get("blas", []):
            yield f"  BLAS {blas}"
        if "blas" in about and not all("openmp" in blas for blas in about["blas"]):
            yield "  WARNING: not the OpenMP build of OpenBLAS, which does PyTorch an injustice: install libopenblas0-openmp"


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        found = dict(line.split(":", 1) for line in info if ":" in line)
    found = {key.strip(): value.strip() for key, value in found.items()}
    return found.get("model name", "unknown"), found.get("flags", "").split()


def main():
    model, flags = processor()
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--build", type=Path, default=HERE.parents[1] / "build" / "release", help="build tree (default: build/release)")
    options.add_argument("--filter", default="", help="regular expression that names of benchmarks contain")
    options.add_argument("--repeats", type=int, default=5, help="default: 5")
    options.add_argument("--seconds", type=float, default=0.5, help="of one measurement, at least (default: 0.5)")
    options.add_argument("--clock", choices=("wall", "cpu"), default="wall",
                         help="cpu: processor time, for one thread on a busy machine (default: wall)")
    options.add_argument("--csv", type=Path, help="writes every measurement to a file")
    options.add_argument("--python", default=sys.executable, help="the interpreter that has PyTorch (default: this one)")
    options.add_argument("--vectors", default="avx512" if "avx512f" in flags else "avx2" if "avx2" in flags else "", help="ATEN_CPU_CAPABILITY (default: avx512 or avx2, what there is)")
    options = options.parse_args()
    options.onednn = options.build / "benchmarks" / "peers" / "onednn_peer"
    options.torch = has_torch(options.python)

    ours = Ours(options.build / "benchmarks" / "dni_bench")
    names = [name for name in ours.names() if re.search(options.filter, name)]
    if not names:
        sys.exit("compare.py: expected a filter that some benchmark matches, found " + options.filter)
    if options.clock == "cpu" and any(threads_of(name) > 1 for name in names):
        sys.exit("compare.py: --clock cpu: expected benchmarks of one thread (--filter threads:1), found some of more")
    before = os.getloadavg()[0]
    measured, abouts = measure_all(options, ours, names)

    print(f"{model}, {os.cpu_count()} processors; load {before:.2f} before, {max(one['load'] for one in measured):.2f} at most while measuring")
    print(*about_peers(abouts), sep="\n")
    for peer, there in (("PyTorch", options.torch), ("oneDNN", options.onednn.exists())):
        if not there:
            print(f"{peer} was not found and is left out")
    print(f"{options.repeats} repeats of {options.seconds} s, {options.clock} clock; ms: median (least); to none, to dni: times as long; "
          "speed-up: over one thread\n")
    print(table(Results(measured), names, list(dict.fromkeys(one["program"] for one in measured if one["program"] != "dni"))))
    if options.csv:
        with open(options.csv, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, measured[0])
            writer.writeheader()
            writer.writerows(measured)


if __name__ == "__main__":
    main()
