#!/usr/bin/env python3
# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
"""Breaks each rule of check_rooms.py once and requires that it objects."""
import tempfile
import unittest
from pathlib import Path

import check_rooms

HEAD = "".join(f"// {line}\n" for line in check_rooms.SPDX) + "#pragma once\n"
HOUSE = {
    "dni.hpp": "#include <dni/core/xtensor.hpp>\n#include <dni/cell/lstm.hpp>\n",
    "io.hpp": "#include <dni/io/gz.hpp>\n",
    "core/xtensor.hpp": "#include <xtensor/xtensor.hpp>\n",
    "cell/lstm.hpp": "#include <vector>\n#include <dni/core/xtensor.hpp>\n#include <dni/cell/detail/gates.hpp>\n",
    "cell/detail/gates.hpp": "",
    "io/gz.hpp": "#include <zlib.h>\n",
}


class rooms(unittest.TestCase):
    def problems(self, changes, head=HEAD):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, ".git").write_text("gitdir: /" + "home/me/dni/.git/worktrees/dni\n")  # as in a worktree or a submodule
            for name, text in {**HOUSE, **changes}.items():
                path = Path(folder, "include", "dni", name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text((head if name in changes else HEAD) + text)
            return check_rooms.check(Path(folder))

    def test_an_orderly_house_passes(self):
        self.assertEqual(self.problems({}), [])

    def test_each_rule_objects(self):
        for name, text, objection in [
            ("core/xtensor.hpp", "#include <dni/cell/lstm.hpp>\n", "core is above cell"),
            ("core/xtensor.hpp", "#include <dni/dni.hpp>\n", "includes no umbrella"),
            ("core/xtensor.hpp", "#include <dni/core/none.hpp>\n", "does not exist"),
            ("dni.hpp", HOUSE["dni.hpp"] + "#include <dni/io/gz.hpp>\n", "do without zlib.h"),
            ("io/gz.hpp", "#include <dni/cell/detail/gates.hpp>\n", "is private"),
            ("cell/lstm.hpp", HOUSE["cell/lstm.hpp"] + "#include <xtensor/xview.hpp>\n", "only core/xtensor.hpp"),
            ("cell/lstm.hpp", HOUSE["cell/lstm.hpp"] + "#include <zlib.h>\n", "only io/gz.hpp includes zlib.h"),
            ("cell/lstm.hpp", HOUSE["cell/lstm.hpp"] + '#include "dni/core/xtensor.hpp"\n', "angle brackets"),
            ("cell/rnn.hpp", "", "to be reached"),
            ("kitchen/stove.hpp", "", "a room of the list"),
            ("cell/lstm.hpp", HOUSE["cell/lstm.hpp"] + "// see /" + "home/me/notes\n", "no path of a machine"),
        ]:
            with self.subTest(objection):
                self.assertIn(objection, "\n".join(self.problems({name: text})))

    def test_the_head_of_a_file(self):
        found = "\n".join(self.problems({"cell/detail/gates.hpp": "\n"}, head=""))
        self.assertIn("SPDX", found)
        self.assertIn("#pragma once", found)


if __name__ == "__main__":
    unittest.main()
