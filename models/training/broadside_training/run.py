"""What every recipe needs to run: arguments, a time budget, checkpoints, a weight average, a log.

    args = parse_arguments("upscaler", default_budget=20)
    run = Run(args)                          # seeds, threads, cache folder, log
    state = run.load()                       # None, or what the last `save` was given (with --resume)
    while run.budget.left() > 0: ...
    run.save({"model": ..., "step": step})
"""

from __future__ import annotations

import argparse
import copy
import datetime
import json
import os
import random
import time
from pathlib import Path

import numpy as np
import torch

from .corpus.memory import keep_freed_memory

TRAINING_ROOT = Path(__file__).resolve().parent.parent
STARTER_ROOT = TRAINING_ROOT.parent / "starter"
DEFAULT_CACHE = TRAINING_ROOT / ".cache"


class Budget:
    """Minutes of wall clock for one recipe, those of earlier runs (`spent`, seconds) counted in."""

    def __init__(self, minutes: float, spent: float = 0.0):
        self.seconds = minutes * 60.0
        self._before = spent
        self._start = time.monotonic()

    def spent(self) -> float:
        """Seconds used so far, over all resumed runs."""
        return self._before + time.monotonic() - self._start

    def left(self) -> float:
        """Seconds still to use; 0 when over."""
        return max(0.0, self.seconds - self.spent())

    def fraction(self) -> float:
        """Part of the budget that is used, 0…1: what learning-rate schedules follow instead of a step count."""
        return min(1.0, self.spent() / self.seconds) if self.seconds > 0 else 1.0


class Ema:
    """A running average of a model's weights and buffers; `ema.model` is the averaged copy, in eval mode."""

    def __init__(self, model: torch.nn.Module, decay: float = 0.999):
        self.decay = decay
        self.updates = 0
        self.model = copy.deepcopy(model).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, model: torch.nn.Module) -> None:
        self.updates += 1
        # A short run would otherwise still carry its random start in the average.
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        for mine, theirs in zip(self.model.state_dict().values(), model.state_dict().values()):
            if mine.dtype.is_floating_point:
                mine.lerp_(theirs.detach(), 1 - decay)
            else:
                mine.copy_(theirs)

    def state_dict(self) -> dict:
        return {"model": self.model.state_dict(), "updates": self.updates}

    def load_state_dict(self, state: dict) -> None:
        self.model.load_state_dict(state["model"])
        self.updates = state["updates"]


def parser(name: str, default_budget: float) -> argparse.ArgumentParser:
    """The arguments that all recipes share; a recipe may add its own before it parses."""
    p = argparse.ArgumentParser(prog=f"python -m broadside_training.{name}")
    p.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N (default: cpu)")
    p.add_argument("--budget", type=float, default=default_budget, metavar="MINUTES",
                   help=f"wall clock to train for, resumed runs counted in (default: {default_budget})")
    p.add_argument("--resume", action="store_true", help="go on from the last checkpoint in the cache")
    p.add_argument("--cache", type=Path, default=DEFAULT_CACHE, help="folder of corpora, checkpoints and sheets")
    p.add_argument("--threads", type=int, default=0, help="CPU threads (default: all)")
    p.add_argument("--seed", type=int, default=0)
    p.set_defaults(name=name)
    return p


def parse_arguments(name: str, default_budget: float, argv: list[str] | None = None) -> argparse.Namespace:
    return parser(name, default_budget).parse_args(argv)


class Run:
    """One training run: its folder `<cache>/<name>/`, its budget, device, log and checkpoints."""

    def __init__(self, args: argparse.Namespace):
        self.args = args
        self.device = torch.device(args.device)
        self.folder = Path(args.cache) / args.name.replace(".", "-")
        self.folder.mkdir(parents=True, exist_ok=True)
        keep_freed_memory()
        if args.threads:
            torch.set_num_threads(args.threads)
        seed_everything(args.seed)
        self.budget = Budget(args.budget)
        self._log = open(self.folder / "log.jsonl", "a", buffering=1, encoding="utf-8")

    def load(self, name: str = "checkpoint.pt") -> dict | None:
        """The last checkpoint if `--resume` was given and there is one; its seconds count against the budget."""
        path = self.folder / name
        if not self.args.resume or not path.exists():
            return None
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.budget = Budget(self.args.budget, spent=state.get("seconds", 0.0))
        return state

    def save(self, state: dict, name: str = "checkpoint.pt") -> Path:
        """Writes the checkpoint whole or not at all; adds the seconds spent."""
        return save_atomic({**state, "seconds": self.budget.spent()}, self.folder / name)

    def log(self, step: int, **values: float) -> None:
        """One line to the console and to log.jsonl."""
        row = {"step": step, "seconds": round(self.budget.spent(), 1)}
        row.update({k: round(float(v), 5) for k, v in values.items()})
        self._log.write(json.dumps(row) + "\n")
        print(" ".join(f"{k} {v}" for k, v in row.items()), flush=True)

    def facts(self, corpus: str, steps: int, device: str | None = None) -> dict:
        """The `run` entry of model.json."""
        return {"corpus": corpus, "steps": int(steps), "seconds": round(self.budget.spent()),
                "device": device or device_words(self.device),
                "date": datetime.date.today().isoformat()}


def seed_everything(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)


def device_words(device: torch.device) -> str:
    """How model.json names the device: "cpu, 2 threads" or "cuda, <card>"."""
    if device.type == "cuda":
        return f"cuda, {torch.cuda.get_device_name(device)}"
    threads = torch.get_num_threads()
    return f"{device.type}, {threads} thread{'' if threads == 1 else 's'}"


def autocast(device: torch.device) -> torch.autocast:
    """bfloat16 where it is fast; the weights and the loss stay float32."""
    return torch.autocast(device.type, dtype=torch.bfloat16)


def save_atomic(state: object, path: Path) -> Path:
    """torch.save through a temporary name, so that a stopped run never leaves half a checkpoint."""
    temporary = path.with_name(path.name + ".tmp")
    with open(temporary, "wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    return path
