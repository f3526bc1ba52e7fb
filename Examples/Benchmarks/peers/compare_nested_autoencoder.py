#!/usr/bin/env python3
"""Times the NestedAutoencoder example against the same training in PyTorch, in turn, on one machine.

    swift build -c release --product NestedAutoencoder
    pip install torch numpy scipy
    python compare_nested_autoencoder.py --data DIR [--rounds 5] [--epochs 4] [--threads 2]

Prints, for each round and as medians, the median epoch seconds and the peak memory of both, and their ratios.
Run it on an otherwise idle machine: OpenMP threads that wait for one another suffer most from company.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parents[2]


def ligature(arguments, folder):
    report = folder / "ligature.json"
    subprocess.run(
        [PACKAGE / ".build/release/NestedAutoencoder", "--data", arguments.data, "--recipe", "reference",
         "--epochs", str(arguments.epochs), "--threads", str(arguments.threads), "--quiet",
         "--json", report, "--output", folder],
        check=True, stdout=subprocess.DEVNULL)
    found = json.loads(report.read_text())
    return found["medianEpochSeconds"], found["peakMemoryBytes"] / 1e6


def torch(arguments, folder):
    report = folder / "torch.json"
    subprocess.run(
        [sys.executable, HERE / "nested_autoencoder_torch.py", "--data", arguments.data,
         "--recipe", "reference", "--epochs", str(arguments.epochs), "--threads", str(arguments.threads),
         "--json", report],
        check=True, stdout=subprocess.DEVNULL)
    found = json.loads(report.read_text())
    return statistics.median(found["epochSeconds"]), found["peakMemoryMB"] * 1.048576


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    rows = []
    print("round  Ligature s  PyTorch s  ratio   Ligature MB  PyTorch MB")
    with tempfile.TemporaryDirectory() as name:
        for number in range(arguments.rounds):
            (ours, our_memory), (theirs, their_memory) = (
                ligature(arguments, Path(name)), torch(arguments, Path(name)))
            rows.append((ours, theirs, ours / theirs, our_memory, their_memory))
            print(f"{number + 1:5}  {ours:10.3f}  {theirs:9.3f}  {ours / theirs:5.3f}  "
                  f"{our_memory:12.1f}  {their_memory:10.1f}", flush=True)
    medians = [statistics.median(column) for column in zip(*rows)]
    print("median {:10.3f}  {:9.3f}  {:5.3f}  {:12.1f}  {:10.1f}".format(*medians))


if __name__ == "__main__":
    main()
