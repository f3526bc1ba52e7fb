"""What `Benchmarks overhead` measures, of PyTorch: nanoseconds for tensors of 16 elements."""

import time

import torch

torch.set_num_threads(1)


def least(body, rounds=25, count=2000):
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter_ns()
        for _ in range(count):
            body()
        best = min(best, (time.perf_counter_ns() - start) / count)
    return best


def both(name, inputs, body):
    forward = least(lambda: body(*inputs))
    seed = body(*inputs)

    def one_pass():
        leaves = [x.detach().requires_grad_() for x in inputs]
        torch.autograd.grad(body(*leaves), leaves, seed)

    print(f"{name:22} forward{forward:8.0f}   with backward{least(one_pass):8.0f}")


a, b = torch.randn(16), torch.randn(16)
m, k = torch.randn(4, 4), torch.randn(4, 4)
print(f"Nanoseconds, the least of 25 rounds of 2000, PyTorch {torch.__version__}")
both("add", [a, b], lambda x, y: x + y)
both("multiply", [a, b], lambda x, y: x * y)
both("tanh", [a], torch.tanh)
both("product 4x4", [m, k], lambda x, y: x @ y)
both("slice", [a], lambda x: x[2:10])
both("sum", [a], lambda x: x.sum())
identity = torch.nn.Identity()
print(f"{'calling a layer':22} forward{least(lambda: identity(a)):8.0f}")
