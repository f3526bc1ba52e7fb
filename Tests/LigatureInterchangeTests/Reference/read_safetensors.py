"""Prints what the safetensors package reads in a file: python read_safetensors.py FILE"""

import sys

from safetensors import safe_open

with safe_open(sys.argv[1], framework="numpy") as file:
    print(sorted((file.metadata() or {}).keys()))
    for name in sorted(file.keys()):
        tensor = file.get_tensor(name)
        print(name, tensor.dtype, list(tensor.shape), tensor.flatten().tolist())
