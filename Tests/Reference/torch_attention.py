"""Reference values of PyTorch's attention, for ForeignAttentionTests.

    python torch_attention.py > torch_attention.json

Each case has its weights in PyTorch's layout, inputs, the output, and the gradients of
sum(output * outputWeights). Masked keys are those beyond the lengths.
"""

import json

import torch

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
BATCH, TIME, SIZE, HEADS = 2, 4, 6, 2
LENGTHS = torch.tensor([4, 3])
MEMORY_LENGTHS = torch.tensor([2, 3])


def numbers(tensor):
    values = [float(f"{value:.14g}") for value in tensor.detach().flatten().tolist()]
    return {"shape": list(tensor.shape), "values": values}


def drawn(module):
    for parameter in module.parameters():
        torch.nn.init.uniform_(parameter, -0.8, 0.8)
        parameter.data = torch.round(parameter.data * 1e4) / 1e4
    return module


def draw(*shape):
    return (torch.round(torch.randn(*shape) * 1e4) / 1e4).requires_grad_()


def padding(lengths, steps):
    return torch.arange(steps)[None] >= lengths[:, None]


def memory(channels):
    drawn = draw(BATCH, 3, channels)
    drawn.data[padding(MEMORY_LENGTHS, 3)] = 0
    return drawn


def case(module, inputs, run, counting=None):
    # Of what is padding nothing is asked, and it is zero.
    if counting is not None:
        inputs["x"].data[padding(counting, TIME)] = 0
    output = run(*inputs.values())
    weights = torch.randn(output.shape).mul(1e4).round() / 1e4
    if counting is not None:
        weights[padding(counting, TIME)] = 0
    (output * weights).sum().backward()
    found = {name: numbers(value) for name, value in module.state_dict().items()}
    for name, value in inputs.items():
        found[name] = numbers(value)
        found["d " + name] = numbers(value.grad)
    for name, parameter in module.named_parameters():
        found["d " + name] = numbers(parameter.grad)
    found["output"] = numbers(output)
    found["outputWeights"] = numbers(weights)
    return found


def attention(kind):
    causal = torch.triu(torch.ones(TIME, TIME, dtype=torch.bool), 1)
    if kind == "self":
        module = drawn(torch.nn.MultiheadAttention(SIZE, HEADS, batch_first=True))
        return case(
            module,
            {"x": draw(BATCH, TIME, SIZE)},
            lambda x: module(
                x, x, x, attn_mask=causal, key_padding_mask=padding(LENGTHS, TIME)
            )[0],
            LENGTHS,
        )
    module = drawn(
        torch.nn.MultiheadAttention(SIZE, HEADS, kdim=3, vdim=3, bias=False, batch_first=True)
    )
    return case(
        module,
        {"x": draw(BATCH, TIME, SIZE), "memory": memory(3)},
        lambda x, memory: module(
            x, memory, memory, key_padding_mask=padding(MEMORY_LENGTHS, 3)
        )[0],
    )


def encoder(first):
    module = drawn(
        torch.nn.TransformerEncoderLayer(
            SIZE, HEADS, dim_feedforward=5, dropout=0.0, batch_first=True, norm_first=first,
            activation="gelu" if first else "relu",
        )
    )
    return case(
        module,
        {"x": draw(BATCH, TIME, SIZE)},
        lambda x: module(x, src_key_padding_mask=padding(LENGTHS, TIME)),
        LENGTHS,
    )


def decoder():
    module = drawn(
        torch.nn.TransformerDecoderLayer(
            SIZE, HEADS, dim_feedforward=5, dropout=0.0, batch_first=True, norm_first=True
        )
    )
    causal = torch.triu(torch.ones(TIME, TIME, dtype=torch.bool), 1)
    return case(
        module,
        {"x": draw(BATCH, TIME, SIZE), "memory": memory(SIZE)},
        lambda x, memory: module(
            x, memory, tgt_mask=causal, memory_key_padding_mask=padding(MEMORY_LENGTHS, 3)
        ),
    )


cases = {
    "self": attention("self"),
    "memory": attention("memory"),
    "encoder before": encoder(True),
    "encoder after": encoder(False),
    "decoder": decoder(),
}
print(json.dumps(cases))
