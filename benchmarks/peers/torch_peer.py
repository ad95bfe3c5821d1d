#!/usr/bin/env python3
# SPDX-FileCopyrightText: the dni authors
# SPDX-License-Identifier: BSD-3-Clause
"""The benchmarks of cell_bench.hpp in PyTorch, in every way a good user would write them; the fastest counts.

Started by compare.py, which sets the environment that is fair to PyTorch. Prints one line of JSON about itself; then, for each line
"<benchmark> <seconds>" on the standard input, one line {"wall": seconds of a step, "cpu": its processor time, "variant": name of the fastest
way}, or {} if it knows no such benchmark. `torch_peer.py --check` compares all the ways with one another and ends.

The ways:
  nn            torch.nn.LSTM, GRU, RNN and autograd (noise-free only)
  loop          the input product of all steps at once, a loop over the steps, autograd
  by hand       the same loop without autograd, in place in buffers made once; back-propagation by hand, with all factors that do not depend
                on the gradient computed for all steps at once
each of the loops as Python and as TorchScript. An absolute noise is added to all steps at once, before the loop. The weights of a loop are
one flat tensor, so Adam is a few operations.
"""
import argparse
import ctypes
import json
import os
import re
import sys
import time

import torch
from torch import Tensor

SHAPES = {"A": (128, 28, 28, 128), "B": (64, 40, 4, 100), "C": (32, 100, 64, 512)}  # batch, steps, inputs, hidden
SIGMA, RATIO = 0.1, 10 ** (-10 / 20)  # of gaussian; of gaussian_snr, 10 dB
NOISES = {"none": (0.0, 0.0), "gaussian": (SIGMA, 0.0), "gaussian_snr": (0.0, RATIO)}  # sigma, ratio
CLASSES = 10
RATE = 1e-6  # so small that a long run measures the same work as a short one


# --- Loops for autograd. a [T, B, P·H]: what is known of the pre-activations before the loop; eps [T, B, P·H]: normal draws, if ratio > 0.

def add_snr(y: Tensor, eps: Tensor, ratio: float) -> Tensor:
    return torch.addcmul(y, eps, y.square().mean(1, keepdim=True).sqrt() * ratio)


def rnn_loop(a: Tensor, w: Tensor, eps: Tensor, ratio: float) -> Tensor:
    h = torch.zeros(a.size(1), w.size(1))
    draws = eps.unbind(0)
    turned = w.t().contiguous()
    for t, start in enumerate(a.unbind(0)):
        y = torch.addmm(start, h, turned)
        if ratio > 0:
            y = add_snr(y, draws[t], ratio)
        h = y.tanh()
    return h


def gru_loop(a: Tensor, w: Tensor, eps: Tensor, ratio: float) -> Tensor:  # blocks: candidate of x, r, z, candidate of h
    units = w.size(1)
    h = torch.zeros(a.size(1), units)
    draws = eps.unbind(0)
    turned = w.t().contiguous()
    for t, start in enumerate(a.unbind(0)):
        from_x, both = start.split([units, 3 * units], 1)
        y = torch.addmm(both, h, turned)
        if ratio > 0:
            y = add_snr(torch.cat([from_x, y], 1), draws[t], ratio)
            from_x, y = y.split([units, 3 * units], 1)
        gates, from_h = y.split([2 * units, units], 1)
        r, z = gates.sigmoid().chunk(2, 1)
        h = torch.lerp(torch.addcmul(from_x, r, from_h).tanh(), h, z)
    return h


def lstm_loop(a: Tensor, w: Tensor, eps: Tensor, ratio: float) -> Tensor:  # blocks: o, i, f, g
    units = w.size(1)
    h = torch.zeros(a.size(1), units)
    c = torch.zeros(a.size(1), units)
    draws = eps.unbind(0)
    turned = w.t().contiguous()
    for t, start in enumerate(a.unbind(0)):
        y = torch.addmm(start, h, turned)
        if ratio > 0:
            y = add_snr(y, draws[t], ratio)
        gates, g = y.split([3 * units, units], 1)
        o, i, f = gates.sigmoid().chunk(3, 1)
        c = torch.addcmul(f * c, i, g.tanh())
        h = o * c.tanh()
    return h


# --- Loops by hand. hs [T + 1, B, H] with the initial state in front; a is overwritten by the rows of the cell, and on the way back by ∂L/∂y.

def add_snr_(y: Tensor, eps: Tensor, ratio: float, clean: Tensor, factor: Tensor) -> None:
    clean.copy_(y)
    torch.linalg.vector_norm(y, 2, 1, True, out=factor)  # ρ √n
    y.addcmul_(eps, factor, value=ratio / y.size(1) ** 0.5)
    factor.reciprocal_().mul_(ratio / y.size(1) ** 0.5)  # r / (n ρ)


def snr_adjoint_(d: Tensor, eps: Tensor, clean: Tensor, factor: Tensor) -> None:
    d.addcmul_(clean, (d * eps).sum(1, keepdim=True).mul_(factor))


def rnn_forward(a: Tensor, w: Tensor, eps: Tensor, ratio: float, clean: Tensor, factor: Tensor, hs: Tensor, cs: Tensor, ts: Tensor) -> None:
    turned = w.t().contiguous()
    for t in range(a.size(0)):
        y = a[t].addmm_(hs[t], turned)
        if ratio > 0:
            add_snr_(y, eps[t], ratio, clean[t], factor[t])
        torch.tanh(y, out=hs[t + 1])


def rnn_backward(a: Tensor, w: Tensor, eps: Tensor, ratio: float, clean: Tensor, factor: Tensor, hs: Tensor, cs: Tensor, ts: Tensor,
                 dh: Tensor) -> None:
    for t in range(a.size(0) - 1, -1, -1):
        torch.ops.aten.tanh_backward(dh, hs[t + 1], grad_input=a[t])
        if ratio > 0:
            snr_adjoint_(a[t], eps[t], clean[t], factor[t])
        torch.mm(a[t], w, out=dh)


def gru_forward(a: Tensor, w: Tensor, eps: Tensor, ratio: float, clean: Tensor, factor: Tensor, hs: Tensor, cs: Tensor, ts: Tensor) -> None:
    units = w.size(1)
    turned = w.t().contiguous()
    for t in range(a.size(0)):
        y = a[t]
        y[:, units:].addmm_(hs[t], turned)
        if ratio > 0:
            add_snr_(y, eps[t], ratio, clean[t], factor[t])
        y[:, units:3 * units].sigmoid_()
        torch.addcmul(y[:, :units], y[:, units:2 * units], y[:, 3 * units:], out=ts[t]).tanh_()
        torch.lerp(ts[t], hs[t], y[:, 2 * units:3 * units], out=hs[t + 1])


def gru_backward(a: Tensor, w: Tensor, eps: Tensor, ratio: float, clean: Tensor, factor: Tensor, hs: Tensor, cs: Tensor, ts: Tensor,
                 dh: Tensor) -> None:
    units = w.size(1)
    from_x, r, z, from_h = a.split([units, units, units, units], 2)
    keep = cs
    keep.copy_(z)
    torch.ops.aten.tanh_backward(1 - z, ts, grad_input=from_x)
    torch.ops.aten.sigmoid_backward(hs[:-1] - ts, z, grad_input=z)
    candidate = from_x * r
    torch.ops.aten.sigmoid_backward(from_x * from_h, r, grad_input=r)
    from_h.copy_(candidate)
    by_block = a.view(a.size(0), a.size(1), 4, units)
    for t in range(a.size(0) - 1, -1, -1):
        by_block[t].mul_(dh.unsqueeze(1))
        if ratio > 0:
            snr_adjoint_(a[t], eps[t], clean[t], factor[t])
        dh.mul_(keep[t]).addmm_(a[t, :, units:], w)


def lstm_forward(a: Tensor, w: Tensor, eps: Tensor, ratio: float, clean: Tensor, factor: Tensor, hs: Tensor, cs: Tensor, ts: Tensor) -> None:
    units = w.size(1)
    turned = w.t().contiguous()
    for t in range(a.size(0)):
        y = a[t].addmm_(hs[t], turned)
        if ratio > 0:
            add_snr_(y, eps[t], ratio, clean[t], factor[t])
        y[:, :3 * units].sigmoid_()
        y[:, 3 * units:].tanh_()
        torch.mul(y[:, 2 * units:3 * units], cs[t], out=cs[t + 1]).addcmul_(y[:, units:2 * units], y[:, 3 * units:])
        torch.tanh(cs[t + 1], out=ts[t])
        torch.mul(y[:, :units], ts[t], out=hs[t + 1])


def lstm_backward(a: Tensor, w: Tensor, eps: Tensor, ratio: float, clean: Tensor, factor: Tensor, hs: Tensor, cs: Tensor, ts: Tensor,
                  dh: Tensor) -> None:
    units = w.size(1)
    o, i, f, g = a.split([units, units, units, units], 2)
    through_c = torch.ops.aten.tanh_backward(o, ts)
    keep = f.contiguous()
    torch.ops.aten.sigmoid_backward(ts, o, grad_input=o)
    torch.ops.aten.sigmoid_backward(cs[:-1], f, grad_input=f)
    candidate = torch.ops.aten.tanh_backward(i, g)
    torch.ops.aten.sigmoid_backward(g, i, grad_input=i)
    g.copy_(candidate)
    by_block = a.view(a.size(0), a.size(1), 4, units)
    dc = torch.zeros_like(dh)
    for t in range(a.size(0) - 1, -1, -1):
        dc.addcmul_(dh, through_c[t])
        by_block[t, :, 0].mul_(dh)
        by_block[t, :, 1:].mul_(dc.unsqueeze(1))
        if ratio > 0:
            snr_adjoint_(a[t], eps[t], clean[t], factor[t])
        dc.mul_(keep[t])
        torch.mm(a[t], w, out=dh)


# name: blocks of the product, how many of them (the first ones) are fed by x, how many (the last ones) by h, module, loops
CELLS = {
    "rnn": (1, 1, 1, torch.nn.RNN, rnn_loop, rnn_forward, rnn_backward),
    "gru": (4, 3, 3, torch.nn.GRU, gru_loop, gru_forward, gru_backward),
    "lstm": (4, 4, 4, torch.nn.LSTM, lstm_loop, lstm_forward, lstm_backward),
}


class Loop:
    """Weights, data and buffers of one benchmark as a loop over the steps."""

    def __init__(self, cell, shape, noise, script):
        self.batch, self.steps, inputs, self.units = shape
        self.sigma, self.ratio = NOISES[noise]
        blocks, by_x, by_h, _, *functions = CELLS[cell]
        self.loop, self.forward_loop, self.backward_loop = map(torch.jit.script, functions) if script else functions
        width, self.by_x, self.by_h = blocks * self.units, by_x * self.units, by_h * self.units
        self.x, self.labels = data(shape)
        self.rows = self.x.view(-1, inputs)

        shapes = [(self.by_x, inputs), (self.by_h, self.units), (width,), (CLASSES, self.units), (CLASSES,)]
        bound = self.units ** -0.5
        self.flat = torch.empty(sum(torch.Size(s).numel() for s in shapes)).uniform_(-bound, bound)
        self.gradient = torch.zeros_like(self.flat)
        sizes = [torch.Size(s).numel() for s in shapes]
        self.weights = [part.view(s) for part, s in zip(self.flat.split(sizes), shapes)]
        self.gradients = [part.view(s) for part, s in zip(self.gradient.split(sizes), shapes)]
        self.optimizer = None

        def buffer(*size):
            return torch.zeros(size)

        time, batch, units = self.steps, self.batch, self.units
        self.a = buffer(time, batch, width)
        self.eps = buffer(*((time, batch, width) if noise != "none" else (time, 0, 0)))
        self.clean = buffer(*((time, batch, width) if self.ratio > 0 else (time, 0, 0)))
        self.factor = buffer(time, batch, 1)
        self.hs = buffer(time + 1, batch, units)
        self.cs = buffer(time + 1 if cell == "lstm" else time, batch, units)
        self.ts = buffer(time, batch, units)
        self.read_out_eps = buffer(batch, CLASSES)

    def draw(self):
        if self.sigma > 0 or self.ratio > 0:
            self.eps.normal_()
            self.read_out_eps.normal_()

    def start(self, out=None):
        """What is known of all pre-activations before the loop."""
        w_ih, _, bias, _, _ = self.weights
        rest = bias.numel() - self.by_x
        if out is None:
            a = torch.addmm(bias[:self.by_x], self.rows, w_ih.t()).view(self.steps, self.batch, -1)
            a = torch.cat([a, bias[self.by_x:].expand(self.steps, self.batch, rest)], 2) if rest else a
            return torch.add(a, self.eps, alpha=self.sigma) if self.sigma > 0 else a
        flat = out.view(-1, bias.numel())
        torch.addmm(bias[:self.by_x], self.rows, w_ih.t(), out=flat[:, :self.by_x])
        if rest:
            flat[:, self.by_x:] = bias[self.by_x:]
        if self.sigma > 0:
            out.add_(self.eps, alpha=self.sigma)
        return out

    def step_optimizer(self):
        if self.optimizer is None:
            self.flat.grad = self.gradient
            self.optimizer = torch.optim.Adam([self.flat], lr=RATE)
        self.optimizer.step()

    def noisy_logits(self, clean):
        if self.sigma > 0:
            return torch.add(clean, self.read_out_eps, alpha=self.sigma)
        return add_snr(clean, self.read_out_eps, self.ratio) if self.ratio > 0 else clean

    # autograd

    def loss_by_autograd(self):
        h = self.loop(self.start(), self.weights[1], self.eps, self.ratio)
        return torch.nn.functional.cross_entropy(self.noisy_logits(torch.addmm(self.weights[4], h, self.weights[3].t())), self.labels)

    def train_by_autograd(self):
        self.draw()
        leaves = [w.detach().requires_grad_() for w in self.weights]
        self.weights, kept = leaves, self.weights
        found = torch.autograd.grad(self.loss_by_autograd(), leaves)
        self.weights = kept
        for into, value in zip(self.gradients, found):
            into.copy_(value)
        self.step_optimizer()

    # by hand

    def forward_by_hand(self):
        rest = (self.weights[1], self.eps, self.ratio, self.clean, self.factor, self.hs, self.cs, self.ts)
        self.forward_loop(self.start(self.a), *rest)
        return torch.addmm(self.weights[4], self.hs[-1], self.weights[3].t())

    @torch.inference_mode()
    def gradient_by_hand(self):
        clean = self.forward_by_hand()
        logits = self.noisy_logits(clean)
        p = logits.log_softmax(1)
        loss = torch.nn.functional.nll_loss(p, self.labels)
        d = p.exp_()
        d[range(self.batch), self.labels] -= 1
        d /= self.batch
        if self.ratio > 0:
            rho = clean.square().mean(1, keepdim=True).sqrt_()
            d.addcmul_(clean, (d * self.read_out_eps).sum(1, keepdim=True) * (self.ratio / CLASSES) / rho)

        _, w_hh, _, w_out, _ = self.weights
        d_ih, d_hh, d_bias, d_out, d_bias_out = self.gradients
        torch.mm(d.t(), self.hs[-1], out=d_out)
        torch.sum(d, 0, out=d_bias_out)
        dh = d @ w_out
        self.backward_loop(self.a, w_hh, self.eps, self.ratio, self.clean, self.factor, self.hs, self.cs, self.ts, dh)
        flat = self.a.view(self.rows.size(0), -1)
        torch.mm(flat[:, :self.by_x].t(), self.rows, out=d_ih)
        torch.mm(flat[:, -self.by_h:].t(), self.hs[:-1].view(-1, self.units), out=d_hh)
        torch.sum(flat, 0, out=d_bias)
        return loss

    def train_by_hand(self):
        self.draw()
        self.gradient_by_hand()
        self.step_optimizer()

    @torch.inference_mode()
    def infer_by_hand(self):
        self.draw()
        self.noisy_logits(self.forward_by_hand())

    @torch.inference_mode()
    def infer_by_loop(self):
        self.draw()
        h = self.loop(self.start(), self.weights[1], self.eps, self.ratio)
        self.noisy_logits(torch.addmm(self.weights[4], h, self.weights[3].t()))


class Module:
    """One benchmark with torch.nn."""

    def __init__(self, cell, shape):
        _, _, inputs, units = shape
        self.x, self.labels = data(shape)
        self.walk = CELLS[cell][3](inputs, units)
        self.read_out = torch.nn.Linear(units, CLASSES)
        self.optimizer = torch.optim.Adam([*self.walk.parameters(), *self.read_out.parameters()], lr=RATE)

    def logits(self):
        return self.read_out(self.walk(self.x)[0][-1])

    def train(self):
        self.optimizer.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(self.logits(), self.labels).backward()
        self.optimizer.step()

    @torch.inference_mode()
    def infer(self):
        self.logits()


def data(shape):
    batch, steps, inputs, _ = shape
    torch.manual_seed(2)
    return torch.randn(steps, batch, inputs), torch.arange(batch) % CLASSES


def ways(what, cell, shape, noise):
    """Makers of all ways to do one benchmark, by name; each makes a function without arguments."""
    def loop(method, script):
        return lambda: getattr(Loop(cell, shape, noise, script), method)

    if noise == "none":
        yield "nn", lambda: getattr(Module(cell, shape), "train" if what == "train_step" else "infer")
    for suffix, script in (("", False), (", TorchScript", True)):
        yield "loop" + suffix, loop("train_by_autograd" if what == "train_step" else "infer_by_loop", script)
        yield "by hand" + suffix, loop("train_by_hand" if what == "train_step" else "infer_by_hand", script)


def time_a_call(call, least_seconds, least_calls):
    """Seconds by the wall clock, and of processor time."""
    calls, wall, cpu = 0, time.perf_counter(), time.process_time()
    while True:
        call()
        calls += 1
        elapsed = time.perf_counter() - wall
        if elapsed >= least_seconds and calls >= least_calls:
            return {"wall": elapsed / calls, "cpu": (time.process_time() - cpu) / calls}


class Peer:
    """Answers for names of benchmarks; the fastest way of each is found once and kept."""

    NAME = re.compile(r"(train_step|infer)/(\w+)/(\w+)/(\w+)/threads:(\d+)")

    def __init__(self):
        self.fastest = {}

    def measure(self, name, seconds):
        found = self.NAME.fullmatch(name)
        if not found or found[2] not in CELLS or found[3] not in SHAPES or found[4] not in NOISES or int(found[5]) != torch.get_num_threads():
            return {}
        if name not in self.fastest:
            self.fastest[name] = self.find_fastest(ways(found[1], found[2], SHAPES[found[3]], found[4]))
        variant, make = self.fastest[name]
        call = make()
        time_a_call(call, 0, 4)  # buffers are made, TorchScript compiles
        return time_a_call(call, seconds, 3) | {"variant": variant}

    @staticmethod
    def find_fastest(candidates):
        calls = [(variant, make, make()) for variant, make in candidates]
        for *_, call in calls:
            time_a_call(call, 0, 4)
        clock = "cpu" if torch.get_num_threads() == 1 else "wall"
        times = [[time_a_call(call, 0.1, 2)[clock] for *_, call in calls] for _ in range(4)]  # in turn: other work on the machine comes and goes
        best = [min(column) for column in zip(*times)]
        return calls[best.index(min(best))][:2]


def blas():
    """Which BLAS this process has loaded, as far as its own library tells: the path, the threads it uses, the processor it is for."""
    torch.mm(torch.zeros(2, 2), torch.zeros(2, 2))
    paths = {line.split()[-1] for line in open("/proc/self/maps") if re.search(r"blas[^/]*\.so", line)}
    described = []
    for path in sorted(paths):
        library = ctypes.CDLL(path)
        if not hasattr(library, "openblas_get_parallel"):
            described.append(path)
            continue
        library.openblas_get_corename.restype = ctypes.c_char_p
        threading = {0: "no threads", 1: "pthread", 2: "openmp"}[library.openblas_get_parallel()]
        described.append(f"{path}: OpenBLAS, {threading}, for {library.openblas_get_corename().decode()}")
    return described


def check():
    """Gradients of all ways agree."""
    shape = (5, 7, 3, 6)
    for cell, (*_, kind, _, _, _) in CELLS.items():
        for noise in NOISES:
            for script in (False, True):
                loop = Loop(cell, shape, noise, script)
                loop.draw()
                leaves = loop.flat.detach().clone().requires_grad_()
                kept, sizes = loop.weights, [w.numel() for w in loop.weights]
                loop.weights = [part.view(w.shape) for part, w in zip(leaves.split(sizes), kept)]
                loss = loop.loss_by_autograd()
                loss.backward()
                loop.weights = kept
                by_hand = loop.gradient_by_hand()
                torch.testing.assert_close(by_hand, loss.detach())
                torch.testing.assert_close(loop.gradient, leaves.grad)
                if noise == "none":
                    module = kind(shape[2], shape[3])
                    blocks = {"rnn": "0", "gru": "201", "lstm": "3012"}[cell]  # PyTorch's gate of each block
                    turn = lambda w, order: torch.cat([w.chunk(len(order))[int(k)] for k in order])
                    w_ih, w_hh, b_ih, b_hh = (p.detach() for p in module.parameters())
                    with torch.no_grad():
                        loop.weights[0].copy_(turn(w_ih, blocks))
                        if cell == "gru":
                            loop.weights[1].copy_(turn(w_hh, "012"))
                            (x_n, r, z), (h_r, h_z, h_n) = turn(b_ih, "201").chunk(3), b_hh.chunk(3)
                            loop.weights[2].copy_(torch.cat([x_n, r + h_r, z + h_z, h_n]))
                        else:
                            loop.weights[1].copy_(turn(w_hh, blocks))
                            loop.weights[2].copy_(turn(b_ih + b_hh, blocks))
                        loop.forward_by_hand()
                        torch.testing.assert_close(loop.hs[-1], module(loop.x)[0][-1])
    print("All ways agree.")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true", help="compare all ways with one another and end")
    threads = int(os.environ.get("OMP_NUM_THREADS", "1"))
    torch.set_num_threads(threads)
    if options.parse_args().check:
        return check()
    capability = re.search(r"CPU capability usage: (\S+)", torch.__config__.show())
    about = {"peer": f"PyTorch {torch.__version__}", "threads": threads, "vectors": capability[1] if capability else "unknown", "blas": blas()}
    print(json.dumps(about), flush=True)
    peer = Peer()
    for line in sys.stdin:
        name, seconds = line.split()
        print(json.dumps(peer.measure(name, float(seconds))), flush=True)


if __name__ == "__main__":
    main()
