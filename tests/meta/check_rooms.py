#!/usr/bin/env python3
# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
"""Checks the order of the house. Usage: check_rooms.py [root of the repository]

1. A room includes itself and the rooms above it; a detail/ folder is for its own room.
2. Every header is reached from dni.hpp or io.hpp, and dni.hpp reaches none of those that need more than xtensor and xsimd.
3. Includes in include/ have angle brackets; every header has #pragma once.
4. Of another library only those headers include something that FOREIGN lists.
5. Every source file starts with the two SPDX lines.
6. No file names a path of somebody's machine.
"""
import re
import sys
from pathlib import Path

ROOMS = "core random io data noise precision crossbar presets cell layer loss optim eval train export".split()
UMBRELLAS = ("dni.hpp", "io.hpp")
FOREIGN = {  # what an include begins with, and who may have it; where that is not dni.hpp's, it is of the component io
    "xtensor/": {"core/xtensor.hpp"},
    "zlib.h": {"io/gz.hpp"},
    "zip.h": {"io/npz.hpp"},
    "nlohmann/": {"io/safetensors.hpp"},
    "fcntl.h": {"io/atomic_file.hpp"},
}
SPDX = ("SPDX-FileCopyrightText: the dni authors", "SPDX-License-Identifier: BSD-3-Clause")
SOURCES = {".hpp", ".cpp", ".cmake", ".in", ".py", ".sh"}
SOURCE_NAMES = {"CMakeLists.txt", "run"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
MACHINE_PATH = re.compile(r"(?<![\w.~)}])/(?:home|root|work|tmp|Users)/\w")


def files_of(root):
    """All files of the repository but what is built and what git keeps."""
    for path in sorted(root.iterdir()):
        if path.is_symlink() or path.name in (".git", ".cache", "build", "__pycache__"):
            continue
        if path.is_dir():
            yield from files_of(path)
        else:
            yield path


def room_of(header):
    return header.split("/")[0] if "/" in header else None


def check_headers(include):
    texts = {str(p.relative_to(include)): p.read_text() for p in sorted(include.rglob("*.hpp"))}
    included = {}
    for header, text in texts.items():
        room = room_of(header)
        if room is not None and room not in ROOMS:
            yield f"{header}: expected a room of the list in check_rooms.py, found {room}"
            continue
        if "\n#pragma once\n" not in text:
            yield f"{header}: expected #pragma once"
        included[header] = []
        for bracket, name in INCLUDE.findall(text):
            if bracket == '"':
                yield f"{header}: expected angle brackets, found \"{name}\""
            for library, allowed in FOREIGN.items():
                if name.startswith(library) and header not in allowed:
                    yield f"{header}: only {', '.join(sorted(allowed))} includes {library}, found {name}"
            if not name.startswith("dni/"):
                continue
            target = name[len("dni/"):]
            if target not in texts:
                yield f"{header}: includes {name}, which does not exist"
                continue
            included[header].append(target)
            other = room_of(target)
            if room is None:
                continue
            if other is None:
                yield f"{header}: a room includes no umbrella, found {name}"
            elif other in ROOMS and ROOMS.index(other) > ROOMS.index(room):
                yield f"{header}: {room} is above {other}, found {name}"
            if "/detail/" in target and other != room:
                yield f"{header}: {other}/detail is private, found {name}"

    def reached(start):
        seen, todo = set(), [start]
        while todo:
            header = todo.pop()
            if header not in seen:
                seen.add(header)
                todo += included.get(header, [])
        return seen

    for header in sorted(set(texts) - set().union(*(reached(u) for u in UMBRELLAS))):
        yield f"{header}: expected to be reached from dni.hpp or io.hpp"
    for library, allowed in FOREIGN.items():
        for header in sorted(allowed & reached("dni.hpp") - {"core/xtensor.hpp"}):
            yield f"dni.hpp: expected to do without {library}, but {header} is reached"


def check_files(root):
    for path in files_of(root):
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        name = path.relative_to(root)
        if path.suffix in SOURCES or path.name in SOURCE_NAMES:
            head = "\n".join(text.split("\n")[:4])
            if not all(line in head for line in SPDX):
                yield f"{name}: expected the two SPDX lines on top"
        for number, line in enumerate(text.split("\n"), 1):
            if MACHINE_PATH.search(line):
                yield f"{name}:{number}: expected no path of a machine, found {line.strip()[:100]}"


def check(root):
    return [*check_headers(root / "include" / "dni"), *check_files(root)]


if __name__ == "__main__":
    problems = check(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
    print("\n".join(problems) or "The house is in order.")
    sys.exit(bool(problems))
