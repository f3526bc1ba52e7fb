"""Reference values in the layout of MATLAB's recurrent layers, for ForeignWeightsTests.

    python matlab_recurrent.py > matlab_recurrent.json

No MATLAB made these: they follow the formulas in the documentation of lstmLayer (gates input,
forget, cell candidate, output) and gruLayer (reset, update, candidate; reset modes
after-multiplication and recurrent-bias-after-multiplication) in plain numpy, one observation and
one time step after the other, with columns as MATLAB has them.
"""

import json

import numpy as np

BATCH, TIME, FEATURES, HIDDEN = 2, 3, 3, 2
generator = np.random.default_rng(7)


def draw(*shape):
    return generator.uniform(-1, 1, shape).round(4)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm(w, r, b, x):
    h, c = np.zeros((HIDDEN, 1)), np.zeros((HIDDEN, 1))
    rows = [slice(gate * HIDDEN, (gate + 1) * HIDDEN) for gate in range(4)]
    outputs = []
    for step in x:
        part = [w[row] @ step[:, None] + r[row] @ h + b[row] for row in rows]
        i, f, g, o = sigmoid(part[0]), sigmoid(part[1]), np.tanh(part[2]), sigmoid(part[3])
        c = f * c + i * g
        h = o * np.tanh(c)
        outputs.append(h[:, 0])
    return outputs, h[:, 0], c[:, 0]


def gru(w, r, b, x):
    h = np.zeros((HIDDEN, 1))
    rows = [slice(gate * HIDDEN, (gate + 1) * HIDDEN) for gate in range(3)]
    input_bias, recurrent_bias = b[: 3 * HIDDEN], np.zeros((3 * HIDDEN, 1))
    if len(b) == 6 * HIDDEN:
        recurrent_bias = b[3 * HIDDEN :]
    outputs = []
    for step in x:
        wx = [w[row] @ step[:, None] + input_bias[row] for row in rows]
        rh = [r[row] @ h + recurrent_bias[row] for row in rows]
        reset, update = sigmoid(wx[0] + rh[0]), sigmoid(wx[1] + rh[1])
        candidate = np.tanh(wx[2] + reset * rh[2])
        h = (1 - update) * candidate + update * h
        outputs.append(h[:, 0])
    return outputs, h[:, 0], None


def numbers(array):
    array = np.array(array)
    values = [float(f"{value:.14g}") for value in array.flatten()]
    return {"shape": list(array.shape), "values": values}


def case(layer, gates, biases):
    w, r = draw(gates * HIDDEN, FEATURES), draw(gates * HIDDEN, HIDDEN)
    b = draw(biases * gates * HIDDEN, 1)
    x = draw(BATCH, TIME, FEATURES)
    outputs, hidden, cells = zip(*(layer(w, r, b, one) for one in x))
    found = {"InputWeights": w, "RecurrentWeights": r, "Bias": b, "x": x, "output": outputs}
    found["last hidden"] = hidden
    if cells[0] is not None:
        found["last cell"] = cells
    return {name: numbers(value) for name, value in found.items()}


cases = {
    "lstm": case(lstm, 4, 1),
    "after-multiplication": case(gru, 3, 1),
    "recurrent-bias-after-multiplication": case(gru, 3, 2),
}
print(json.dumps(cases))
