"""Measures the shipped poster-upscaler on held-out icons and writes the numbers into model.json and the card.

    python -m broadside_training.upscaler.evaluate [--baseline realesr-animevideov3-x4.onnx] [--sheet FILE.png]
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .. import package
from ..run import DEFAULT_CACHE
from . import export, material

CLEAN = ("area", "bicubic", "lanczos")
PICTURES = 16


def psnr(a: torch.Tensor, b: torch.Tensor) -> float:
    return float(-10 * torch.log10(F.mse_loss(a.clamp(0, 1), b)))


def overshoot(made: torch.Tensor, sharp: torch.Tensor, radius: int = 6) -> float:
    """Mean of how far `made` leaves the range that `sharp` has within `radius` px: 0 without ringing."""
    top = F.max_pool2d(sharp, 2 * radius + 1, 1, radius)
    bottom = -F.max_pool2d(-sharp, 2 * radius + 1, 1, radius)
    made = made.clamp(0, 1)
    return float(((made - top).clamp(min=0) + (bottom - made).clamp(min=0)).mean())


def soften(small: torch.Tensor, seed: int) -> torch.Tensor:
    """Like a picture that came out of an autoencoder."""
    noise = torch.randn(small.shape, generator=torch.Generator().manual_seed(seed))
    return material.blur(small, 0.6) + material.blur(noise, 1.0) * 0.015


def bicubic(small: torch.Tensor, scale: int) -> torch.Tensor:
    picture = Image.fromarray((small[0].permute(1, 2, 0) * 255).round().to(torch.uint8).numpy())
    large = picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.BICUBIC)
    return torch.from_numpy(np.array(large)).permute(2, 0, 1)[None].float() / 255


def upscale(session, small: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(session.run(None, {session.get_inputs()[0].name: small.numpy()})[0])


def seconds(path: Path, runs: int = 9) -> float:
    """Processor seconds of the fastest of several runs at 192×160 on one thread.

    Not wall clock: on a machine that is busy with other work that says more about the other work.
    """
    session, times = package.session(path, threads=1), []
    feeds = {session.get_inputs()[0].name: np.random.default_rng(0).random((1, 3, 160, 192), dtype=np.float32)}
    for _ in range(runs):
        start = time.process_time()
        session.run(None, feeds)
        times.append(time.process_time() - start)
    return min(times)


def main() -> None:
    p = argparse.ArgumentParser(prog="python -m broadside_training.upscaler.evaluate")
    p.add_argument("--cache", type=Path, default=DEFAULT_CACHE)
    p.add_argument("--baseline", type=Path, help="another ×4 upscaler (ONNX, RGB 0…1) to compare with")
    p.add_argument("--sheet", type=Path, help="write small, bicubic, baseline, made, original of each picture here")
    p.add_argument("--timing", action="store_true", help="measure the seconds again and nothing else")
    args = p.parse_args()
    torch.set_num_threads(1)
    if args.timing:
        manifest = package.read_manifest(export.FOLDER)
        if args.baseline:
            print("baseline", round(seconds(args.baseline), 3))
        for scale in (2, 4):
            manifest["metrics"][f"x{scale}CpuSeconds"] = round(seconds(export.FOLDER / f"x{scale}.onnx"), 3)
        print(manifest["metrics"])
        return export.write(manifest)

    sessions = {s: package.session(export.FOLDER / f"x{s}.onnx", threads=1) for s in (2, 4)}
    other = package.session(args.baseline, threads=1) if args.baseline else None
    rows: dict[str, list[float]] = {}
    cells = []

    def note(name: str, value: float) -> None:
        rows.setdefault(name, []).append(value)

    for i, picture in enumerate(material.test_pictures(args.cache, PICTURES)):
        sharp = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 255
        for scale in (2, 4):
            for kind in (*CLEAN, "soft"):
                small = material.reduce(sharp, scale, "area" if kind == "soft" else kind)
                small = ((soften(small, i) if kind == "soft" else small).clamp(0, 1) * 255).round() / 255
                made, plain = upscale(sessions[scale], small), bicubic(small, scale)
                label = f"x{scale}Soft" if kind == "soft" else f"x{scale}"
                note(f"{label}PsnrDb", psnr(made, sharp))
                note(f"{label}GainOverBicubicDb", psnr(made, sharp) - psnr(plain, sharp))
                if scale == 4 and kind == "area":
                    note("x4Overshoot", overshoot(made, sharp))
                    note("bicubicOvershoot", overshoot(plain, sharp))
                if scale == 4 and other:
                    theirs = upscale(other, small)
                    note(f"{label}GainOverRealesrDb", psnr(made, sharp) - psnr(theirs, sharp))
                    if kind == "area" and args.sheet and i < 8:
                        near = F.interpolate(small, scale_factor=4, mode="nearest")
                        cells.append(torch.cat([near, plain, theirs, made, sharp], 3)[0, :, 200:420].clamp(0, 1))
    metrics = {k: round(float(np.mean(v)), 5 if "Overshoot" in k else 2) for k, v in rows.items()}
    metrics["x4CpuSeconds"] = round(seconds(export.FOLDER / "x4.onnx"), 3)
    metrics["x2CpuSeconds"] = round(seconds(export.FOLDER / "x2.onnx"), 3)
    if other:
        print("baseline CPU seconds", round(seconds(args.baseline), 3))
    if cells:
        sheet = torch.cat(cells, 1).permute(1, 2, 0)
        Image.fromarray((sheet * 255).round().to(torch.uint8).numpy()).save(args.sheet)
    for k, v in metrics.items():
        print(k, v)
    manifest = package.read_manifest(export.FOLDER)
    if not other:  # keep what an earlier comparison measured on the same weights
        metrics = {**{k: v for k, v in manifest["metrics"].items() if "Realesr" in k}, **metrics}
    manifest["metrics"] = metrics
    export.write(manifest)


if __name__ == "__main__":
    main()
