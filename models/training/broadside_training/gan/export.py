"""Writes the package models/starter/pattern-gan from the last checkpoint's averaged weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from .. import package
from ..run import STARTER_ROOT
from . import corpus, patterns
from .network import LATENT, STYLE, STYLES, Generator

FOLDER = STARTER_ROOT / "pattern-gan"
TRUNCATION = 0.8
SHIPPED_SHARPNESS = 8.0  # of the softmax over inks, where training has 2
METRIC_WORDS = {
    "seamRatio": "mean gradient across the wrap-around edge over the mean inner gradient",
    "seamOverStrongest": "mean gradient across the wrap-around edge over the strongest line within the tile",
    "corpusSeamRatio": "the same of unseen drawings of the corpus",
    "corpusFid": "corpus-FID at ψ = 1 (64 principal directions of the reader's features)",
    "corpusFidTruncated": f"the same at ψ = {TRUNCATION}",
    "corpusFidReal": "the same of unseen drawings: the floor",
    "corpusKid": "corpus-KID at ψ = 1",
    "corpusPrecision": "precision: tiles at ψ = 1 within the corpus (k = 5)",
    "corpusRecall": "recall: drawings within the tiles",
    "classTop1": "tiles that the reader takes for the class asked for",
    "classTop1Real": "the same of unseen drawings: the ceiling",
    "seedVariety": "RMS difference of two seeds of a class in one palette, over that of two drawings",
    "truncationSpread": "spread of features within a class at ψ = 0.4 over that at ψ = 1",
    "paletteSwapKeepsShapes": "share of a recoloured tile (row 6 swapped) that follows from the original's inks",
    "shapeSwapColourDistance": "mean colour distance 0…1 when all rows but 6 are swapped",
    "otherTileColourDistance": "the same between two unrelated tiles",
    "tileSeconds": "seconds per tile, 2 threads, fastest of 12 on a busy machine",
}


def load(cache: Path) -> Generator:
    """The averaged generator, prepared for sampling: its scores ship sharper than they train."""
    state = torch.load(cache / "gan" / "checkpoint.pt", map_location="cpu", weights_only=True)
    generator = Generator(len(corpus.NAMES))
    generator.load_state_dict(state["ema"]["model"])
    generator = generator.to(memory_format=torch.contiguous_format).eval()
    generator.synthesis.sharpness = SHIPPED_SHARPNESS
    generator.mapping.chances = corpus.lattice_chances()
    generator.mapping.measure_means()
    return generator


@torch.no_grad()
def export(cache: Path, run_facts: dict) -> None:
    generator = load(cache)
    FOLDER.mkdir(parents=True, exist_ok=True)
    K = len(corpus.NAMES)
    z = torch.randn(3, LATENT, generator=torch.Generator().manual_seed(1))
    label = F.one_hot(torch.arange(3), K).float()
    batch = {0: "b"}
    mapping, synthesis = FOLDER / "mapping.onnx", FOLDER / "synthesis.onnx"
    package.export_onnx(generator.mapping, (z, label), mapping, {"z": batch, "label": batch}, ["w", "w_mean"],
                        {"w": batch, "w_mean": batch})
    w, mean = generator.mapping(z, label)
    styles = w[:, None].repeat(1, STYLES, 1)
    package.export_onnx(generator.synthesis, (styles,), synthesis, {"w": batch}, ["image"], {"image": batch})
    for path in (mapping, synthesis):
        package.store_fp16(path, path)
    print("mapping differs by", package.verify(mapping, {"z": z, "label": label}, {"w": w, "w_mean": mean}, 1e-2))
    # Where two inks nearly tie a rounding decides, so single pixels may differ by more than elsewhere.
    print("synthesis differs by", package.verify(synthesis, {"w": styles}, {"image": generator.synthesis(styles)}, 0.15))
    manifest = {
        "id": "pattern-gan", "name": "Pattern GAN", "version": "0.1.0", "family": "gan",
        "description": "Seamless packaging patterns in eight classes, each in endless layouts and palettes.",
        "licence": "Apache-2.0", "attribution": [], "run": run_facts, "metrics": {},
        "config": {"sessions": {"mapping": mapping.name, "synthesis": synthesis.name},
                   "latent": LATENT, "styles": STYLES, "classes": corpus.NAMES,
                   "classesZh": [patterns.CLASSES[n][0] for n in corpus.NAMES],
                   "size": [256, 256], "seamless": True, "defaults": {"truncation": TRUNCATION}},
    }
    contact_sheet()
    write(manifest)


def tiles(kind: int, seeds: list[int], truncation: float = TRUNCATION) -> np.ndarray:
    """float32 [n,3,256,256] in −1…1 from the shipped graphs."""
    mapping, synthesis = (package.session(FOLDER / f"{n}.onnx") for n in ("mapping", "synthesis"))
    made = []
    for seed in seeds:
        z = torch.randn(1, LATENT, generator=torch.Generator().manual_seed(seed)).numpy()
        label = np.eye(len(corpus.NAMES), dtype=np.float32)[[kind]]
        w, mean = mapping.run(["w", "w_mean"], {"z": z, "label": label})
        w = mean + truncation * (w - mean)
        made.append(synthesis.run(None, {"w": np.repeat(w[:, None], STYLES, 1)})[0][0])
    return np.stack(made)


def contact_sheet() -> None:
    rows = [tiles(k, list(range(100, 106))) for k in range(len(corpus.NAMES))]
    pictures = ((np.concatenate(rows).transpose(0, 2, 3, 1) + 1) * 127.5).clip(0, 255).round().astype(np.uint8)
    halves = pictures.reshape(len(pictures), 128, 2, 128, 2, 3).mean((2, 4)).astype(np.uint8)
    package.contact_sheet(FOLDER / "contact-sheet.webp", halves, columns=6)


def write(manifest: dict) -> None:
    """LICENSE, card and model.json."""
    package.write_licence(FOLDER, manifest)
    package.write_card(
        FOLDER, manifest,
        use=f"`mapping.onnx`: `z` [b,{LATENT}], `label` [b,{len(corpus.NAMES)}] → `w`, `w_mean` [b,{STYLE}]. "
            f"`synthesis.onnx`: `w` [b,{STYLES},{STYLE}] → `image` [b,3,256,256] in −1…1. Style rows: 0 layout, 1 to 4 shapes, "
            "5 edges and inks, 6 the palette; swapping row 6 recolours a pattern. What repeats, and where things lie, is part of row 0. The "
            "network draws five ink maps and mixes them with a palette it also makes; all its convolutions wrap around, so tiles join "
            "by construction.",
        material="Eight classes of seamless patterns drawn by `gan/patterns.py`, in our own palettes. No picture by others.",
        limits="Terrazzo, waves, dots, checks, fans and contours read well and look printed by hand: edges wander, lines are never ruled. "
               "Tile motifs are all of one family, pebbles keep nearly one arrangement (a quarter of the corpus's variety; the mean of all "
               "classes stands above), and low-contrast palettes are common. A lattice does not fade: between two seeds of other lattices "
               "it changes about half way. Truncation calms style and leaves the layout. Trained for 52 minutes of one shared CPU thread, one tile motif in six on a "
               "lattice of 1 × 1 that is not drawn now; the networks before it, with a learned "
               "layout, had one layout per class, variety 0.597, seam 1.196 and recall 0.711 by the same reader. With inputs on no lattice "
               "(10 minutes) only terrazzo and contours came; with a lattice that the network chooses (9 minutes) all classes took the same one. "
               "Of 64 × 64 places where tiles could be cut, the calmest over 160 seeds a class (others than those measured) is used (0.777 instead of about 0.95). "
               "Flat colour only: no shading, no texture.",
        commands={"train": "python -m broadside_training.gan.train --budget 52",
                  "evaluate": "python -m broadside_training.gan.evaluate"},
        metric_words=METRIC_WORDS)
    package.write_package(FOLDER, manifest)


if __name__ == "__main__":
    # Writes the package again without training: after a change of the graph, the card or the sheet.
    from ..run import DEFAULT_CACHE

    export(DEFAULT_CACHE, package.read_manifest(FOLDER)["run"])
