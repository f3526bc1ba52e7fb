#!/usr/bin/env python3
"""`Benchmarks sweeps` by Optuna's samplers: what is missing to the least value of standard functions.

    pip install optuna scipy torch
    python sweeps_optuna.py [tpe] [gp]

Prints the medians of 20 seeds after half of the trials and after all, and the seconds that all took.
"""

import math
import statistics
import sys
import time

import optuna

STEEPNESS = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
CENTERS = [
    [1312, 1696, 5569, 124, 8283, 5886],
    [2329, 4135, 8307, 3736, 1004, 9991],
    [2348, 1451, 3522, 2883, 3047, 6650],
    [4047, 8828, 8732, 5743, 1091, 381],
]


def branin(point):
    x, y = point
    a = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return a * a + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def hartmann(point):
    total = 0.0
    for height, steepness, center in zip([1, 1.2, 3, 3.2], STEEPNESS, CENTERS):
        total -= height * math.exp(-sum(a * (x - p * 1e-4) ** 2 for a, p, x in zip(steepness, center, point)))
    return total


def ackley(point):
    n = len(point)
    square = math.sqrt(sum(x * x for x in point) / n)
    waves = sum(math.cos(2 * math.pi * x) for x in point) / n
    return -20 * math.exp(-0.2 * square) - math.exp(waves) + 20 + math.e


FUNCTIONS = {
    "Branin": (branin, [(-5, 10), (0, 15)], 40, 0.397887),
    "Hartmann, 6": (hartmann, [(0, 1)] * 6, 60, -3.32237),
    "Ackley, 4": (ackley, [(-10, 20)] * 4, 60, 0),
}
SAMPLERS = {"tpe": optuna.samplers.TPESampler, "gp": optuna.samplers.GPSampler}


def main():
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for name, (function, bounds, trials, least) in FUNCTIONS.items():
        for sampler in sys.argv[1:] or SAMPLERS:
            start = time.perf_counter()
            half, whole = [], []
            for seed in range(20):
                study = optuna.create_study(sampler=SAMPLERS[sampler](seed=seed))
                study.optimize(
                    lambda trial: function([trial.suggest_float(f"x{i}", *ends) for i, ends in enumerate(bounds)]),
                    n_trials=trials,
                )
                values = [trial.value for trial in study.trials]
                half.append(min(values[: trials // 2]) - least)
                whole.append(min(values) - least)
            seconds = time.perf_counter() - start
            print(f"{name}, {sampler}: {statistics.median(half):.4f}, {statistics.median(whole):.4f}, {seconds:.1f} s")


if __name__ == "__main__":
    main()
