#!/usr/bin/env python3
"""Times a training step of one LSTM shared by three channels against PyTorch, in turn, on one machine.

    swift build -c release --product Benchmarks
    pip install torch
    python compare_shared_lstm.py [--rounds 5] [--threads 2]

Prints the milliseconds of each round and the medians, with PyTorch's LSTM called three times and folded into one
batch; the ratio is to the faster of the two. Run it on an otherwise idle machine.
"""

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parents[2]


def milliseconds(command):
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch = [sys.executable, HERE / "shared_lstm_torch.py", "--threads", str(options.threads)]
    rows = []
    print("round  Ligature ms  PyTorch ms  folded ms  ratio")
    for number in range(options.rounds):
        ours = milliseconds([PACKAGE / ".build/release/Benchmarks", "recurrence-step"])
        called, folded = milliseconds(torch), milliseconds(torch + ["--folded"])
        rows.append((ours, called, folded, ours / min(called, folded)))
        print("{:5}  {:11.2f}  {:10.2f}  {:9.2f}  {:5.3f}".format(number + 1, *rows[-1]), flush=True)
    print("median {:11.2f}  {:10.2f}  {:9.2f}  {:5.3f}".format(
        *[statistics.median(column) for column in zip(*rows)]))


if __name__ == "__main__":
    main()
