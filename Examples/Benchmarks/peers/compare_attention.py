#!/usr/bin/env python3
"""Times scaled dot-product attention against PyTorch's, in turn, on one machine.

    swift build -c release --product Benchmarks
    pip install torch
    python compare_attention.py [--rounds 5] [--threads 2]

Prints the medians of the rounds in milliseconds, and the medians of the ratios of one round. Run it on an otherwise
idle machine.
"""

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parents[2]


def times(command):
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    rows = [line.split() for line in lines if line]
    return {(row[0] == "1", int(row[1])): [float(row[2]), float(row[3])] for row in rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch = [sys.executable, HERE / "attention_torch.py", "--threads", str(options.threads)]
    ours, theirs = [], []
    for _ in range(options.rounds):
        ours.append(times([PACKAGE / ".build/release/Benchmarks", "attention-times"]))
        theirs.append(times(torch))
    print("causal  steps   forward: Ligature  PyTorch  ratio   with gradients: Ligature  PyTorch  ratio")
    for key in ours[0]:
        line = f"{'yes' if key[0] else 'no':6}  {key[1]:5}"
        for place, width in ((0, 19), (1, 26)):
            pairs = [(one[key][place], other[key][place]) for one, other in zip(ours, theirs)]
            left, right = (statistics.median(column) for column in zip(*pairs))
            ratio = statistics.median(one / other for one, other in pairs)
            line += f"{left:{width}.2f} {right:8.2f} {ratio:6.2f}"
        print(line)


if __name__ == "__main__":
    main()
