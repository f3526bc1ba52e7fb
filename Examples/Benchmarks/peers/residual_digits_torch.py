#!/usr/bin/env python3
"""The residual network of the ResidualDigits example, in plain PyTorch.

A peer for timing and for checking results; run by hand, never by CI:

    pip install torch numpy
    python residual_digits_torch.py --data DIR --threads 2 [--channels-last] [--steps 40]

DIR holds DigitsDataTrain.mat and DigitsDataTest.mat (MAT-file level 5).

The network is a 3x3 convolution to 16 channels, then residual blocks of 16, 32 and 64 channels, of which
the last two halve the image: each relu(body(x) + skip(x)), with a body of convolution, group norm, ReLU,
convolution, group norm, and a skip of a 1x1 convolution and group norm where the shape changes. The mean
of each channel goes to ten logits. Trained as the example's recipe says: Adam, rate 2e-3 falling to 0 in a
straight line, batches of 64, images moved by up to two pixels.

What is timed: a training step (forward, backward, Adam) on images in memory; moving images is outside.
With --steps nothing is trained to its end, and the median step is printed in wall time and in processor
time of all threads.
"""

import argparse
import json
import statistics
import struct
import time
import zlib
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, inputs, channels, stride=1):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inputs, channels, 3, stride, 1, bias=False), nn.GroupNorm(8, channels), nn.ReLU(),
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.GroupNorm(8, channels))
        self.skip = None
        if stride != 1 or inputs != channels:
            self.skip = nn.Sequential(
                nn.Conv2d(inputs, channels, 1, stride, bias=False), nn.GroupNorm(8, channels))

    def forward(self, x):
        return F.relu(self.body(x) + (x if self.skip is None else self.skip(x)))


def network():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, 1, 1, bias=False), nn.GroupNorm(8, 16), nn.ReLU(),
        Block(16, 16), Block(16, 32, 2), Block(32, 64, 2),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def elements(data):
    """Type and bytes of each element of a MAT-file's stretch."""
    place = 0
    while place + 8 <= len(data):
        kind, count = struct.unpack("<II", data[place:place + 8])
        if kind >> 16:
            yield kind & 0xFFFF, data[place + 4:place + 4 + (kind >> 16)]
            place += 8
        else:
            yield kind, data[place + 8:place + 8 + count]
            place += 8 + count + (-count % 8 if kind != 15 else 0)


def digits(path):
    """Images [count, 1, 28, 28] and labels of one of the two files."""
    images = labels = None
    for kind, packed in elements(path.read_bytes()[128:]):
        _, matrix = next(elements(zlib.decompress(packed)))
        parts = list(elements(matrix))
        if parts[2][1].startswith(b"X"):
            array = np.frombuffer(parts[3][1]).reshape(-1, 28, 28)
            images = torch.from_numpy(array.transpose(0, 2, 1).astype("float32")).unsqueeze(1)
        elif parts[2][1] == b"" and parts[3][0] == 2:
            # The list of objects has the codes of the one categorical array as its 5,000 bytes.
            store = parts[3][1]
            mark = struct.pack("<II", 2, len(images))
            start = store.index(mark) + 8
            labels = torch.from_numpy(np.frombuffer(store[start:start + len(images)], "u1") - 1).long()
    return images, labels


def moved(x, generator):
    """Each image moved by up to two pixels."""
    padded = F.pad(x, (2, 2, 2, 2))
    places = torch.randint(0, 5, (len(x), 2), generator=generator)
    return torch.stack([padded[i, :, a:a + 28, b:b + 28] for i, (a, b) in enumerate(places.tolist())])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--json")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    generator = torch.Generator().manual_seed(arguments.seed)
    folder = Path(arguments.data)
    x, y = digits(folder / "DigitsDataTrain.mat")
    test_x, test_y = digits(folder / "DigitsDataTest.mat")
    model = network()
    layout = torch.channels_last if arguments.channels_last else torch.contiguous_format
    model = model.to(memory_format=layout)
    solver = torch.optim.Adam(model.parameters(), lr=2e-3)
    batches = (len(x) + arguments.batch - 1) // arguments.batch
    total = arguments.epochs * batches
    schedule = torch.optim.lr_scheduler.LambdaLR(solver, lambda step: 1 - step / total)
    walls, processors, done = [], [], 0
    for epoch in range(arguments.epochs):
        for rows in torch.randperm(len(x), generator=generator).split(arguments.batch):
            batch, target = moved(x[rows], generator).to(memory_format=layout), y[rows]
            wall, processor = time.perf_counter(), time.process_time()
            loss = F.cross_entropy(model(batch), target)
            solver.zero_grad()
            loss.backward()
            solver.step()
            walls.append(time.perf_counter() - wall)
            processors.append(time.process_time() - processor)
            schedule.step()
            done += 1
            if done == arguments.steps:
                break
        if done == arguments.steps:
            break
    report = {
        "stepSeconds": statistics.median(walls), "stepProcessorSeconds": statistics.median(processors),
        "learnables": sum(p.numel() for p in model.parameters()),
    }
    if not arguments.steps:
        with torch.no_grad():
            right = sum((model(a).argmax(1) == b).sum().item()
                        for a, b in zip(test_x.split(500), test_y.split(500)))
        report["testAccuracy"] = right / len(test_x)
    print(json.dumps(report))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(report))


if __name__ == "__main__":
    main()
