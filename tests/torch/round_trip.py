#!/usr/bin/env python3
# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
"""round_trip.py PROGRAM: weights from PyTorch run in the library with equal outputs, and back. Exit code 77 without PyTorch.

PROGRAM is torch_round_trip. Equal means to the rounding of a product of some tens of numbers over ten steps: 1e-5 in float32, 1e-12 in float64;
what is stored is equal to the bit.
"""
import itertools
import json
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

try:
    import numpy as np
    import torch
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

PROGRAM = None
INPUTS, OUTPUTS, LENGTHS = 4, 3, (10, 1, 7, 10, 3)
TYPES = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
CELLS = {
    "rnn": lambda **options: torch.nn.RNN(nonlinearity="tanh", **options),
    "relu": lambda **options: torch.nn.RNN(nonlinearity="relu", **options),
    "gru": torch.nn.GRU,
    "lstm": torch.nn.LSTM,
    "double lstm": torch.nn.LSTM,
}


def write_safetensors(path, state):
    header, data = {}, b""
    for name, tensor in state.items():
        raw = bytes(tensor.detach().contiguous().view(torch.uint8 if tensor.dim() else tensor.dtype).numpy())
        kind = next(key for key, value in TYPES.items() if value == tensor.dtype)
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def read_safetensors(path):
    content = path.read_bytes()
    size = struct.unpack("<Q", content[:8])[0]
    header, data = json.loads(content[8:8 + size]), content[8 + size:]
    texts = header.pop("__metadata__", {})
    return texts, {name: torch.frombuffer(bytearray(data[slice(*entry["data_offsets"])]), dtype=TYPES[entry["dtype"]]).reshape(entry["shape"])
                   for name, entry in header.items()}


class Model(torch.nn.ModuleDict):
    """Named as the library names its layers: "0.weight_ih_l0", "1.weight"."""

    def __init__(self, kind, layers, hidden):
        both = kind.startswith("bidirectional ")
        cell = kind.removeprefix("bidirectional ")
        recurrent = CELLS[cell](input_size=INPUTS, hidden_size=hidden, num_layers=layers, bidirectional=both)
        super().__init__({"0": recurrent, "1": torch.nn.Linear((2 if both else 1) * hidden, OUTPUTS)})
        if cell.startswith("double"):
            self.double()

    def forward(self, sequences):
        return torch.cat([self["1"](self["0"](x)[0]) for x in sequences])


def train(model, sequences):
    """Some steps, so that no weight is what a constructor drew."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    wanted = torch.cat([torch.cumsum(x[:, :OUTPUTS], 0) for x in sequences])
    for _ in range(30):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(sequences), wanted).backward()
        optimizer.step()


class RoundTrip(unittest.TestCase):
    worst = {torch.float32: 0.0, torch.float64: 0.0}

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        torch.manual_seed(1)
        self.values = torch.randn(sum(LENGTHS), INPUTS)
        np.save(self.folder / "values.npy", self.values.numpy())
        np.save(self.folder / "offsets.npy", np.cumsum([0, *LENGTHS]).astype(np.uint64))

    @classmethod
    def tearDownClass(cls):
        for kind, error in cls.worst.items():
            print(f"largest difference of outputs in {kind}: {error:.2e}")

    def run_library(self, kind, layers, hidden, model):
        """Outputs, and what the library saved."""
        result = subprocess.run([PROGRAM, kind, str(layers), str(hidden), str(model), str(self.folder)], capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stderr)
        return torch.from_numpy(np.load(self.folder / "outputs.npy")), read_safetensors(self.folder / "saved.safetensors")

    def assert_same_outputs(self, model, found):
        sequences = torch.split(self.values.to(found.dtype), LENGTHS)
        with torch.no_grad():
            error = (model(sequences) - found).abs().max().item()
        self.worst[found.dtype] = max(self.worst[found.dtype], error)
        self.assertLessEqual(error, 1e-5 if found.dtype == torch.float32 else 1e-12)

    def assert_same_bits(self, found, expected):
        self.assertEqual({name: (tensor.dtype, tensor.shape) for name, tensor in found.items()},
                         {name: (tensor.dtype, tensor.shape) for name, tensor in expected.items()})
        for name, tensor in expected.items():
            self.assertTrue(torch.equal(found[name], tensor), name)

    def test_every_kind_of_network(self):
        kinds = [way + cell for cell, way in itertools.product(CELLS, ("", "bidirectional "))]
        for kind, layers, hidden in itertools.product(kinds, (1, 2), (5, 32)):
            with self.subTest(kind=kind, layers=layers, hidden=hidden):
                model = Model(kind, layers, hidden)
                train(model, torch.split(self.values.to(model["1"].weight.dtype), LENGTHS))
                state = model.state_dict()

                # from there to here
                file = self.folder / "model.safetensors"
                write_safetensors(file, state)
                outputs, (_, saved) = self.run_library(kind, layers, hidden, file)
                self.assert_same_outputs(model, outputs)
                self.assert_same_bits(saved, state)
                np.savez(self.folder / "model.npz", **{name: tensor.numpy() for name, tensor in state.items()})
                again, (_, saved) = self.run_library(kind, layers, hidden, self.folder / "model.npz")
                self.assertTrue(torch.equal(again, outputs))
                self.assert_same_bits(saved, state)

                # from here to there
                outputs, (texts, saved) = self.run_library(kind, layers, hidden, "-")
                self.assertEqual(texts["format"], "dni 1")
                model.load_state_dict(saved, strict=True)
                self.assert_same_outputs(model, outputs)

    def test_half_precision_is_widened(self):
        model = Model("lstm", 1, 8)
        for kind in (torch.float16, torch.bfloat16):
            state = {name: tensor.to(kind) for name, tensor in model.state_dict().items()}
            file = self.folder / "half.safetensors"
            write_safetensors(file, state)
            outputs, (_, saved) = self.run_library("lstm", 1, 8, file)
            self.assert_same_bits(saved, {name: tensor.float() for name, tensor in state.items()})
            model.load_state_dict(saved)
            self.assert_same_outputs(model, outputs)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    torch.set_num_threads(1)
    unittest.main()
