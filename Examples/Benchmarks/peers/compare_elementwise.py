#!/usr/bin/env python3
"""Times moving, stretching and reducing tensors against PyTorch, in turn, on one machine.

    swift build -c release --product Benchmarks
    pip install torch
    python compare_elementwise.py [--rounds 3] [--threads 2]

Prints microseconds, least of all rounds, and the ratio of Ligature's time to PyTorch's, forward and forward with
backward.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[3]


def cases(torch):
    draw = torch.randn
    F = torch.nn.functional

    def positive(*shape):
        return torch.rand(*shape) + 0.5

    for width in (2, 3, 10, 16, 64, 256, 1000):
        x = draw(1_000_000 // width, width)
        yield f"add a row of {width}", [x, draw(width)], lambda a, b: a + b
    yield "multiply [25088,16] by [16]", [draw(25088, 16), draw(16)], lambda a, b: a * b
    yield "multiply by a middle axis", [draw(100, 100, 100), draw(1, 100, 1)], lambda a, b: a * b
    yield "add a column to rows of 10", [draw(100_000, 10), draw(100_000, 1)], lambda a, b: a + b
    yield "add a column to rows of 1000", [draw(1000, 1000), draw(1000, 1)], lambda a, b: a + b
    yield "outer sum", [draw(1000, 1), draw(1, 1000)], lambda a, b: a + b
    mask = draw(100_000, 1) > 0
    yield ("where, a column mask", [draw(100_000, 10), draw(100_000, 10)],
           lambda a, b: torch.where(mask, a, b))
    for name, exponent in (("3.0", 3), ("0.5", 0.5), ("-0.5", -0.5)):
        yield f"power {name}", [positive(1_000_000)], lambda x, e=exponent: x**e
    yield "sine", [draw(1_000_000)], torch.sin
    yield "cosine", [draw(1_000_000)], torch.cos
    yield "exponential", [draw(1_000_000)], torch.exp
    yield "tanh", [draw(1_000_000)], torch.tanh
    yield "relu", [draw(1_000_000)], torch.relu
    for width in (1, 3, 10, 1000):
        x = draw(1_000_000 // width, width)
        yield f"sum of rows of {width}", [x], lambda x: x.sum(1)
        yield f"largest of rows of {width}", [x], lambda x: x.amax(1)
    yield "sum over rows", [draw(1000, 1000)], lambda x: x.sum(0)
    yield "sum over rows of 10", [draw(100_000, 10)], lambda x: x.sum(0)
    yield "sum of a middle axis", [draw(100, 100, 100)], lambda x: x.sum(1)
    yield "largest of a middle axis", [draw(100, 100, 100)], lambda x: x.amax(1)
    yield "norm of 4 M", [draw(4_000_000)], lambda x: x.norm()
    for width in (10, 1000):
        yield (f"softmax of rows of {width}", [draw(1_000_000 // width, width)],
               lambda x: torch.softmax(x, -1))
    yield "permute 0213, copied", [draw(32, 64, 16, 32)], lambda x: x.permute(0, 2, 1, 3).contiguous()
    yield "permute 0312, copied", [draw(32, 28, 28, 40)], lambda x: x.permute(0, 3, 1, 2).contiguous()
    yield "transpose, copied", [draw(1000, 1000)], lambda x: x.t().contiguous()
    columns = torch.tensor([i * 7 % 1000 for i in range(500)])
    yield "gather columns", [draw(1000, 1000)], lambda x: x.index_select(1, columns)
    rows = torch.tensor([i * 7919 % 10_000 for i in range(5000)])
    yield "gather rows of 100", [draw(10_000, 100)], lambda x: x.index_select(0, rows)

    def split(x):
        a, b, c, d = x.chunk(4, 1)
        return a + b + c + d

    yield "split in 4 and add", [draw(1000, 1000)], split
    yield "concatenate rows", [draw(500, 1000), draw(500, 1000)], lambda a, b: torch.cat([a, b], 0)
    yield "concatenate columns", [draw(1000, 500), draw(1000, 500)], lambda a, b: torch.cat([a, b], 1)
    yield "slice columns, copied", [draw(1000, 1000)], lambda x: x[:, 100:600].contiguous()
    yield "product 32x1000x1000", [draw(32, 1000), draw(1000, 1000)], torch.matmul
    yield "product 1000x1000x1", [draw(1000, 1000), draw(1000, 1)], torch.matmul
    yield "layer norm [2000,256]", [draw(2000, 256)], lambda x: F.layer_norm(x, [256])
    yield ("batch norm [2000,256]", [draw(2000, 256)],
           lambda x: F.batch_norm(x, None, None, training=True))
    # Channels last, as Ligature keeps images.
    images = draw(32, 28, 28, 40).permute(0, 3, 1, 2)
    yield "batch norm of images", [images], lambda x: F.batch_norm(x, None, None, training=True)
    yield ("tanh(x*a+b)*sigmoid(c)", [draw(1_000_000), draw(1_000_000)],
           lambda x, c: torch.tanh(x * 1.5 + 0.5) * torch.sigmoid(c))
    yield "add 16x16 bias", [draw(16, 16), draw(16)], lambda a, b: a + b


def least(body, rounds=7):
    body()
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter_ns()
        body()
        best = min(best, (time.perf_counter_ns() - start) / 1e3)
    return best


def run_torch(threads):
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    for name, inputs, body in cases(torch):
        forward = least(lambda: body(*inputs))
        seed = body(*inputs)

        def one_pass():
            leaves = [x.detach().requires_grad_() for x in inputs]
            torch.autograd.grad(body(*leaves), leaves, seed)

        print(f"{name:32}{forward:10.1f} {least(one_pass):10.1f}", flush=True)


def figures(command):
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = {}
    for line in text.splitlines():
        name, numbers = line[:32].strip(), line[32:].split()
        if len(numbers) == 2 and not numbers[0].isalpha():
            try:
                found[name] = [float(number) for number in numbers]
            except ValueError:
                pass
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2, help="PyTorch's; Ligature takes all cores")
    parser.add_argument("--torch", action="store_true", help="PyTorch's figures alone")
    options = parser.parse_args()
    if options.torch:
        return run_torch(options.threads)
    ours, theirs = {}, {}
    for _ in range(options.rounds):
        for best, command in (
            (ours, [PACKAGE / ".build/release/Benchmarks", "elementwise"]),
            (theirs, [sys.executable, __file__, "--torch", "--threads", str(options.threads)]),
        ):
            for name, numbers in figures(command).items():
                best[name] = [min(pair) for pair in zip(numbers, best.get(name, numbers))]
    print(f"{'':32}{'forward':>24}  ratio{'with backward':>24}  ratio")
    for name in ours:
        (a, b), (c, d) = ours[name], theirs[name]
        print(f"{name:32}{a:12.1f}{c:12.1f}{a / c:7.2f}{b:12.1f}{d:12.1f}{b / d:7.2f}")
    ratios = [sorted(ours[n][i] / theirs[n][i] for n in ours) for i in (0, 1)]
    print(f"{'median':32}{'':24}{ratios[0][len(ratios[0]) // 2]:7.2f}{'':24}{ratios[1][len(ratios[1]) // 2]:7.2f}")


if __name__ == "__main__":
    main()
