"""Measures the shipped pattern-gan and writes the numbers into model.json and the card.

    python -m broadside_training.gan.evaluate [--per-class 24]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch

from .. import package, reader
from ..evaluate import measures
from ..run import DEFAULT_CACHE
from . import corpus, export, patterns
from .network import LATENT, STYLES


class Package:
    """The shipped graphs."""

    def __init__(self, threads: int):
        self.mapping = package.session(export.FOLDER / "mapping.onnx", threads)
        self.synthesis = package.session(export.FOLDER / "synthesis.onnx", threads)

    def styles(self, kind: int, seeds: range, truncation: float) -> np.ndarray:
        """[n,STYLES,W]."""
        z = np.stack([torch.randn(LATENT, generator=torch.Generator().manual_seed(10_000 + s)).numpy() for s in seeds])
        label = np.repeat(np.eye(len(corpus.NAMES), dtype=np.float32)[[kind]], len(z), 0)
        w, mean = self.mapping.run(["w", "w_mean"], {"z": z, "label": label})
        return np.repeat((mean + truncation * (w - mean))[:, None], STYLES, 1)

    def draw(self, w: np.ndarray) -> np.ndarray:
        """[n,3,256,256] in −1…1."""
        return np.concatenate([self.synthesis.run(None, {"w": w[i:i + 4]})[0] for i in range(0, len(w), 4)])


def seam(pictures: np.ndarray) -> float:
    """Mean gradient across the wrap-around edges over the mean of all inner gradients, both axes."""
    edge = np.abs(pictures[..., 0] - pictures[..., -1]).mean() + np.abs(pictures[..., 0, :] - pictures[..., -1, :]).mean()
    inner = np.abs(np.diff(pictures, axis=3)).mean() + np.abs(np.diff(pictures, axis=2)).mean()
    return float(edge / inner)


def calmest_cut(model: Package, seeds: range = range(20_000, 20_160), group: int = 20) -> dict[str, tuple[int, float]]:
    """Row and column (of 64) whose line has the least gradient over tiles that nothing else measures, with that over the mean."""
    steps = {"row": np.zeros(64), "column": np.zeros(64)}
    means = {"row": 0.0, "column": 0.0}
    for kind in range(len(corpus.NAMES)):
        for first in seeds[::group]:
            tiles = model.draw(model.styles(kind, range(first, first + group), export.TRUNCATION))
            for name, axis in (("row", 2), ("column", 3)):
                lines = np.abs(tiles - np.roll(tiles, 1, axis)).mean((0, 1, 5 - axis))
                steps[name] += lines[::4]
                means[name] += lines.mean()
    return {name: (int(steps[name].argmin()), round(float(steps[name].min() / means[name]), 2)) for name in steps}


def seam_over_strongest(pictures: np.ndarray) -> float:
    """
    The same against the strongest line within each tile, mean over tiles and axes: above 1 a seam stands out of what it joins. The
    mean gradient is no fair measure for checks and stripes, which have all of theirs on a few lines, one of them at the edge.
    """
    ratios = []
    for axis in (2, 3):
        steps = np.abs(pictures - np.roll(pictures, 1, axis)).mean(axis=(1, 5 - axis))  # [n, lines]; line 0 wraps around
        ratios.append(steps[:, 0] / steps[:, 1:].max(1).clip(1e-6))
    return float(np.mean(ratios))


def seed_variety(pictures: np.ndarray) -> float:
    """Mean RMS difference of neighbours in pictures [n,3,h,w] of one class in one palette: 0 when seeds change nothing but colour."""
    return float(np.sqrt(((pictures - np.roll(pictures, 1, 0)) ** 2).mean((1, 2, 3))).mean())


def explained(first: np.ndarray, second: np.ndarray) -> float:
    """How much of picture `second` [3,h,w] follows from the colours of `first` at the same places, 0…1."""
    levels = ((first + 1) * 7.99).astype(int).clip(0, 15)
    groups = np.unique((levels[0] * 256 + levels[1] * 16 + levels[2]).ravel(), return_inverse=True)[1]
    count = np.bincount(groups)
    left = total = 0.0
    for channel in second.reshape(3, -1):
        mean = np.bincount(groups, channel) / count
        left += float(((channel - mean[groups]) ** 2).sum())
        total += float(((channel - channel.mean()) ** 2).sum())
    return 1 - left / (total + 1e-9)


def colour_distance(first: np.ndarray, second: np.ndarray) -> float:
    """Mean distance of colours of `second` to the nearest colour of `first`, on the 0…1 range."""
    a, b = (p.reshape(3, -1).T[::97] / 2 for p in (first, second))
    return float(np.sqrt(((b[:, None] - a[None]) ** 2).sum(-1)).min(1).mean())


def main() -> None:
    p = argparse.ArgumentParser(prog="python -m broadside_training.gan.evaluate")
    p.add_argument("--cache", type=Path, default=DEFAULT_CACHE)
    p.add_argument("--per-class", type=int, default=24)
    p.add_argument("--cut", action="store_true", help="only say how much further, in rows and columns of 64, CUT would best lie")
    args = p.parse_args()
    torch.set_num_threads(1)
    if args.cut:
        print(calmest_cut(Package(threads=1)))
        return
    n, K = args.per_class, len(corpus.NAMES)
    read, model = reader.Features(args.cache), Package(threads=1)
    drawings, rng = corpus.Drawings(args.cache), np.random.default_rng(77)

    def painted(inks: np.ndarray, colours: np.ndarray) -> np.ndarray:
        return patterns.paint(inks, colours).transpose(2, 0, 1) * 2 - 1

    trained = np.stack([painted(drawings.one(k, i), patterns.palette(rng)) for k in range(K) for i in range(2 * n)])
    unseen = np.stack([painted(*corpus.held_out(name, i)) for name in corpus.NAMES for i in range(n)])
    made = {t: np.concatenate([model.draw(model.styles(k, range(n), t)) for k in range(K)])
            for t in (1.0, export.TRUNCATION, 0.4)}
    f_trained, f_unseen = read(trained), read(unseen)
    f_made = {t: read(pictures) for t, pictures in made.items()}
    axes = reader.principal_axes(f_trained, 64)

    truth = np.repeat(np.arange(K), n)
    right = {"unseen": read.pattern(unseen) == truth, "made": read.pattern(made[export.TRUNCATION]) == truth}
    print("by class:", {c: round(float(right["made"][truth == k].mean()), 2) for k, c in enumerate(corpus.NAMES)})

    precision, recall = measures.precision_recall(f_trained, f_made[1.0])

    def spread(f: np.ndarray) -> float:
        return float(np.mean([(f[truth == k] - f[truth == k].mean(0)).std() for k in range(K)]))

    alike, drawn = [], []
    for k, name in enumerate(corpus.NAMES):
        colours, w = patterns.palette(np.random.default_rng(k)), model.styles(k, range(n), export.TRUNCATION)
        w[:, -1] = w[0, -1]
        one = np.stack([painted(corpus.held_out(name, i)[0], colours) for i in range(n)])
        alike.append(seed_variety(model.draw(w)) / model.draw(w[:1]).std((2, 3)).mean())
        drawn.append(seed_variety(one) / one.std((2, 3)).mean())
    print("variety by class:", {c: round(a / b, 2) for c, a, b in zip(corpus.NAMES, alike, drawn)})

    kept, moved, apart = [], [], []
    for k in range(K):
        w = model.styles(k, range(4), 1.0)
        base, other = model.draw(w), np.roll(w, 1, 0)
        recoloured, reshaped = w.copy(), other.copy()
        recoloured[:, -1], reshaped[:, -1] = other[:, -1], w[:, -1]
        for a, b, c, d in zip(base, model.draw(recoloured), model.draw(reshaped), np.roll(base, 1, 0)):
            kept.append(explained(a, b))
            moved.append(colour_distance(a, c))
            apart.append(colour_distance(a, d))

    timed, one, times = Package(threads=2), model.styles(0, range(1), 1.0), []
    for _ in range(12):
        start = time.perf_counter()
        timed.synthesis.run(None, {"w": one})
        times.append(time.perf_counter() - start)

    metrics = {
        "seamRatio": seam(made[export.TRUNCATION]), "corpusSeamRatio": seam(unseen),
        "seamOverStrongest": seam_over_strongest(made[export.TRUNCATION]),
        "corpusFid": reader.frechet(f_trained, f_made[1.0], axes),
        "corpusFidTruncated": reader.frechet(f_trained, f_made[export.TRUNCATION], axes),
        "corpusFidReal": reader.frechet(f_trained, f_unseen, axes),
        "corpusKid": measures.kernel_distance(f_trained, f_made[1.0]),
        "corpusPrecision": precision, "corpusRecall": recall,
        "classTop1": float(right["made"].mean()), "classTop1Real": float(right["unseen"].mean()),
        "seedVariety": float(np.mean(alike) / np.mean(drawn)),
        "truncationSpread": spread(f_made[0.4]) / spread(f_made[1.0]),
        "paletteSwapKeepsShapes": float(np.mean(kept)),
        "shapeSwapColourDistance": float(np.mean(moved)), "otherTileColourDistance": float(np.mean(apart)),
        "tileSeconds": min(times),
    }
    metrics = {k: round(v, 3) for k, v in metrics.items()}
    for k, v in metrics.items():
        print(k, v)
    manifest = package.read_manifest(export.FOLDER)
    manifest["metrics"] = metrics
    export.write(manifest)


if __name__ == "__main__":
    main()
