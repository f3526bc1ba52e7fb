"""Rates of PyTorch's schedules, for ScheduleReferenceTests."""
import math, torch

def rates(make, steps=24, each=1):
    weight = torch.nn.Parameter(torch.zeros(1))
    solver = torch.optim.SGD([weight], lr=0.1)
    schedule = make(solver)
    found = []
    for step in range(steps):
        found.append(solver.param_groups[0]["lr"])
        solver.step()
        schedule.step()
    return found

S = torch.optim.lr_scheduler
print("oneCycle", rates(lambda s: S.OneCycleLR(s, max_lr=0.1, total_steps=24)))
weight = torch.nn.Parameter(torch.zeros(1))
solver = torch.optim.SGD([weight], lr=0.1)
schedule = S.CosineAnnealingWarmRestarts(solver, T_0=2, T_mult=2, eta_min=0.01)
found = []
for step in range(24):
    schedule.step(step / 4)
    found.append(solver.param_groups[0]["lr"])
print("restarts", found)
print("exponential", rates(lambda s: S.ExponentialLR(s, 0.7), 6))
print("milestones", rates(lambda s: S.MultiStepLR(s, [2, 3], 0.5), 6))
print("polynomial", rates(lambda s: S.PolynomialLR(s, total_iters=24, power=1.5)))
weight = torch.nn.Parameter(torch.zeros(1))
solver = torch.optim.SGD([weight], lr=0.1)
schedule = S.ReduceLROnPlateau(solver, factor=0.5, patience=1, cooldown=1, min_lr=0.02)
found = [0.1]
for loss in [1, 0.5, 0.5, 0.6, math.nan, 0.49999, 0.4, 0.41, 0.42, 0.43, 0.44, 0.45]:
    schedule.step(loss)
    found.append(solver.param_groups[0]["lr"])
print("plateau", found)
