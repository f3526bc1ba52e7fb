"""Writes the small safetensors files that SafetensorsFileTests reads. Needs numpy, torch and safetensors:

    python make_safetensors.py

The values of each tensor are those of `values`, in the type that its name says.
"""

import pathlib

import numpy
import torch
from safetensors import numpy as from_numpy
from safetensors import torch as from_torch

folder = pathlib.Path(__file__).parent
values = [0, 1, 2, 3, 100, 127]

numpy_types = ["float64", "float32", "float16", "int64", "uint64", "int32", "uint32", "int16",
               "uint16", "int8", "uint8"]
tensors = {name: numpy.array(values, dtype=name).reshape(2, 3) for name in numpy_types}
tensors["bool"] = numpy.array([[True, False, True], [False, False, True]])
tensors["scalar"] = numpy.array(2.5, dtype="float32")
tensors["empty"] = numpy.zeros([0, 3], dtype="float32")
tensors["größe/重み"] = numpy.array([1.5], dtype="float32")
from_numpy.save_file(tensors, folder / "numpy.safetensors", metadata={"written by": "numpy \"quoted\""})

model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
with torch.no_grad():
    for start, tensor in enumerate(model.state_dict().values()):
        tensor.copy_(torch.arange(tensor.numel()).reshape(tensor.shape) + start)
state = model.state_dict()
state["half"] = torch.tensor([1.0, -0.5, 65504.0, 6e-8]).half()
state["brain"] = torch.tensor([1.0, -0.5, 3.0e38]).bfloat16()
from_torch.save_file(state, folder / "torch.safetensors", metadata={"format": "pt"})

# What PyTorch predicts with them, for SafetensorsFileTests.
print(model.eval()(torch.tensor([[1.0, -2.0, 0.5]])).tolist())
