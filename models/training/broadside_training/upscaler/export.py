"""Writes the package models/starter/poster-upscaler from the last checkpoint's averaged weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from .. import package
from ..run import STARTER_ROOT
from . import material
from .network import RECEPTIVE_RADIUS, OneScale, Upscaler

FOLDER = STARTER_ROOT / "poster-upscaler"
OVERLAP = 16
METRIC_WORDS = {
    "x4GainOverBicubicDb": "×4, dB over bicubic (clean small copies: area, bicubic, Lanczos)",
    "x4GainOverRealesrDb": "×4, dB over realesr-animevideov3-x4 (the same copies)",
    "x4PsnrDb": "×4, PSNR in dB",
    "x4SoftGainOverBicubicDb": "×4, dB over bicubic on softened, slightly noisy copies (like generated pictures)",
    "x2GainOverBicubicDb": "×2, dB over bicubic",
    "x2PsnrDb": "×2, PSNR in dB",
    "x4Overshoot": "×4, mean excess over the original's range within 6 px, 0…1: misplaced edges and ringing",
    "bicubicOvershoot": "the same of bicubic, whose soft edges rarely leave the range",
    "x4SoftGainOverRealesrDb": "×4, dB over realesr-animevideov3-x4 on softened copies",
    "x4SoftPsnrDb": "×4, PSNR on softened copies", "x2SoftPsnrDb": "×2, PSNR on softened copies",
    "x2SoftGainOverBicubicDb": "×2, dB over bicubic on softened copies",
    "x4CpuSeconds": "processor seconds for 192×160 → 768×640 (two idle cores take about half)",
    "x2CpuSeconds": "processor seconds for 192×160 → 384×320",
}


def export(cache: Path, run_facts: dict) -> None:
    state = torch.load(cache / "upscaler" / "checkpoint.pt", map_location="cpu", weights_only=True)
    model = Upscaler()
    model.load_state_dict(state["ema"]["model"])
    model.eval()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for scale in (2, 4):
        graph = OneScale(model, scale)
        path = FOLDER / f"x{scale}.onnx"
        package.export_onnx(graph, (torch.rand(1, 3, 24, 20),), path,
                            {"input": {0: "b", 2: "h", 3: "w"}}, ["output"],
                            {"output": {0: "b", 2: f"{scale}h", 3: f"{scale}w"}})
        package.store_fp16(path, path)
        x = torch.rand(2, 3, 37, 41)
        with torch.no_grad():
            print(path.name, "differs from torch by", package.verify(path, {"input": x}, {"output": graph(x)}, 5e-3))
    assert RECEPTIVE_RADIUS <= OVERLAP
    manifest = {
        "id": "poster-upscaler", "name": "Poster Upscaler", "version": "0.1.0", "family": "upscaler",
        "description": "Doubles or quadruples flat illustration, type and thin lines without softening or ringing.",
        "licence": "Apache-2.0",
        "attribution": ["Fluent Emoji, MIT, Microsoft", "Noto Emoji, Apache-2.0, Google"],
        "run": run_facts, "metrics": {},
        "config": {"sessions": {"2": "x2.onnx", "4": "x4.onnx"}, "tile": 192, "overlap": OVERLAP, "multiple": 1},
    }
    contact_sheet(cache)
    write(manifest)


def write(manifest: dict) -> None:
    """LICENSE, card and model.json."""
    package.write_licence(FOLDER, manifest)
    package.write_card(
        FOLDER, manifest,
        use="`x2.onnx` and `x4.onnx`: `input` [b,3,h,w] in 0…1 → `output` [b,3,s·h,s·w] in 0…1, unclamped; any h and w. "
            f"A compact residual network; one output pixel sees {RECEPTIVE_RADIUS} input pixels to each side, so tiles "
            f"that overlap by {OVERLAP} join without a trace. In the picture: ×4 of held-out art, from left to right the "
            "small copy, bicubic, this model, the original.",
        material="640² pictures drawn by `upscaler/material.py`: icons (Fluent Emoji flat, MIT, Microsoft; Noto Emoji, "
                 "Apache-2.0, Google) on drawn grounds, words set in Pillow's built-in font, lines, shapes, gradients. "
                 "Small copies are made by area, bicubic, bilinear and Lanczos reduction; some are softened like an "
                 "autoencoder's output, a few are noisy or JPEG. One icon in five is held out by its name.",
        limits="Made for flat art. Photographs come out a little painted; film grain is partly smoothed away. Letters under "
               "about 8 px stay hard to read; strokes thinner than half a pixel of the small copy cannot be recovered. "
               "Heavy JPEG (under quality 70) is not repaired.",
        commands={"train": "python -m broadside_training.upscaler.train --budget 20",
                  "evaluate": "python -m broadside_training.upscaler.evaluate --baseline realesr-animevideov3-x4.onnx"},
        metric_words=METRIC_WORDS)
    package.write_package(FOLDER, manifest)


def contact_sheet(cache: Path) -> None:
    """Held-out art ×4: small copy, bicubic, made, original."""
    from PIL import Image

    session = package.session(FOLDER / "x4.onnx")
    cells = []
    for picture in material.test_pictures(cache, 8)[2:6]:
        sharp = np.array(picture[200:440, 200:440])
        small = Image.fromarray(sharp).resize((60, 60), Image.Resampling.BOX)
        x = np.asarray(small, np.float32).transpose(2, 0, 1)[None] / 255
        made = session.run(None, {"input": x})[0][0].transpose(1, 2, 0)
        cells += [np.asarray(small.resize((240, 240), Image.Resampling.NEAREST)),
                  np.asarray(small.resize((240, 240), Image.Resampling.BICUBIC)),
                  (np.clip(made, 0, 1) * 255 + 0.5).astype(np.uint8), sharp]
    package.contact_sheet(FOLDER / "contact-sheet.webp", np.stack(cells), columns=4)


if __name__ == "__main__":
    # Writes the package again without training: after a change of the graph, the card or the sheet.
    from ..run import DEFAULT_CACHE

    export(DEFAULT_CACHE, package.read_manifest(FOLDER)["run"])
