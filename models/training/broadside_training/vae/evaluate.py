"""Measures the shipped mood-vae and writes the numbers into model.json and the card.

    python -m broadside_training.vae.evaluate
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch

from .. import package, reader
from ..run import DEFAULT_CACHE
from . import export, moods

PICTURES, WALKS, STEPS = 63, 24, 8


def unseen(first: int, count: int) -> np.ndarray:
    """[count,3,256,256] in −1…1, all kinds in turn, from seeds that training does not use."""
    kinds = list(moods.MOODS)
    return np.stack([moods.draw(np.random.default_rng([5_000_000, first + i]), 256, 256, kinds[i % len(kinds)])
                     for i in range(count)]).transpose(0, 3, 1, 2) * 2 - 1


def fastest(session, feeds: dict, runs: int = 12) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        session.run(None, feeds)
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    p = argparse.ArgumentParser(prog="python -m broadside_training.vae.evaluate")
    p.add_argument("--cache", type=Path, default=DEFAULT_CACHE)
    args = p.parse_args()
    torch.set_num_threads(1)
    read = reader.Features(args.cache)
    encoder, decoder = (package.session(export.FOLDER / f"{n}.onnx", threads=1) for n in ("encoder", "decoder"))

    def encode(pictures: np.ndarray) -> np.ndarray:
        return np.concatenate([encoder.run(None, {"image": x[None].astype(np.float32)})[0] for x in pictures])

    def decode(latents: np.ndarray) -> np.ndarray:
        return np.concatenate([decoder.run(None, {"latent": z[None].astype(np.float32)})[0] for z in latents])

    pictures = unseen(0, PICTURES)
    latents = encode(pictures)
    again = decode(latents)
    db = -10 * np.log10((((again - pictures) / 2) ** 2).mean((1, 2, 3)))
    print("by kind:", {k: round(float(db[i::len(moods.MOODS)].mean()), 1) for i, k in enumerate(moods.MOODS)})

    ratios = []
    for i in range(WALKS):
        a, b = latents[i], latents[(i + 31) % PICTURES]
        path = read(decode(np.stack([a + (b - a) * t for t in np.linspace(0, 1, STEPS + 1)])))
        steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
        ratios.append(steps.max() / steps.min())

    samples = export.sample(PICTURES, seed=21)
    f_real, f_other, f_made = read(pictures), read(unseen(10_000, PICTURES)), read(samples)
    axes = reader.principal_axes(f_real, 32)

    def variety(f: np.ndarray) -> float:
        return float(np.linalg.norm(f - np.roll(f, 7, 0), axis=1).mean())

    timed = [package.session(export.FOLDER / f"{n}.onnx", threads=2) for n in ("encoder", "decoder")]
    metrics = {
        "reconstructionDb": round(float(db.mean()), 2),
        "reconstructionWorstTenthDb": round(float(np.quantile(db, 0.1)), 2),
        "walkStepRatio": round(float(np.median(ratios)), 2),
        "walkStepRatioWorst": round(float(np.quantile(ratios, 0.9)), 2),
        "priorVariety": round(variety(f_made) / variety(f_real), 2),
        "priorFid": round(reader.frechet(f_real, f_made, axes), 3),
        "realFid": round(reader.frechet(f_real, f_other, axes), 3),
        "encodeSeconds": round(fastest(timed[0], {"image": pictures[:1].astype(np.float32)}), 3),
        "decodeSeconds": round(fastest(timed[1], {"latent": latents[:1]}), 3),
    }
    for k, v in metrics.items():
        print(k, v)
    manifest = package.read_manifest(export.FOLDER)
    manifest["metrics"] = metrics
    export.write(manifest)


if __name__ == "__main__":
    main()
