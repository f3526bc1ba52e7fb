"""Values of PyTorch's losses on fixed numbers, and their gradients in the first input, as JSON.

    python torch_losses.py > torch_losses.json

Written with PyTorch 2.13. `numbers` are what both sides compute from.
"""

import json

import torch
from torch.nn import functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)

x = torch.randn(5, 4)
y = torch.randn(5, 4)
z = torch.randn(5, 4)
positive = torch.rand(5, 4) + 0.1
shares = torch.softmax(torch.randn(5, 4), -1)
bits = (torch.rand(5, 4) > 0.5).double()
labels = torch.tensor([2, 0, 3, 3, 1])
pairs = torch.tensor([1.0, -1, -1, 1, -1])
weights = torch.tensor([0.5, 2.0, 1.0, 0.25])
steps = torch.randn(3, 7, 4)
targets = torch.tensor([[1, 2, 2], [3, 0, 0], [2, 1, 3]])
target_lengths = torch.tensor([3, 1, 3])
lengths = torch.tensor([7, 4, 5])


def focal(x, t, gamma=2.0, alpha=0.25):
    """As torchvision.ops.sigmoid_focal_loss is documented, for targets of 0 and 1."""
    p = torch.sigmoid(x)
    right = p * t + (1 - p) * (1 - t)
    return (
        (alpha * t + (1 - alpha) * (1 - t))
        * (1 - right) ** gamma
        * F.binary_cross_entropy_with_logits(x, t, reduction="none")
    ).mean()


def ctc(x):
    losses = F.ctc_loss(
        F.log_softmax(x, -1).transpose(0, 1), targets, lengths, target_lengths, reduction="none"
    )
    return losses.mean()


losses = {
    "crossEntropy, smoothed": (x, lambda x: F.cross_entropy(x, labels, label_smoothing=0.1)),
    "crossEntropy, class weights": (x, lambda x: F.cross_entropy(x, labels, weight=weights)),
    "crossEntropy, both": (
        x,
        lambda x: F.cross_entropy(x, labels, weight=weights, label_smoothing=0.2),
    ),
    "negativeLogLikelihood": (
        x,
        lambda x: F.nll_loss(F.log_softmax(x, -1), labels, weight=weights),
    ),
    "binaryFocalCrossEntropy": (x, lambda x: focal(x, bits)),
    "kullbackLeibler": (
        x,
        lambda x: F.kl_div(F.log_softmax(x, -1), shares, reduction="batchmean"),
    ),
    "poisson, logarithms": (
        x,
        lambda x: F.poisson_nll_loss(x, positive, log_input=True),
    ),
    "gaussianNegativeLogLikelihood": (
        x,
        lambda x: F.gaussian_nll_loss(x, y, positive),
    ),
    "huber": (x, lambda x: F.huber_loss(x, y, delta=0.7)),
    "smooth L1": (x, lambda x: F.smooth_l1_loss(x, y, beta=0.7)),
    "cosineEmbedding": (
        x,
        lambda x: F.cosine_embedding_loss(x, y, pairs, margin=0.1),
    ),
    "triplet": (x, lambda x: F.triplet_margin_loss(x, y, z, margin=1.0, eps=0)),
    "ctc": (steps, ctc),
}

result = {
    "numbers": {
        name: value.flatten().tolist()
        for name, value in {
            "x": x, "y": y, "z": z, "positive": positive, "shares": shares, "bits": bits,
            "labels": labels, "pairs": pairs, "weights": weights, "steps": steps,
        }.items()
    },
    "losses": {},
}
for name, (value, function) in losses.items():
    leaf = value.clone().requires_grad_()
    loss = function(leaf)
    loss.backward()
    result["losses"][name] = {
        "value": loss.item(),
        "gradient": leaf.grad.flatten().tolist(),
    }
print(
    "{\n"
    + ",\n".join(
        f'"{part}": {{\n'
        + ",\n".join(f'"{name}": {json.dumps(entry)}' for name, entry in result[part].items())
        + "\n}"
        for part in result
    )
    + "\n}"
)
