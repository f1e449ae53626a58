"""Writes the package models/starter/mood-vae from the last checkpoint's averaged weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from .. import package
from ..run import STARTER_ROOT
from . import moods
from .network import CHANNELS, DOWNSCALE, MoodVae

FOLDER = STARTER_ROOT / "mood-vae"
METRIC_WORDS = {
    "reconstructionDb": "reconstruction of unseen moods at 256², mean PSNR in dB",
    "reconstructionWorstTenthDb": "the same, tenth percentile",
    "walkStepRatio": "longest over shortest of 8 steps between two pictures, in the reader's features: median over 24 walks",
    "walkStepRatioWorst": "the same, 90th percentile",
    "priorVariety": "mean feature distance of two samples over that of two unseen moods",
    "priorFid": "Fréchet distance of samples to unseen moods (32 principal directions of the reader's features)",
    "realFid": "the same between two sets of moods: the floor",
    "encodeSeconds": "seconds to encode 256², 2 threads, fastest of 12 on a busy machine",
    "decodeSeconds": "seconds to decode to 256², the same way",
}


def load(cache: Path) -> MoodVae:
    state = torch.load(cache / "vae" / "checkpoint.pt", map_location="cpu", weights_only=True)
    model = MoodVae()
    model.load_state_dict(state["ema"]["model"])
    model = model.to(memory_format=torch.contiguous_format).eval()
    rng = np.random.default_rng(31)
    model.calm(torch.from_numpy(np.stack([moods.draw(rng, 64, 64) for _ in range(256)])).permute(0, 3, 1, 2) * 2 - 1)
    return model


@torch.no_grad()
def export(cache: Path, run_facts: dict) -> None:
    model = load(cache)
    FOLDER.mkdir(parents=True, exist_ok=True)
    image, latent = torch.rand(2, 3, 256, 192) * 2 - 1, torch.randn(2, CHANNELS, 8, 6)
    encoder, decoder = FOLDER / "encoder.onnx", FOLDER / "decoder.onnx"
    package.export_onnx(model.encoder, (image,), encoder, {"image": {0: "b", 2: "h", 3: "w"}}, ["latent"],
                        {"latent": {0: "b", 2: f"h/{DOWNSCALE}", 3: f"w/{DOWNSCALE}"}})
    package.export_onnx(model.decoder, (latent,), decoder,
                        {"latent": {0: "b", 2: f"h/{DOWNSCALE}", 3: f"w/{DOWNSCALE}"}}, ["image"],
                        {"image": {0: "b", 2: "h", 3: "w"}})
    for path in (encoder, decoder):
        package.store_fp16(path, path)
    image, latent = torch.rand(1, 3, 128, 384) * 2 - 1, torch.randn(3, CHANNELS, 5, 9)
    print("encoder differs by", package.verify(encoder, {"image": image}, {"latent": model.encoder(image)}, 1e-2))
    print("decoder differs by", package.verify(decoder, {"latent": latent}, {"image": model.decoder(latent)}, 1e-2))
    manifest = {
        "id": "mood-vae", "name": "Mood VAE", "version": "0.1.0", "family": "vae",
        "description": "Soft backgrounds and colour moods: sample, take the mood of any picture, remix two, walk between them.",
        "licence": "Apache-2.0",
        "attribution": ["Fluent Emoji, MIT, Microsoft", "Noto Emoji, Apache-2.0, Google"],
        "run": run_facts, "metrics": {},
        "config": {"sessions": {"encoder": encoder.name, "decoder": decoder.name}, "range": [-1, 1],
                   "latent": {"channels": CHANNELS, "downscale": DOWNSCALE, "prior": True},
                   "size": {"default": [256, 256], "multiple": 32, "min": 128, "max": 1024}},
    }
    contact_sheet()
    write(manifest)


def sample(count: int, seed: int, side: int = 8) -> np.ndarray:
    """[count,3,32·side,32·side] in −1…1 from the shipped decoder and N(0,1) latents."""
    decoder = package.session(FOLDER / "decoder.onnx")
    z = torch.randn(count, CHANNELS, side, side, generator=torch.Generator().manual_seed(seed)).numpy()
    return np.concatenate([decoder.run(None, {"latent": one[None]})[0] for one in z])


def contact_sheet() -> None:
    pictures = ((sample(24, seed=11).transpose(0, 2, 3, 1) + 1) * 127.5).clip(0, 255).round().astype(np.uint8)
    package.contact_sheet(FOLDER / "contact-sheet.webp", pictures[:, ::2, ::2], columns=8, quality=88)


def write(manifest: dict) -> None:
    """LICENSE, card and model.json."""
    package.write_licence(FOLDER, manifest)
    package.write_card(
        FOLDER, manifest,
        use="`encoder.onnx`: `image` [b,3,h,w] in −1…1 → `latent` [b,16,h/32,w/32], the mean. `decoder.onnx`: `latent` → "
            "`image` in −1…1. Any h and w that are multiples of 32. N(0,1) latents of any size decode to one coherent "
            "picture, because the decoder smooths white noise before it decodes; its six colours come from the latent as a "
            "whole. Detail is encoded by latents larger than 1, so the latent of a picture is best mixed and walked, not "
            "normalised. In the picture: samples.",
        material="Moods drawn by `vae/moods.py` (meshes, orbs, light leaks, dusk skies, silk, soft paper, glows) in our own "
                 "palettes; one picture in five is flat art of the upscaler's corpus, far out of focus (icons: Fluent Emoji "
                 "flat, MIT, Microsoft; Noto Emoji, Apache-2.0, Google).",
        limits="Soft by construction: edges, text and texture are not kept. Six colours per picture: a picture with more "
               "comes back with its main ones. Small bright spots fade. Samples are calmer and less various than the corpus: meshes "
               "and glows, seldom silk or paper. One walk in ten between pictures has a step more than twice its shortest (the bar is 2). "
               "Tried on the same 24 walks, median and worst tenth: straight lines 1.73 and 2.49, which ship; points spread evenly by "
               "the distance of pictures of 32² px 1.64 and 2.50, of 8² px 1.65 and 2.50; along the great circle 3.57 and 12.9.",
        commands={"train": "python -m broadside_training.vae.train --budget 12",
                  "evaluate": "python -m broadside_training.vae.evaluate"},
        metric_words=METRIC_WORDS)
    package.write_package(FOLDER, manifest)


if __name__ == "__main__":
    # Writes the package again without training: after a change of the graph, the card or the sheet.
    from ..run import DEFAULT_CACHE

    export(DEFAULT_CACHE, package.read_manifest(FOLDER)["run"])
