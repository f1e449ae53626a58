"""Measures int8 variants of the shipped graphs: python -m broadside_training.evaluate.quantised [graph…] [--write] [--keep FOLDER]

A variant is worth shipping when its quality holds (the bar of each graph, trials.py) and it is smaller or faster in a way that is felt. Times
are processor milliseconds on one thread, the median of many rounds in which every variant runs in turn, so that a busy machine is
busy for all of them. --write puts the tables into models/README.md. Needs scikit-image.
"""
import argparse
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np

from ... import package
from .. import history
from .trials import TRIALS, Trial

ROUNDS = 25
SHIPPED = "fp16 weights (shipped)"


def milliseconds(paths: dict[str, Path], feeds: dict[str, np.ndarray], rounds: int) -> dict[str, float]:
    sessions, times = {name: package.session(path, threads=1) for name, path in paths.items()}, {name: [] for name in paths}
    for session in sessions.values():
        session.run(None, feeds)
    for _ in range(rounds):
        for name, session in sessions.items():
            start = time.process_time()
            session.run(None, feeds)
            times[name].append(1000 * (time.process_time() - start))
    return {name: float(np.median(t)) for name, t in times.items()}


def tried(name: str, trial: Trial, folder: Path, rounds: int) -> str:
    """The table of one graph."""
    paths = {SHIPPED: trial.path}
    for i, (label, write) in enumerate(trial.variants.items()):
        paths[label] = folder / f"{name}-{i + 1}.onnx"
        write(trial.path, paths[label])
    took = milliseconds(paths, trial.feeds(), rounds)
    measured = {label: trial.measure(path) for label, path in paths.items()}
    before, keys = measured[SHIPPED], list(measured[SHIPPED])
    lines = [f"Time: {trial.what}. Bar: {trial.bar}.", "",
             "| | bytes | ms | against shipped | " + " | ".join(keys) + " | holds |", "|---|---|---|---|" + "---|" * (len(keys) + 1)]
    for label, path in paths.items():
        found = measured[label]
        holds = "–" if label == SHIPPED else "yes" if trial.holds(found, before) else "no"
        cells = [label, f"{path.stat().st_size:,}", f"{took[label]:.2f}", f"{took[SHIPPED] / took[label]:.2f}×", *[f"{found[k]:.4g}" for k in keys], holds]
        lines.append("| " + " | ".join(cells) + " |")
        print(lines[-1], flush=True)
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graphs", nargs="*", help=", ".join(TRIALS))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--write", action="store_true", help="into models/README.md; other graphs' tables stay")
    parser.add_argument("--keep", type=Path, help="leave the graphs in this folder")
    args = parser.parse_args()
    for name in args.graphs or TRIALS:
        if name not in TRIALS:
            parser.error(f"there is no graph {name!r}; there are {', '.join(TRIALS)}")
        trial = TRIALS[name]
        with tempfile.TemporaryDirectory() as scratch:
            table = tried(name, trial, Path(scratch), args.rounds)
            if args.keep:
                args.keep.mkdir(parents=True, exist_ok=True)
                shutil.copytree(scratch, args.keep, dirs_exist_ok=True)
        if args.write:
            history.write({f"{trial.model}, {trial.file}": table})


if __name__ == "__main__":
    main()
