#!/usr/bin/env python3
# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
"""mnist_strokes_test.py PROGRAM: the main job from the command line. What it writes, and that it refuses what makes no sense."""

import contextlib
import csv
import itertools
import json
import os
import pty
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

PROGRAM = None

SMALL = "--hidden 8 --epochs 1 --train-limit 96 --test-limit 40 --repeats 2 --votes 1,3 --threads 2".split()
COLUMNS = ("cell,layers,hidden,noise_site,train_snr_db,seed,infer_snr_db,votes,voting,repeats,"
           "accuracy_mean,accuracy_std,ci95_low,ci95_high").split(",")


def run(*arguments, path=None):
    environment = dict(os.environ)
    if path is not None:
        environment["PATH"] = path
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, env=environment)


def write_npy(path, kind, shape, values):
    header = f"{{'descr': '<{kind}', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    code = {"f4": "f", "i4": "i", "u8": "Q"}[kind]
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()
                     + struct.pack(f"<{len(values)}{code}", *values))


def write_strokes(folder, label_of=lambda i: i % 10, offset_of=lambda i, offset: offset, value=1.0):
    """The smallest pen strokes: from a place that depends on the label some steps to the right."""
    for part, count in (("train", 64), ("test", 20)):
        points, offsets, labels = [], [0], []
        for i in range(count):
            rows = [(3 + i % 10, 5, 0, 0)] + [(value, 0, 0, 0)] * (1 + i % 4) + [(0, 0, 1, 1)]
            points += itertools.chain.from_iterable(rows)
            offsets.append(offset_of(i, len(points) // 4))
            labels.append(label_of(i))
        write_npy(folder / f"strokes-{part}-points.npy", "f4", (len(points) // 4, 4), points)
        write_npy(folder / f"strokes-{part}-offsets.npy", "u8", (count + 1,), offsets)
        write_npy(folder / f"strokes-{part}-labels.npy", "i4", (count,), labels)


class WithFolder(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def assert_works(self, result):
        self.assertEqual(result.returncode, 0, result.stderr)

    def assert_refused(self, result, fragment):
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn(fragment, result.stderr)


class Refuses(WithFolder):
    def test_absurd_options(self):
        for line, fragment in (
            ("--no-such-option", "--no-such-option"),
            ("stray", "stray"),
            ("--cell transistor", "rnn,gru,lstm"),
            ("--noise-site side", "output,input,weights"),
            ("--hardware valve", "gaussian,ideal,adc8,pcm,reram"),
            ("--hardware ideal --train-snr none,5", "--hardware ideal: expected --train-snr none"),
            ("--hardware ideal --infer-snr 5", "--hardware ideal: expected --train-snr none and --infer-snr none"),
            ("--hardware pcm --cell gru", "--hardware pcm: expected --cell lstm"),
            ("--hardware adc8 --noise-site weights", "expected --cell lstm and --noise-site output"),
            ("--hardware pcm --noise-site input", "found --cell lstm and --noise-site input"),
            ("--hidden 0", "from 1 to 4096"),
            ("--hidden 1000000000", "from 1 to 4096"),
            ("--hidden -5", "from 1 to 4096"),
            ("--hidden 4096 --layers 16 --train-limit 100", "less than 4 GB"),
            ("--layers 0", "--layers"),
            ("--epochs 0", "from 1 to"),
            ("--epochs -1", "from 1 to"),
            ("--epochs 1.5", "--epochs"),
            ("--epochs", "--epochs"),
            ("--batch 0", "--batch"),
            ("--rate -1", "--rate"),
            ("--rate nan", "--rate"),
            ("--clip nan", "--clip"),
            ("--smoothing 2", "--smoothing"),
            ("--augment maybe", "--augment"),
            ("--train-snr nan", "none, a level in dB"),
            ("--train-snr 1e9", "none, a level in dB"),
            ("--train-snr 5:", "none, a level in dB"),
            ("--train-snr none:5", "none, a level in dB"),
            ("--infer-snr 0:10", "none or a level in dB"),
            ("--infer-snr nan", "none or a level in dB"),
            ("--infer-snr 1e9", "none or a level in dB"),
            ("--votes 0", "from 1 to 1000"),
            ("--votes 1,x", "from 1 to 1000"),
            ("--repeats 0", "--repeats"),
            ("--seed -1", "a whole number"),
            ("--seed 99999999999999999999", "a whole number"),
            ("--threads 0", "--threads"),
            ("--threads 100000", "--threads"),
            ("--train-limit 99999999999", "--train-limit"),
            ("--validation nan", "--validation"),
            ("--validation 1", "--validation"),
            ("--validation 0.5 --train-limit 1", "at least one"),
            ("--data no/such/folder", "no/such/folder"),
            ("--csv no/such/folder/file", "can be written"),
            ("--plot no/such/folder/file", "can be written"),
            ("--history no/such/folder/file", "can be written"),
            ("--csv /", "can be written"),
            ("--save no/such/folder/file", "can be written"),
            ("--save /dev/null", "can be written"),
            ("--save network --train-snr none,5", "one network: one --train-snr and one --seed, found 2 networks"),
            ("--save network --train-snr none --seed 1,2,3", "found 3 networks"),
            ("--load no/such/file", "no/such/file"),
            ("--checkpoint no/such/folder/file", "can be written"),
            ("--checkpoint file", "found 2 networks"),
            ("--resume no/such/file", "no/such/file"),
        ):
            with self.subTest(line):
                self.assert_refused(run(*line.split()), fragment)

    def test_gnuplot_missing_before_it_trains(self):
        picture = self.folder / "picture.png"
        result = run("--plot", picture, path=str(self.folder))
        self.assert_refused(result, "gnuplot")
        self.assertEqual(result.stdout, "")
        self.assertFalse(picture.exists())

    @unittest.skipUnless(Path("/dev/full").exists(), "no device that is always full")
    def test_full_disk(self):
        self.assert_refused(run(*SMALL, "--csv", "/dev/full"), "room for the measurements")

    def test_empty_data_folder(self):
        self.assert_refused(run("--data", self.folder), "strokes-train")

    def test_damaged_data(self):
        write_strokes(self.folder)
        self.assert_works(run(*SMALL, "--data", self.folder))

        points = self.folder / "strokes-test-points.npy"
        points.write_bytes(points.read_bytes()[:-5])
        self.assert_refused(run(*SMALL, "--data", self.folder), "strokes-test-points.npy")

        for damage in (
            {"label_of": lambda i: 10},
            {"label_of": lambda i: -1},
            {"offset_of": lambda i, offset: 1 if i == 1 else offset},
            {"offset_of": lambda i, offset: 10**15 if i == 1 else offset},
            {"value": float("nan")},
            {"value": float("inf")},
            {"value": 0.5},
        ):
            with self.subTest(damage):
                write_strokes(self.folder, **damage)
                self.assert_refused(run(*SMALL, "--data", self.folder), "expected")


class Writes(WithFolder):
    def measure(self, *arguments):
        file = self.folder / "measured.csv"
        result = run(*SMALL, "--csv", file, *arguments)
        self.assert_works(result)
        with file.open() as lines:
            rows = list(csv.reader(lines))
        self.assertEqual(rows[0], COLUMNS + (["hardware"] if "--hardware" in arguments else []))
        return [dict(zip(rows[0], row)) for row in rows[1:]], result

    def test_every_cell_and_site(self):
        for cell, site in itertools.product(("rnn", "gru", "lstm"), ("output", "input", "weights")):
            with self.subTest(cell=cell, site=site):
                rows, _ = self.measure("--cell", cell, "--noise-site", site, "--train-snr", "10")
                self.assertEqual({(row["cell"], row["noise_site"]) for row in rows}, {(cell, site)})

    def test_every_hardware(self):
        for hardware, told in (("adc8", "ADC: 8 bits, bound 10"), ("pcm", "phase-change memory, read 86400 s after writing"),
                               ("reram", "resistive memory (Wan), read 1 day after writing"), ("reram", "read noise of the weights, sigma = 0.01 w_max")):
            with self.subTest(hardware):
                rows, result = self.measure("--hardware", hardware, "--train-snr", "10")
                self.assertEqual({row["hardware"] for row in rows}, {hardware})
                self.assertIn(told, result.stdout)
                self.assertIn(f"Hardware: {hardware}", result.stdout)

    def test_ideal_hardware_has_no_noise(self):
        rows, result = self.measure("--hardware", "ideal", "--cell", "gru")
        self.assertEqual({(row["hardware"], row["train_snr_db"], row["infer_snr_db"]) for row in rows}, {("ideal", "inf", "inf")})
        self.assertEqual({float(row["accuracy_std"]) for row in rows}, {0.0})
        self.assertIn("off (SNR = inf)", result.stdout)

    def test_rows_of_the_csv(self):
        rows, _ = self.measure("--train-snr", "none", "--train-snr", "20:0", "--seed", "3", "--seed", "4", "--layers", "2")
        found = [tuple(row[c] for c in ("train_snr_db", "seed", "infer_snr_db", "votes", "voting")) for row in rows]
        wanted = itertools.product(("inf", "20:0"), ("3", "4"), ("inf", "20", "10", "5", "0", "-5"), ("1", "3"),
                                   ("majority", "mean_probability"))
        self.assertEqual(sorted(found), sorted(wanted))
        for row in rows:
            self.assertEqual((row["layers"], row["hidden"], row["repeats"]), ("2", "8", "2"))
            low, mean, high = (float(row[c]) for c in ("ci95_low", "accuracy_mean", "ci95_high"))
            self.assertTrue(0 <= low <= mean <= high <= 1, row)
            self.assertTrue(float(row["accuracy_std"]) >= 0, row)

    def test_wanted_inference_levels(self):
        rows, result = self.measure("--train-snr", "none", "--infer-snr", "11,none", "--infer-snr", "-1", "--infer-snr", "11")
        self.assertEqual(list(dict.fromkeys(row["infer_snr_db"] for row in rows)), ["11", "inf", "-1"])
        self.assertIn("no noise", result.stdout)

    def test_table(self):
        _, result = self.measure("--seed", "1,2")
        self.assertIn("interval over 2 training seeds", result.stdout)
        self.assertIn("read-out included", result.stdout)
        self.assertIn("0 to 10 dB", result.stdout)

    def test_same_bits_on_any_number_of_threads(self):
        one, _ = self.measure("--threads", "1")
        two, _ = self.measure("--threads", "2")
        self.assertEqual(one, two)

    def test_validation_is_announced(self):
        _, result = self.measure("--validation", "0.25")
        self.assertIn("no test digit is looked at", result.stdout)
        self.assertIn("Validation accuracy", result.stdout)

    def test_history(self):
        file = self.folder / "history.csv"
        self.assert_works(run(*SMALL, "--epochs", "2", "--history", file))
        lines = file.read_text().splitlines()
        self.assertEqual(lines[0], "train_snr_db,seed,epoch,train_loss,noise_level_db,rate,seconds")
        self.assertEqual([line.split(",")[:3] for line in lines[1:]],
                         [["inf", "1", "1"], ["inf", "1", "2"], ["0:10", "1", "1"], ["0:10", "1", "2"]])

    @unittest.skipUnless(shutil.which("gnuplot"), "no gnuplot")
    def test_picture(self):
        for votes, seeds in (("1,3", "1,2"), ("1", "1")):
            picture = self.folder / f"it's {votes}.png"
            self.assert_works(run(*SMALL, "--votes", votes, "--seed", seeds, "--plot", picture))
            self.assertEqual(picture.read_bytes()[:4], b"\x89PNG")


class StoresNetworks(WithFolder):
    """SMALL has options of training; what is loaded is not trained."""
    MEASURE = "--train-limit 96 --test-limit 40 --repeats 2 --votes 1,3".split()

    def setUp(self):
        super().setUp()
        self.network = self.folder / "network.safetensors"

    def store(self, *arguments):
        self.assert_works(run(*SMALL, "--save", self.network, *arguments))

    def rewrite(self, change):
        """The file with another header."""
        content = self.network.read_bytes()
        size = struct.unpack("<Q", content[:8])[0]
        header = json.loads(content[8:8 + size])
        change(header)
        text = json.dumps(header).encode()
        self.network.write_bytes(struct.pack("<Q", len(text)) + text + content[8 + size:])

    def test_measured_again_without_training(self):
        for options in (("--cell", "gru", "--train-snr", "0:10", "--seed", "7", "--positions", "off"),
                        ("--hardware", "adc8", "--train-snr", "10"),
                        ("--hardware", "pcm", "--train-snr", "none"),
                        ("--layers", "2", "--noise-site", "weights", "--train-snr", "none")):
            first, second = self.folder / "first.csv", self.folder / "second.csv"
            self.store(*options, "--csv", first)
            result = run("--load", self.network, *self.MEASURE, "--csv", second)
            self.assert_works(result)
            self.assertEqual(first.read_text(), second.read_text())
            self.assertIn("loaded from", result.stdout)
            self.assertNotIn("trained:", result.stdout)
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"network.safetensors", "first.csv", "second.csv"})

    def test_what_does_not_fit_is_refused(self):
        self.store("--train-snr", "10", "--cell", "lstm")
        for line, fragment in (("--cell gru", "--cell: expected lstm, as it was stored, found gru"),
                               ("--hidden 9", "--hidden: expected 8, as it was stored, found 9"),
                               ("--positions off", "--positions: expected on, as it was stored, found off"),
                               ("--train-snr 5", "--train-snr: expected 10, as it was stored, found 5"),
                               ("--seed 2", "--seed: expected 1, as it was stored, found 2"),
                               ("--seed 1,2", "found 2 networks"),
                               ("--epochs 5", "--epochs excludes --load"),
                               ("--rate 0.1", "excludes"),
                               ("--history file", "excludes"),
                               ("--save file", "excludes"),
                               ("--checkpoint file", "excludes")):
            with self.subTest(line):
                self.assert_refused(run("--load", self.network, *self.MEASURE, *line.split()), fragment)

        # what the file says of itself is compared with what is in it
        for name, value, fragment in (("--cell", "gru", "layer 0: expected recurrent gru: 6 -> 8, found recurrent lstm: 6 -> 8"),
                                      ("--hidden", "9", "0.weight_ih_l0: expected float32 [36, 6], found float32 [32, 6]"),
                                      ("--noise-site", "input", "noise 0.l0.0: expected at the input")):
            self.rewrite(lambda header: header["__metadata__"].update({name: value}))
            with self.subTest(name):
                self.assert_refused(run("--load", self.network, *self.MEASURE), fragment)
            self.store("--train-snr", "10", "--cell", "lstm")

    def test_a_file_is_not_trusted(self):
        self.store("--train-snr", "none")
        good = self.network.read_bytes()
        for size in (0, 7, 8, 100, len(good) - 1):
            self.network.write_bytes(good[:size])
            self.assert_refused(run("--load", self.network), "network.safetensors")
        for name, value in (("--hidden", "1000000"), ("--hidden", "x"), ("--cell", "transistor"), ("--train-snr", "nan"),
                            ("--train-snr", "1,2"), ("--positions", "\u0000")):
            self.network.write_bytes(good)
            self.rewrite(lambda header: header["__metadata__"].update({name: value}))
            with self.subTest(name + value):
                self.assert_refused(run("--load", self.network, *self.MEASURE), "expected")

        # a file does not say what is written where
        self.network.write_bytes(good)
        elsewhere = self.folder / "elsewhere"
        self.rewrite(lambda header: header["__metadata__"].update({"--csv": str(elsewhere), "--save": str(elsewhere)}))
        self.assert_works(run("--load", self.network, *self.MEASURE))
        self.assertFalse(elsewhere.exists())

    def test_a_file_of_another_program(self):
        self.store("--train-snr", "none")
        self.rewrite(lambda header: header.pop("__metadata__"))
        self.assert_refused(run("--load", self.network, "--hidden", 8, *self.MEASURE), "found 2 networks")
        self.assert_works(run("--load", self.network, "--hidden", 8, "--train-snr", "none", *self.MEASURE))

    def test_a_full_disk_leaves_the_old_network(self):
        self.store("--train-snr", "none")
        good = self.network.read_bytes()
        limited = subprocess.run(["bash", "-c", 'trap "" XFSZ; ulimit -f 1; exec "$@"', "bash", PROGRAM, *SMALL, "--train-snr", "none",
                                  "--seed", "2", "--save", self.network], capture_output=True, text=True)
        self.assert_refused(limited, "File too large")
        self.assertEqual(self.network.read_bytes(), good)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["network.safetensors"])


class Resumes(WithFolder):
    """A job that is killed and resumed gives what one without interruption gives."""
    JOB = "--hidden 8 --train-limit 300 --test-limit 40 --repeats 2 --votes 1,3 --threads 1 --cell gru --train-snr 0:10 --epochs 30 --validation 0.1".split()

    def setUp(self):
        super().setUp()
        self.checkpoint = self.folder / "checkpoint"

    def kill_after_an_epoch(self, *arguments):
        self.checkpoint.unlink(missing_ok=True)
        program = subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=subprocess.DEVNULL)
        while program.poll() is None and not self.checkpoint.exists():
            time.sleep(0.001)
        program.kill()
        program.wait()

    def files(self, name):
        return ("--csv", self.folder / f"{name}.csv", "--save", self.folder / f"{name}.safetensors", "--history", self.folder / f"{name}.history")

    def test_killed_and_resumed(self):
        self.assert_works(run(*self.JOB, *self.files("whole")))
        self.kill_after_an_epoch(*self.JOB, "--checkpoint", self.checkpoint)
        result = run("--resume", self.checkpoint, *self.files("resumed"), "--test-limit", 40, "--repeats", 2, "--votes", "1,3")
        self.assert_works(result)
        self.assertRegex(result.stdout, r"resumed after epoch \d+\n")
        for ending in ("csv", "safetensors"):
            self.assertEqual((self.folder / f"resumed.{ending}").read_bytes(), (self.folder / f"whole.{ending}").read_bytes())
        without_seconds = [[line.rsplit(",", 1)[0] for line in (self.folder / f"{name}.history").read_text().splitlines()]
                           for name in ("whole", "resumed")]
        self.assertEqual(without_seconds[0], without_seconds[1])

        # it was kept up to date: nothing is left to do
        result = run("--resume", self.checkpoint, "--test-limit", 40)
        self.assert_works(result)
        self.assertIn("resumed after epoch 30\n", result.stdout)

    def test_another_job_is_refused(self):
        job = [*SMALL, "--train-snr", "none"]
        self.assert_works(run(*job, "--checkpoint", self.checkpoint))
        for line, fragment in (("--epochs 2", "--epochs: expected 1, as it was stored, found 2"),
                               ("--rate 0.01", "--rate: expected 0.003, as it was stored, found 0.01"),
                               ("--augment off", "--augment: expected on, as it was stored, found off"),
                               ("--hidden 9", "--hidden: expected 8"),
                               ("--train-snr none,5", "found 2 networks"),
                               ("--load file", "file")):
            with self.subTest(line):
                self.assert_refused(run("--resume", self.checkpoint, *line.split()), fragment)
        write_strokes(self.folder)
        self.assert_refused(run("--resume", self.checkpoint, "--data", self.folder), "training data: expected 96 sequences")
        good = self.checkpoint.read_bytes()
        for size in (0, 100, len(good) - 1):
            self.checkpoint.write_bytes(good[:size])
            self.assert_refused(run("--resume", self.checkpoint), "checkpoint")


class ShowsProgress(unittest.TestCase):
    def test_on_a_terminal_training_and_sweep_have_a_bar_and_leave_nothing(self):
        ours, terminal = pty.openpty()
        program = subprocess.Popen([PROGRAM, *SMALL], stdout=subprocess.DEVNULL, stderr=terminal)
        os.close(terminal)
        shown = ""
        with contextlib.suppress(OSError):  # how a terminal ends
            while part := os.read(ours, 4096):
                shown += part.decode()
        os.close(ours)
        self.assertEqual(program.wait(), 0, shown)
        self.assertRegex(shown, r"\[#*\.+\] epoch 1, loss \d")
        self.assertRegex(shown, r"sweep \[#+\.*\] \d+ of \d+")
        self.assertTrue(shown.endswith("\r\x1b[K"), repr(shown[-80:]))

    def test_elsewhere_there_is_none(self):
        self.assertEqual(run(*SMALL).stderr, "")


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
