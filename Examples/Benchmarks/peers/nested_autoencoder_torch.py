#!/usr/bin/env python3
"""The nested, weight-tied autoencoder of the NestedAutoencoder example, in plain PyTorch.

A peer for timing and for checking results; run by hand, never by CI:

    pip install torch numpy scipy
    python nested_autoencoder_torch.py --data DIR --recipe reference --threads 2

DIR holds DigitsDataTrain.mat and DigitsDataTest.mat (MAT-file level 5).

The network is 784-784-392-196 with ReLU; the decoder reuses the three weight matrices transposed, with
biases of its own: ReLU, ReLU, sigmoid. 1,002,148 learnables.

What is timed: the training loop of an epoch (batch selection, forward, backward, Adam), with the images
already in memory as float32 tensors. Reading, building, and the test pass are outside. The loss is summed
as a tensor and read once an epoch, so that no step waits for it.

Fairness: eager mode, no DataLoader (slices of one tensor are faster here), and the default Adam.
`--loss` chooses between the two equivalent forms of binary cross-entropy: `probabilities` is sigmoid +
binary_cross_entropy, `logits` is binary_cross_entropy_with_logits. The default is `logits`, the faster one by about a twentieth of an epoch.
`--fused-adam` and `--compile` show what a user gets who goes looking for more speed.
"""

import argparse
import json
import math
import resource
import statistics
import sys
import time
from pathlib import Path

import scipy.io
import torch
import torch.nn.functional as F
from torch import nn

RECIPES = {
    # L2 on weights only, added to the gradient; shuffled once; constant learn rate.
    "reference": dict(epochs=30, batch=128, rate=1e-3, l2=1e-4, reshuffle=False, cosine=False),
    # No L2; reshuffled every epoch; cosine from 1e-3 to 0 over the whole run, stepped every iteration.
    "best": dict(epochs=30, batch=32, rate=1e-3, l2=0.0, reshuffle=True, cosine=True),
}


class NestedAutoencoder(nn.Module):
    """Encoder of fully connected layers with ReLU; the decoder uses the same weights transposed."""

    def __init__(self, sizes=(784, 784, 392, 196)):
        super().__init__()
        pairs = list(zip(sizes[:-1], sizes[1:]))
        self.weights = nn.ParameterList(nn.Parameter(torch.empty(o, i)) for i, o in pairs)
        self.encoder_biases = nn.ParameterList(nn.Parameter(torch.zeros(o)) for _, o in pairs)
        self.decoder_biases = nn.ParameterList(nn.Parameter(torch.zeros(i)) for i, _ in reversed(pairs))
        for weight in self.weights:
            nn.init.xavier_uniform_(weight)

    def forward(self, x):
        """The logits of the reconstruction; sigmoid of them is the picture."""
        for weight, bias in zip(self.weights, self.encoder_biases):
            x = F.relu(F.linear(x, weight, bias))
        last = len(self.weights) - 1
        for k, (weight, bias) in enumerate(zip(reversed(self.weights), self.decoder_biases)):
            x = F.linear(x, weight.t(), bias)
            if k < last:
                x = F.relu(x)
        return x


def load_images(path, variable):
    """Images as a float32 tensor [observation, row * 28 + column]."""
    array = scipy.io.loadmat(path, variable_names=[variable])[variable]  # [row, column, 1, observation]
    images = torch.from_numpy(array.astype("float32"))
    return images[:, :, 0, :].permute(2, 0, 1).reshape(images.shape[3], -1).contiguous()


def loss_of_probabilities(logits, target):
    return F.binary_cross_entropy(torch.sigmoid(logits), target)


def loss_of_logits(logits, target):
    return F.binary_cross_entropy_with_logits(logits, target)


LOSSES = {"probabilities": loss_of_probabilities, "logits": loss_of_logits}


@torch.no_grad()
def rmse(model, images, batch=1000):
    total = 0.0
    for part in images.split(batch):
        total += (torch.sigmoid(model(part)) - part).square().sum(dtype=torch.float64).item()
    return math.sqrt(total / images.numel())


def peak_rss_mb():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024) if sys.platform == "darwin" else peak / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--recipe", choices=RECIPES, default="reference")
    parser.add_argument("--epochs", type=int, help="default: the recipe's, 30")
    parser.add_argument("--batch", type=int, help="default: the recipe's, 128 or 32")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, help="default: PyTorch's own choice")
    parser.add_argument("--loss", choices=LOSSES, default="logits")
    parser.add_argument("--fused-adam", action="store_true", help="torch.optim.Adam(fused=True)")
    parser.add_argument("--compile", action="store_true", help="torch.compile the model")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()

    recipe = RECIPES[options.recipe]
    epochs = options.epochs or recipe["epochs"]
    batch = options.batch or recipe["batch"]
    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)

    train = load_images(options.data / "DigitsDataTrain.mat", "XTrain")
    test = load_images(options.data / "DigitsDataTest.mat", "XTest")

    model = NestedAutoencoder()
    learnables = sum(p.numel() for p in model.parameters())
    biases = [*model.encoder_biases, *model.decoder_biases]
    optimizer = torch.optim.Adam(
        [
            {"params": list(model.weights), "weight_decay": recipe["l2"]},
            {"params": biases, "weight_decay": 0.0},
        ],
        lr=recipe["rate"],
        betas=(0.9, 0.999),
        eps=1e-8,
        fused=True if options.fused_adam else None,
    )
    steps = len(train) // batch  # an incomplete last mini-batch is dropped
    scheduler = None
    if recipe["cosine"]:
        scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs * steps)
    loss_function = LOSSES[options.loss]
    run = torch.compile(model) if options.compile else model

    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, recipe {options.recipe}, "
          f"{epochs} epochs, batch {batch}, seed {options.seed}, loss on {options.loss}"
          f"{', fused Adam' if options.fused_adam else ''}{', compiled' if options.compile else ''}")
    print(f"learnables {learnables:,}")

    if not recipe["reshuffle"]:
        train = train[torch.randperm(len(train))]
    seconds, losses = [], []
    for epoch in range(epochs):
        start = time.perf_counter()
        order = torch.randperm(len(train)) if recipe["reshuffle"] else None
        total = torch.zeros(())
        for step in range(steps):
            rows = slice(step * batch, (step + 1) * batch)
            x = train[rows] if order is None else train[order[rows]]
            optimizer.zero_grad(set_to_none=True)
            loss = loss_function(run(x), x)
            loss.backward()
            optimizer.step()
            if scheduler:
                scheduler.step()
            total += loss.detach()
        losses.append(total.item() / steps)
        seconds.append(time.perf_counter() - start)
        print(f"epoch {epoch + 1:3d}  {seconds[-1]:7.3f} s  loss {losses[-1]:.5f}", flush=True)

    median = statistics.median(seconds)
    error = rmse(model, test)
    peak = peak_rss_mb()
    print(f"median epoch {median:.3f} s, final train loss {losses[-1]:.5f}, test RMSE {error:.5f}, "
          f"peak RSS {peak:.0f} MB")

    if options.json:
        options.json.write_text(json.dumps({
            "framework": f"PyTorch {torch.__version__}",
            "recipe": options.recipe, "epochs": epochs, "batch": batch, "seed": options.seed,
            "threads": torch.get_num_threads(), "loss": options.loss,
            "fusedAdam": options.fused_adam, "compile": options.compile,
            "learnables": learnables, "epochSeconds": seconds, "medianEpochSeconds": median,
            "trainLosses": losses, "finalTrainLoss": losses[-1], "testRMSE": error, "peakMemoryMB": peak,
        }, indent=2) + "\n")


if __name__ == "__main__":
    main()
