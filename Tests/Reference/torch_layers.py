"""Reference values of PyTorch's normalisations, activations and small layers, for ForeignLayerTests.

    python torch_layers.py > torch_layers.json

Each case has its input in the order of axes of this package (channels last), what PyTorch learns
and remembers under PyTorch's names, outputs, and the gradients of sum(output * outputWeights).
"""

import json

import torch
from torch import nn

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)


def draw(*shape):
    return (torch.rand(*shape) * 2 - 1).round(decimals=4)


def numbers(tensor):
    tensor = tensor.detach()
    return {"shape": list(tensor.shape), "values": [float(f"{v:.14g}") for v in tensor.flatten()]}


def first(x):
    """Channels behind the batch."""
    return x.movedim(-1, 1)


def last(x):
    """Channels at the end."""
    return x.movedim(1, -1)


def case(layer, shape, moves=True, passes=1, settles=False, gradients=True):
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(draw(*parameter.shape))
    if settles:
        layer(draw(*shape))
    state = {name: value.clone() for name, value in layer.state_dict().items()}
    x = draw(*shape).requires_grad_()
    run = (lambda: last(layer(first(x)))) if moves else (lambda: layer(x))
    output = run()
    for _ in range(passes - 1):
        output = run()
    weights = draw(*output.shape)
    (output * weights).sum().backward()
    values = {"x": x, "output": output, "outputWeights": weights, "d x": x.grad}
    values |= {name: value for name, value in state.items() if value.dtype == torch.float64}
    for name, parameter in layer.named_parameters():
        values[f"d {name}"] = parameter.grad
    for name, value in layer.named_buffers():
        if value.dtype == torch.float64:
            values[f"after {name}"] = value.clone()
    layer.eval()
    values["inference"] = run()
    if not gradients:
        values = {name: value for name, value in values.items() if not name.startswith("d ")}
    return {name: numbers(value) for name, value in values.items()}


def linear(wrap):
    return wrap(nn.Linear(4, 3))


cases = {
    "BatchNorm1d": case(nn.BatchNorm1d(3), (5, 3)),
    "BatchNorm2d": case(nn.BatchNorm2d(3, eps=1e-3, momentum=0.3), (2, 3, 2, 3), passes=3),
    "LayerNorm": case(nn.LayerNorm(4), (2, 3, 4), moves=False),
    "GroupNorm": case(nn.GroupNorm(2, 4), (2, 3, 2, 4)),
    "InstanceNorm2d": case(nn.InstanceNorm2d(3, affine=True), (2, 3, 2, 3)),
    "RMSNorm": case(nn.RMSNorm(4, eps=1e-6), (2, 3, 4), moves=False),
    "weight_norm": case(linear(nn.utils.parametrizations.weight_norm), (2, 4), moves=False),
    # The derivative of the singular value is another: see SpectralNormalization.
    "spectral_norm": case(
        linear(nn.utils.parametrizations.spectral_norm), (2, 4), moves=False, settles=True,
        gradients=False),
    "PReLU": case(nn.PReLU(3), (2, 2, 3)),
    "GLU": case(nn.GLU(-1), (2, 6), moves=False),
    "PixelShuffle": case(nn.PixelShuffle(2), (2, 2, 3, 8)),
    "PixelUnshuffle": case(nn.PixelUnshuffle(2), (2, 2, 4, 3)),
}
for name, layer in {
    "ELU": nn.ELU(0.7), "SELU": nn.SELU(), "SiLU": nn.SiLU(), "Mish": nn.Mish(),
    "Softplus": nn.Softplus(), "Softsign": nn.Softsign(), "Hardsigmoid": nn.Hardsigmoid(),
    "Hardswish": nn.Hardswish(), "Hardtanh": nn.Hardtanh(-2, 1.5), "ReLU6": nn.ReLU6(),
    "LogSoftmax": nn.LogSoftmax(-1), "Softmax": nn.Softmax(1),
}.items():
    torch.manual_seed(len(name))
    x = draw(2, 3, 4) * 6
    x.requires_grad_()
    output = layer(x)
    weights = draw(2, 3, 4)
    (output * weights).sum().backward()
    cases[name] = {
        "x": numbers(x), "output": numbers(output), "outputWeights": numbers(weights),
        "d x": numbers(x.grad)}
# Its derivative has a sixth in single precision.
del cases["Hardsigmoid"]["d x"]
print("{")
print(",\n".join(f'"{name}": {json.dumps(case)}' for name, case in cases.items()))
print("}")
