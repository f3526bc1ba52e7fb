"""Reference values of PyTorch's recurrent layers, for ForeignWeightsTests.

    python torch_recurrent.py > torch_recurrent.json

Each case has its weights in PyTorch's layout, inputs, outputs, last states, and the gradients of
sum(output * outputWeights) + sum(state * stateWeights), of the bidirectional case from the output
alone. Sequences count up to their lengths.
"""

import json

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

BATCH, TIME, FEATURES, HIDDEN = 3, 4, 3, 2
LENGTHS = [4, 1, 3]
torch.manual_seed(5)
torch.set_default_dtype(torch.float64)


def draw(*shape):
    return (torch.rand(*shape) * 2 - 1).round(decimals=4)


def numbers(tensor):
    return {"shape": list(tensor.shape), "values": [float(f"{v:.14g}") for v in tensor.flatten()]}


def case(layer):
    directions = 2 if layer.bidirectional else 1
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(draw(*parameter.shape))
    x = draw(BATCH, TIME, FEATURES).requires_grad_()
    is_lstm = isinstance(layer, torch.nn.LSTM)
    sizes = [layer.proj_size or layer.hidden_size, layer.hidden_size][: 2 if is_lstm else 1]
    start = [draw(directions, BATCH, size).requires_grad_() for size in sizes]
    if layer.bidirectional:
        start = [torch.zeros_like(state).requires_grad_() for state in start]
    packed = pack_padded_sequence(x, LENGTHS, batch_first=True, enforce_sorted=False)
    output, state = layer(packed, tuple(start) if is_lstm else start[0])
    output, _ = pad_packed_sequence(output, batch_first=True, total_length=TIME)
    state = list(state) if is_lstm else [state]
    weights = [draw(*result.shape) for result in [output, *state]]
    if layer.bidirectional:
        weights[1:] = [torch.zeros_like(weight) for weight in weights[1:]]
    sum((r * w).sum() for r, w in zip([output, *state], weights)).backward()
    values = {"x": x, "output": output, "outputWeights": weights[0], "d x": x.grad}
    for name, one, last, weight in zip(["hidden", "cell"], start, state, weights[1:]):
        values[name] = one
        values[f"d {name}"] = one.grad
        values[f"last {name}"] = last
        values[f"{name}Weights"] = weight
    for name, parameter in layer.named_parameters():
        values[name] = parameter
        values[f"d {name}"] = parameter.grad
    return {name: numbers(value.detach()) for name, value in values.items()}


options = {"batch_first": True}
cases = {
    "lstm": torch.nn.LSTM(FEATURES, HIDDEN, **options),
    "gru": torch.nn.GRU(FEATURES, HIDDEN, **options),
    "tanh": torch.nn.RNN(FEATURES, HIDDEN, **options),
    "relu": torch.nn.RNN(FEATURES, HIDDEN, nonlinearity="relu", **options),
    "bidirectional": torch.nn.LSTM(FEATURES, HIDDEN, bidirectional=True, **options),
}
results = {name: case(layer) for name, layer in cases.items()}
results["projected"] = case(torch.nn.LSTM(FEATURES, 3, proj_size=2, **options))
print(json.dumps(results))
