#!/usr/bin/env python3
# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
"""kill_test.py PROGRAM KILLS [SEED]: a training killed at random moments, again and again, ends with the bytes of the one that is not.

PROGRAM is killed_training. It is started, killed after a random time and started again until it ends; then the next training begins, until
there were KILLS kills. A start that does not find a sound checkpoint after a kill is a failure.
"""
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def main():
    program, kills = sys.argv[1], int(sys.argv[2])
    seed = sys.argv[3] if len(sys.argv) > 3 else "1"
    chance = random.Random(seed)
    killed = ends = in_writing = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        checkpoint, result = folder / "run", folder / "result"

        begin = time.monotonic()
        subprocess.run([program, folder / "whole", result], check=True)
        longest = time.monotonic() - begin
        expected = result.read_bytes()

        while killed < kills:
            for file in (checkpoint, folder / "run.previous", result):
                file.unlink(missing_ok=True)
            while True:
                process = subprocess.Popen([program, checkpoint, result], stderr=subprocess.PIPE, text=True)
                try:
                    process.wait(chance.uniform(0, 0.6 * longest) if killed < kills else None)
                except subprocess.TimeoutExpired:
                    process.kill()
                    _, problem = process.communicate()
                    killed += 1
                    in_writing += (folder / "run.part").exists()
                else:
                    _, problem = process.communicate()
                    if process.returncode == 0:
                        break
                if problem:
                    sys.exit(f"seed {seed}, after {killed} kills: {problem}")
            ends += 1
            if result.read_bytes() != expected:
                sys.exit(f"seed {seed}, after {killed} kills: expected the weights and history of the whole run, found others")
    print(f"{killed} kills, {in_writing} of them while a file was written, {ends} trainings ended with the same bytes")


if __name__ == "__main__":
    main()
