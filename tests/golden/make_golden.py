#!/usr/bin/env python3
# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
"""Makes the golden files of the recurrent layers with PyTorch, in float64.

Each case is two files: CASE.npy, all its numbers in one float64 vector, and CASE.txt, which names the arrays in it, one
a line with its shape. Inputs, initial states and weights are representable in float32, so float tests start from the same
numbers. The loss is sum(output * coefficients); arrays d_NAME are its gradients. Padded outputs and gradients are zero.

    make_golden.py          writes the files beside this script
    make_golden.py --check  makes them anew in memory and compares; exit code 1 if they differ, 77 without PyTorch
"""
import pathlib
import sys

try:
    import numpy as np
    import torch
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

STEPS, LENGTHS, INPUTS = 7, [5, 7, 1, 3], 3


class NormalizedLSTM(torch.nn.Module):
    """One layer of an LSTM with layer normalisation of each gate and of the cell state before its tanh, for packed sequences."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        shapes = dict(weight_ih_l0=(4 * hidden_size, input_size), weight_hh_l0=(4 * hidden_size, hidden_size), bias_ih_l0=(4 * hidden_size,),
                      bias_hh_l0=(4 * hidden_size,), norm_weight_l0=(5 * hidden_size,), norm_bias_l0=(5 * hidden_size,))
        for name, shape in shapes.items():
            self.register_parameter(name, torch.nn.Parameter(torch.zeros(shape)))
        self.hidden = hidden_size

    def normalize(self, row, which):
        at = slice(which * self.hidden, (which + 1) * self.hidden)
        return torch.nn.functional.layer_norm(row, (self.hidden,), self.norm_weight_l0[at], self.norm_bias_l0[at])

    def forward(self, packed):
        x, lengths = torch.nn.utils.rnn.pad_packed_sequence(packed)
        outputs, finals = [], []
        for b, length in enumerate(lengths):
            h = c = torch.zeros(self.hidden, dtype=x.dtype)
            steps = []
            for s in range(length):
                rows = self.weight_ih_l0 @ x[s, b] + self.bias_ih_l0 + self.weight_hh_l0 @ h + self.bias_hh_l0
                i, f, g, o = (self.normalize(row, which) for which, row in enumerate(rows.chunk(4)))
                c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
                h = torch.sigmoid(o) * torch.tanh(self.normalize(c, 4))
                steps.append(h)
            outputs.append(torch.stack(steps))
            finals.append((h, c))
        output = torch.nn.utils.rnn.pack_sequence(outputs, enforce_sorted=False)
        return output, tuple(torch.stack(rows)[None] for rows in zip(*finals))


NETWORKS = {
    "rnn_tanh": lambda **options: torch.nn.RNN(nonlinearity="tanh", **options),
    "rnn_relu": lambda **options: torch.nn.RNN(nonlinearity="relu", **options),
    "gru": torch.nn.GRU,
    "lstm": torch.nn.LSTM,
}

# hidden 19: whole SIMD batches and a remainder at every width; the others: remainders alone
SHAPES = {
    "one_layer": dict(hidden_size=5),
    "wide": dict(hidden_size=19),
    "two_layers": dict(hidden_size=5, num_layers=2),
    "two_layers_with_state": dict(hidden_size=5, num_layers=2),
    "bidirectional": dict(hidden_size=5, num_layers=2, bidirectional=True),
}

CASES = [(cell, shape) for cell in NETWORKS for shape in SHAPES] + [("normalized_lstm", "one_layer")]
NETWORKS["normalized_lstm"] = NormalizedLSTM


def draw(*shape):
    """Normal numbers that float32 represents."""
    return torch.randn(*shape, dtype=torch.float32).double()


def make_case(cell, shape, seed):
    """The arrays of one case: name -> array."""
    torch.manual_seed(seed)
    options = SHAPES[shape]
    net = NETWORKS[cell](input_size=INPUTS, **options).double()
    with torch.no_grad():
        for weight in net.parameters():
            weight.copy_((0.4 * draw(*weight.shape)).float().double())
    x = draw(STEPS, len(LENGTHS), INPUTS).requires_grad_()

    directions = 2 if options.get("bidirectional") else 1
    rows = options.get("num_layers", 1) * directions
    initial = ()
    if shape.endswith("with_state"):
        initial = tuple(draw(rows, len(LENGTHS), options["hidden_size"]) for _ in range(2 if cell == "lstm" else 1))

    packed = torch.nn.utils.rnn.pack_padded_sequence(x, LENGTHS, enforce_sorted=False)
    if initial:
        output, final = net(packed, initial if cell == "lstm" else initial[0])
    else:
        output, final = net(packed)
    output, _ = torch.nn.utils.rnn.pad_packed_sequence(output)
    coefficients = draw(*output.shape)
    (output * coefficients).sum().backward()

    case = {"lengths": torch.tensor(LENGTHS, dtype=torch.float64), "x": x}
    case.update(zip(("initial_h", "initial_c"), initial))
    case.update(net.named_parameters())
    case.update(output=output, coefficients=coefficients)
    case.update(zip(("final_h", "final_c"), final if cell.endswith("lstm") else (final,)))
    case["d_x"] = x.grad
    case.update((f"d_{name}", weight.grad) for name, weight in net.named_parameters())
    return {name: np.ascontiguousarray(value.detach().numpy()) for name, value in case.items()}


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(f"usage: {sys.argv[0]} [--check]")
    check = bool(sys.argv[1:])
    torch.set_num_threads(1)
    folder = pathlib.Path(__file__).resolve().parent
    failed = False
    for seed, (cell, shape) in enumerate(CASES, 1):
        case = make_case(cell, shape, seed)
        index = "".join(f"{name} {' '.join(map(str, array.shape))}\n" for name, array in case.items())
        values = np.concatenate([array.ravel() for array in case.values()])
        name = f"{cell}_{shape}"
        if not check:
            np.save(folder / f"{name}.npy", values)
            (folder / f"{name}.txt").write_text(index)
            continue
        stored = np.load(folder / f"{name}.npy")
        same = (folder / f"{name}.txt").read_text() == index and np.allclose(stored, values, rtol=1e-12, atol=1e-12)
        print(f"{name}: {'same' if same else 'DIFFERENT'}")
        failed |= not same
    sys.exit(failed)


if __name__ == "__main__":
    main()
