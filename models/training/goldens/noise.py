"""Writes what PyTorch's CPU generator gives, for src-main/engine/noise.

    python -m goldens.noise > ../../src-main/engine/noise/goldens.json     # from models/training

Each case: a seed, then calls in order. Values are float32; the long ones are kept by their ends and their sum.
"""

import json

import torch

CALLS = [("randn", n) for n in (1, 5, 15, 16, 17, 31, 100, 4096)] + [("rand", 7), ("rand", 100)]
SEQUENCES = [[call] for call in CALLS] + [
    [("randn", 16), ("randn", 16)], [("randn", 5), ("randn", 5)], [("randn", 1), ("randn", 16), ("randn", 3)],
    [("rand", 3), ("randn", 20), ("randn", 7), ("rand", 2)], [("randn", 1000), ("randn", 17)],
]


def case(seed: int, calls: list) -> dict:
    generator = torch.Generator().manual_seed(seed)
    made = []
    for kind, n in calls:
        values = getattr(torch, kind)(n, generator=generator).double().tolist()
        made.append({"kind": kind, "n": n, "sum": sum(values), "first": values[:40], "last": values[-20:]})
    return {"seed": seed, "calls": made}


print(json.dumps({"torch": torch.__version__.split("+")[0],
                  "cases": [case(seed, calls) for seed in (0, 1, 42, 2**32 - 1) for calls in SEQUENCES]}))
