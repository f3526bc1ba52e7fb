#!/usr/bin/env python3
"""`Benchmarks attention` in plain PyTorch: scaled dot-product attention of 8 heads of size 64, batch 4.

    pip install torch
    python attention_torch.py --threads 2

Prints a line for each number of steps: whether causal, steps, median milliseconds of a forward pass, and of one with
its gradients.
"""

import argparse
import statistics
import time

import torch
from torch.nn.functional import scaled_dot_product_attention as attention


def milliseconds(samples, body):
    times = []
    for _ in range(samples + 2):
        start = time.perf_counter()
        body()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times[2:])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--samples", type=int, default=9)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    for causal in (False, True):
        for steps in (128, 256, 512, 1024):
            inputs = [torch.randn(4, 8, steps, 64, requires_grad=True) for _ in range(3)]
            seed = torch.randn(4, 8, steps, 64)

            def forward():
                with torch.no_grad():
                    attention(*inputs, is_causal=causal)

            def both():
                torch.autograd.grad(attention(*inputs, is_causal=causal), inputs, seed)

            times = [milliseconds(options.samples, body) for body in (forward, both)]
            print(int(causal), steps, *(f"{time:.4f}" for time in times))


if __name__ == "__main__":
    main()
