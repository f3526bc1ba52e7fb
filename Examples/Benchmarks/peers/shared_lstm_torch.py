#!/usr/bin/env python3
"""The training step of `Benchmarks recurrence` in plain PyTorch: one nn.LSTM shared by three channels.

    pip install torch
    python shared_lstm_torch.py --threads 2

Batch 128, three channels of one feature, 100 time steps, 64 hidden units, the last state, three linear layers of
two outputs, mean squared error, Adam. `--folded` runs the three channels as one batch of 384, the faster form here
or an equal one; otherwise the LSTM is called three times. Prints the median milliseconds of a step.
"""

import argparse
import statistics
import time

import torch
from torch import nn


class Shared(nn.Module):
    def __init__(self, channels, folded):
        super().__init__()
        self.lstm = nn.LSTM(1, 64, batch_first=True)
        self.heads = nn.ModuleList(nn.Linear(64, 2) for _ in range(channels))
        self.folded = folded

    def forward(self, x):
        parts = x.split(1, dim=2)
        if self.folded:
            last = self.lstm(torch.cat(parts))[1][0][0].chunk(len(parts))
        else:
            last = [self.lstm(part)[1][0][0] for part in parts]
        return torch.cat([head(state) for head, state in zip(self.heads, last)], dim=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--samples", type=int, default=51)
    parser.add_argument("--folded", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    x, targets = torch.rand(128, 100, 3), torch.rand(128, 6)
    model = Shared(3, options.folded)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    times = []
    for _ in range(options.samples + 5):
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        nn.functional.mse_loss(model(x), targets).backward()
        optimizer.step()
        times.append((time.perf_counter() - start) * 1e3)
    print(f"{statistics.median(times[5:]):.4f}")


if __name__ == "__main__":
    main()
