"""How near few steps come to many, by sampler and flow shift: python -m broadside_training.evaluate.steps [--pictures N]

The first prompts of the contact sheet (sheets/prompts.tsv), made by the shipped package with each setting and compared with its own
picture after many steps. RMS is of pixels in 0…1, SSIM of luminance in 0…1; both say what the solver loses, not what the model cannot do.
Needs scikit-image.
"""
import argparse
import itertools
from pathlib import Path

import numpy as np
from skimage.metrics import structural_similarity

from ..corpus.paths import STARTER
from .pipeline import Package
from .sheets import posters

STEPS, SHIFTS, SAMPLERS = (4, 6, 8, 12), (1, 1.5, 2, 3, 4), ("euler", "dpmpp-2m")
MANY = {"steps": 40, "sampler": "euler"}
LUMINANCE = np.array([0.299, 0.587, 0.114])


def distances(made: np.ndarray, meant: np.ndarray) -> tuple[float, float]:
    """(RMS, SSIM) of two uint8 pictures."""
    a, b = made / 255.0, meant / 255.0
    return float(np.sqrt(((a - b) ** 2).mean())), float(structural_similarity(a @ LUMINANCE, b @ LUMINANCE, data_range=1.0))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, default=STARTER)
    parser.add_argument("--pictures", type=int, default=40)
    parser.add_argument("--steps", type=int, nargs="+", default=STEPS)
    parser.add_argument("--shifts", type=float, nargs="+", default=SHIFTS)
    args = parser.parse_args()
    maker = Package(args.package, threads=1)
    settings = list(itertools.product(SAMPLERS, args.steps, args.shifts))
    found = {setting: [] for setting in settings}
    for cell, (prompt, _, _) in enumerate(posters.asked()[: args.pictures]):
        ids, _ = maker.tokenize(prompt)
        meant = maker.make(ids, posters.seed(cell), **MANY)
        for sampler, steps, shift in settings:
            made = maker.make(ids, posters.seed(cell), steps=steps, sampler=sampler, shift=shift)
            found[sampler, steps, shift].append(distances(made, meant))
    print(f"against {MANY['steps']} steps of {MANY['sampler']}, {args.pictures} prompts, mean")
    print("| steps | sampler | flow shift | RMS | worst tenth | SSIM |\n|---|---|---|---|---|---|")
    for steps in args.steps:
        rows = sorted((np.mean([r for r, _ in v]), np.quantile([r for r, _ in v], 0.9), np.mean([s for _, s in v]), k) for k, v in found.items() if k[1] == steps)
        for rms, worst, ssim, (sampler, _, shift) in rows:
            print(f"| {steps} | {sampler} | {shift:g} | {rms:.4f} | {worst:.4f} | {ssim:.3f} |")


if __name__ == "__main__":
    main()
